"""Two made-up partnerships, Elmshire and Oakshire, for what no real protocol happens to show."""

from __future__ import annotations

from typing import Final

from protocols.bundle import Bundle
from protocols.checking import bundle_of
from protocols.load import files_of

ELMSHIRE: Final = "E10900001"
OAKSHIRE: Final = "E10900002"

_PROTOCOL: Final = """
id = "{name}"
catalogue = "{prefix}"
title = "A made-up protocol for {name}"
edition = "2026"
in_force_from = 2020-01-01
verified = false

[[authority]]
name = "{name}"
code = "{code}"
"""

_ROLES: Final = {
    "children_services": (["childrens-services"], ["host-authority", "responsible-authority"]),
    "responsible_la": (["childrens-services", "front-door"], ["responsible-authority"]),
    "host_la": (["childrens-services", "front-door"], ["host-authority"]),
    "social_worker": (["social-worker"], ["allocated-worker"]),
    "team_manager": (["team-manager"], ["manages-case"]),
    "director": (["director-of-childrens-services"], ["responsible-authority"]),
    "desk": (["police-control-room"], []),
    "night_desk": (["police-supervisor"], []),
}


def _folder(name: str, prefix: str, code: str, duties: str) -> dict[str, str]:
    roles = "".join(
        f'\n[[role]]\nid = "{role}"\nname = "{role}"\nroles = {roles}\nstanding = {standing}\ncite = "1"\n'
        for role, (roles, standing) in _ROLES.items()
    ).replace("'", '"')
    return {
        f"{name}/protocol.toml": _PROTOCOL.format(name=name, prefix=prefix, code=code) + roles,
        f"{name}/sharing.toml": "",
        f"{name}/duties.toml": duties,
    }


def duty(name: str, *lines: str, kind: str = "notify", says: str = "So it is done.") -> str:
    """One row, with what every row has."""
    rows = [f'id = "{name}"', f'kind = "{kind}"', *lines]
    rows += [f'says = "{says}"', 'cite = { heading = "1" }']
    return "\n".join(["", "[[duty]]", *rows, ""])


def invented(elmshire: str = "", oakshire: str = "") -> Bundle:
    """The nation as shipped, and the two partnerships with these duties."""
    nation = {name: text for name, text in files_of().items() if name.startswith("national/")}
    return bundle_of(
        nation
        | _folder("elmshire", "elm", ELMSHIRE, elmshire)
        | _folder("oakshire", "oak", OAKSHIRE, oakshire)
    )
