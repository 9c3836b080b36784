"""The systems of recipients into which notices are put, opened for as long as the gateway runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from gateway.http import PooledHttp
from gateway.settings import Settings
from gateway.sources import connect
from records.errands import TakesErrands
from records.errors import WrongSettings


@asynccontextmanager
async def errands(settings: Settings) -> AsyncIterator[Mapping[str, TakesErrands]]:
    """Those that the deployment names under ``notices.fhir``, by their names here.

    Raises:
        WrongSettings: one of them is of a kind that takes none.
    """
    if not settings.notices.fhir:
        yield {}
        return
    identity = settings.tls.identity
    async with PooledHttp(
        authorities=[path.read_bytes() for path in settings.tls.authorities],
        identity=None if identity is None else identity.read_bytes(),
    ) as http:
        found: dict[str, TakesErrands] = {}
        for name in settings.notices.fhir:
            source = connect(name, settings.sources[name], http)
            if not isinstance(source, TakesErrands):
                raise WrongSettings(
                    f"notices.fhir: {name} is of a kind into which no notice can be put; remove it"
                )
            found[name] = source
        yield found
