"""How the national services let us in: as this application, or as whoever asks."""

from __future__ import annotations

from adapters.credentials import Credentials
from adapters.health.on_behalf import OnBehalf
from adapters.health.settings import CpisSettings, PdsSettings
from adapters.tokens import SignedAssertion, Tokens
from records.http import Http


def credentials_for(name: str, http: Http, settings: CpisSettings | PdsSettings) -> Credentials:
    """The credentials that the deployment's mode of access asks for.

    Raises:
        WrongSettings: the private key cannot be read.
    """
    client = SignedAssertion(settings.client_id, settings.private_key, kid=settings.key_id)
    if settings.access == "user-restricted":
        return OnBehalf(name, http, settings.token_url, client, timeout=settings.timeout)
    return Tokens(name, http, settings.token_url, client, timeout=settings.timeout)
