"""What a deployment says of one council's CareDirector: where it is, how to sign in, its names."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from adapters.caredirector.names import Council
from adapters.settings import Seconds, Secret, Url


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[sources.<name>]`` section.

    Without a ``token_url`` the client's id and secret are sent as they are (HTTP Basic).
    ``council`` is a field map written out, or the name of a bundled one. ``search_in`` says where
    the NHS number of a search is put: in the ``address``, as every OData server takes it, or in
    the ``body`` of OData 4.01's ``$query``, so that it stands in no access log.
    """

    url: Url
    client_id: str
    client_secret: Secret
    token_url: Url | None = None
    council: str | Council
    scope: str | None = None
    page_size: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 100
    search_in: Literal["address", "body"] = "address"
    timeout: Seconds = 5.0
    deadline: Seconds | None = None
