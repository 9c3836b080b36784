"""What a deployment says of one council's Mosaic."""

from __future__ import annotations

import msgspec

from adapters.mosaic.council import Council
from adapters.settings import Seconds, Secret, Url


class MosaicSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[sources.<name>]`` section.

    ``council`` is the name of a bundled field map (``blackpool``, ``essex``) or a field map
    of one's own, written out.
    """

    base_url: Url
    api_key: Secret
    council: str | Council
    timeout: Seconds = 5.0
    deadline: Seconds = 8.0
