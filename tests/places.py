"""The authorities, forces and homes of the scenarios, by their real codes; the homes are invented."""

from dataclasses import dataclass
from typing import Final

from records.identifiers import AuthorityCode


@dataclass(frozen=True, slots=True)
class Authority:
    """A council: its code, and which simulated system holds its children's records."""

    name: str
    code: str
    system: str
    force: str

    @property
    def gss(self) -> AuthorityCode:
        return AuthorityCode(self.code)


AUTHORITIES: Final = {
    council.name: council
    for council in (
        Authority("Blackpool", "E06000009", "mosaic", "E23000003"),
        Authority("Blackburn with Darwen", "E06000008", "liquidlogic", "E23000003"),
        Authority("Lancashire", "E10000017", "liquidlogic", "E23000003"),
        Authority("Essex", "E10000012", "mosaic-essex", "E23000028"),
        Authority("Staffordshire", "E10000028", "liquidlogic", "E23000015"),
        Authority("Stoke-on-Trent", "E06000021", "liquidlogic", "E23000015"),
        Authority("Somerset", "E06000066", "liquidlogic", "E23000036"),
        Authority("North East Lincolnshire", "E06000012", "liquidlogic", "E23000012"),
        Authority("Leeds", "E08000035", "liquidlogic", "E23000010"),
        Authority("Plymouth", "E06000026", "liquidlogic", "E23000035"),
    )
}

NURSE_TEAM: Final = "Y12345"
SCHOOL: Final = "SCHOOL-999001"
HOMES: Final = {"Elm House": "SC999101", "Oak House": "SC999102"}
SERVICE: Final = "SERVICE-999001"
