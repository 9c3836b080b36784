// Starts GraphiQL on this page. Nothing is kept in the browser: a question may name a child.
"use strict";

const kept = new Map();
const inThisPageOnly = {
  get length() {
    return kept.size;
  },
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
  removeItem: (key) => void kept.delete(key),
  clear: () => kept.clear(),
};

const fetcher = async (question, options) => {
  const reply = await fetch("/graphql", {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json, application/json",
      "Content-Type": "application/json",
      ...(options?.headers ?? {}),
    },
    body: JSON.stringify(question),
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
  });
  return reply.json();
};

const headers = {
  Authorization: "Bearer (paste a token)",
  "Access-Purpose": "safeguard",
  "Access-Reason": "Why you need this record, in your own words",
};

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    storage: inThisPageOnly,
    defaultEditorToolsVisibility: "headers",
    defaultHeaders: JSON.stringify(headers, null, 2),
    defaultQuery: "{\n  viewer {\n    role\n    organisation\n  }\n}\n",
    shouldPersistHeaders: false,
  }),
);
