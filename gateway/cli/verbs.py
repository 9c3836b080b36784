"""Every verb of the command, in the order in which they are listed."""

from __future__ import annotations

from typing import Final

from gateway.cli.lazily import Verb

VERBS: Final = (
    Verb(
        "demo",
        "gateway.cli.demo.command:demo",
        "Simulated agencies, the gateway, an invented child's story, and one question asked as five people.",
    ),
    Verb("serve", "gateway.cli.serve:serve", "Run the gateway that the settings describe."),
    Verb(
        "child",
        "gateway.cli.child:child",
        "What you may know of one child, from every system; what is kept back, and whom to ask.",
    ),
    Verb(
        "told",
        "gateway.cli.told:told",
        "Expected against told, line by line as you may know it, and who answers for what.",
    ),
    Verb(
        "events",
        "gateway.cli.events:app",
        "Every event: what it is, how it comes in, and which duties wait for it.",
    ),
    Verb(
        "placements",
        "gateway.cli.placements:placements",
        "Placements made, moved, ended and never notified in your area. Exit 5 where there are none.",
    ),
    Verb(
        "explain",
        "gateway.cli.explain:explain_item",
        "Why this person would be given an item about this child, or not, by today's rules and facts.",
    ),
    Verb(
        "rules",
        "gateway.cli.protocol:rules",
        "Every rule that is carried: its kind, treatment and paragraph, the tests that reach it, its grounds.",
    ),
    Verb(
        "matrix",
        "gateway.cli.matrix:show_matrix",
        "Who may see what, under which conditions, by which paragraphs.",
    ),
    Verb(
        "doctor",
        "gateway.cli.doctor:doctor",
        "Look at the settings, database, protocols, keys and every system. Exit 3 if anything is wrong.",
    ),
    Verb(
        "work",
        "gateway.cli.work:work",
        "Run the workers alone, beside gateways whose settings say ``notices.works = false``.",
    ),
    Verb(
        "simulate",
        "gateway.cli.simulate:simulate",
        "Invent an England of children and compare it with the published figures.",
    ),
    Verb(
        "settings",
        "gateway.cli.settings:settings",
        "Every setting: what it is for, what may stand there, what holds without it; in docs/settings.md too.",
    ),
    Verb("deadlines", "gateway.cli.deadlines:app", "What is due, and by when."),
    Verb("task", "gateway.cli.task:app", "What the protocols ask of people."),
    Verb("adapter", "gateway.cli.adapter:app", "The systems that hold records."),
    Verb("protocol", "gateway.cli.protocol:app", "The protocols as data."),
    Verb("policy", "gateway.cli.policy:app", "Bundles of protocols, and their approval."),
    Verb("audit", "gateway.cli.audit:app", "The record of decisions."),
    Verb("standing", "gateway.cli.standing:app", "Who is what to a child, by hand."),
    Verb("agreement", "gateway.cli.agreement:app", "Sharing agreements, on record."),
    Verb("schema", "gateway.cli.schema:app", "The GraphQL schema."),
    Verb("episode", "gateway.cli.episode:app", "Episodes, and what messages do to them."),
    Verb(
        "link",
        "gateway.cli.link:app",
        "Knowing that records are of one child: enrolling, deciding, weights and how well they do.",
    ),
    Verb("notify", "gateway.cli.notify:app", "Who can be told, and how."),
    Verb("mailbox", "gateway.cli.mailbox:app", "Our MESH mailbox, and what waits in it."),
    Verb("peers", "gateway.cli.peers:app", "Gateways of other regions."),
    Verb("token", "gateway.cli.token:app", "Access tokens, in development only."),
)
