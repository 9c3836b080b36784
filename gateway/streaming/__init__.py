"""Subscriptions: followed over a WebSocket (graphql-transport-ws) or as server-sent events, and by nothing older."""
