"""What this gateway is, and under which rules it decides."""

from __future__ import annotations

import strawberry

from schema.context import Context


@strawberry.type(description="A protocol under which decisions are made.")
class ProtocolInForce:
    """One loaded protocol."""

    id: strawberry.ID = strawberry.field(description="The partnership's id here.")
    title: str = strawberry.field(description="The protocol's title.")
    edition: str = strawberry.field(description="Its edition.")
    verified: bool = strawberry.field(
        description="Whether its quotations were checked against the text itself."
    )


@strawberry.type(description="This gateway.")
class About:
    """The deployment: its version and the rules it decides by."""

    name: str = strawberry.field(description="What it is called.")
    version: str = strawberry.field(description="Its version.")
    policy: str = strawberry.field(description="The digest of all rules: every decision names it.")
    protocols: list[ProtocolInForce] = strawberry.field(
        description="The protocols that are loaded."
    )


def about(context: Context) -> About:
    """The gateway that answers this question."""
    bundle = context.services.door.bundle
    return About(
        name="Homeward",
        version=context.services.version,
        policy=bundle.digest,
        protocols=[
            ProtocolInForce(
                id=strawberry.ID(name),
                title=protocol.title,
                edition=protocol.edition,
                verified=protocol.verified,
            )
            for name, protocol in bundle.protocols.items()
        ],
    )
