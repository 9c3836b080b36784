"""What a deployment says of its health systems: a FHIR provider, the national PDS, or CP-IS."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from adapters.settings import Seconds, Secret, Url

Access: TypeAlias = Literal["application-restricted", "user-restricted"]
"""Who a national service answers: this application, or the person who asks, by their own sign-in."""


SignIn: TypeAlias = Literal[
    "private-key-jwt", "client-secret", "client-secret-basic", "basic", "token", "none"
]
"""How a provider's server lets the gateway in; see `adapters.health.provider_sign_in`."""


class ProviderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One provider's FHIR R4 server: SystmOne, RiO, EMIS or another, by its address.

    ``system`` is the product's name as people know it. ``review_codes`` are the codes of the
    tasks that are review health assessments, ``sdq_codes`` those of the total score of the
    Strengths and Difficulties Questionnaire, each ``system|code``: no national code for
    either is known to us, so what is not configured is not supplied. ``holds_consents`` is
    false only for a server that has no Consent resource at all: no refusal can then be honoured.
    ``holds_allergies`` says that the server has AllergyIntolerance, to be told among the needs.
    ``sign_in`` says which of the settings after it are needed.
    """

    interface: Literal["fhir-r4"]
    url: Url
    sign_in: SignIn = "private-key-jwt"
    token_url: Url | None = None
    client_id: str | None = None
    private_key: Secret | None = None
    key_id: str | None = None
    client_secret: Secret | None = None
    token: Secret | None = None
    scope: str | None = None
    algorithm: Literal["RS512", "RS384", "ES384"] = "RS512"
    system: str = "FHIR R4 provider"
    review_codes: tuple[str, ...] = ()
    sdq_codes: tuple[str, ...] = ()
    holds_consents: bool = True
    holds_allergies: bool = False
    timeout: Seconds = 5.0
    deadline: Seconds | None = None


class PdsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Personal Demographics Service. ``ods_code`` is the organisation on whose behalf we ask.

    As an application it gives one match or none. ``user-restricted`` asks with the sign-in of whoever
    asks here: nobody is then traced without a person's question.
    """

    interface: Literal["pds"]
    url: Url
    token_url: Url
    client_id: str
    private_key: Secret
    key_id: str
    ods_code: str
    access: Access = "application-restricted"
    timeout: Seconds = 5.0
    deadline: Seconds | None = None


class CpisSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Child Protection - Information Sharing, asked only by a person's own action.

    ``unscheduled`` is what every request says of itself: true makes CP-IS write the look in the
    child's access history and tell the responsible authority. NHS England allows user-restricted
    access alone: ``application-restricted`` is for an environment of its tests that admits it.
    """

    interface: Literal["cp-is"]
    url: Url
    token_url: Url
    client_id: str
    private_key: Secret
    key_id: str
    access: Access = "user-restricted"
    unscheduled: bool = True
    timeout: Seconds = 5.0
    deadline: Seconds | None = None


class Which(msgspec.Struct, frozen=True):
    """The one setting that says what the others are."""

    interface: Literal["fhir-r4", "pds", "cp-is"]
