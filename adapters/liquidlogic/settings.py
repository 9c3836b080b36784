"""What a deployment says of its Liquidlogic: where it is, how to sign in, how its forms are made."""

from __future__ import annotations

import msgspec

from adapters.settings import Seconds, Secret, Url


class InterviewForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which answers of the council's own return interview form mean what.

    Each value is an ``ANSWER_NO`` of the form; what the form does not ask is left out, and is
    then not supplied. ``episode`` is the answer that holds the missing episode's id, if any.
    ``template`` is the form's name, ``DIM_ASSESSMENT_TEMPLATE_ID_DESC``.
    """

    template: str
    held: str
    held_by: str | None = None
    safeguarding: str | None = None
    safeguarding_provider: str | None = None
    needs: str | None = None
    synopsis: str | None = None
    account: str | None = None
    sensitive: str | None = None
    episode: str | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One council's Liquidlogic. ``authority`` is the GSS code of that council."""

    url: Url
    token_url: Url
    client_id: str
    client_secret: Secret
    supplier_key: Secret
    authority: str | None = None
    scope: str | None = None
    interview_form: InterviewForm | None = None
    early_help: bool = False
    timeout: Seconds = 5.0
    deadline: Seconds | None = None
