"""The schema, made once, and printed."""

from __future__ import annotations

from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.published import record_types
from schema.roots import Mutation, Query, Subscription
from schema.scalars import SCALARS

schema: Final = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=record_types(),
    config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
)


def printed() -> str:
    """The schema in its own language, as it is committed in ``schema/schema.graphql``."""
    return schema.as_str() + "\n"
