"""What an entry of the ledger says, in a few short sentences to the child it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from consent.bundle import Bundle
from disclosure import plain_words
from disclosure.entries import EntryKind
from records.organisations import names
from records.people import KIND_OF, Kind, Purpose, Role

_DONE: Final[Mapping[EntryKind, str]] = MappingProxyType(
    {
        EntryKind.CONSENT: "wrote down what you, or your parent, said about sharing",
        EntryKind.PARTICIPATION: "wrote down whether you want to talk after you came back",
        EntryKind.NOTICE: "wrote down whether you were told who gets to know what",
        EntryKind.JUDGEMENT: "wrote down how worried they are about you",
        EntryKind.SAID: "wrote down that something was done about your being away",
        EntryKind.REQUEST: "asked another person to share something about you",
        EntryKind.ANSWER: "answered somebody who asked to know something about you",
        EntryKind.NOT_SHARED: "wrote down why something about you was not shared",
        EntryKind.EXPLAINED: "asked why something about you is shown or not",
        EntryKind.REVIEW: "checked whether somebody was right to open your record in an emergency",
        EntryKind.LOOKED_AT: "looked at this list",
        EntryKind.BREAK_GLASS: "opened your record in an emergency",
        EntryKind.FACT: "changed what is known about you",
        EntryKind.DELIVERY: "was sent a message about you, or answered one",
    }
)
_CODE: Final = re.compile(r"[A-Z0-9-]*[0-9][A-Z0-9-]*", re.ASCII)
_NOT_LET: Final = "They were not let do it."
_ANSWERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "released": "They said yes.",
        "shared-otherwise": "It was shared in another way.",
        "not-shared": "They said no.",
    }
)


class Sayings:
    """Says entries in words.

    An authority's name is the one that its protocol gives; of others the name on the public register.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._names: dict[str, str] = dict(names()) | {
            authority.code.code: authority.name
            for protocol in bundle.protocols.values()
            for authority in protocol.authorities
        }

    def organisation(self, code: str) -> str:
        """An authority or a force by its name, any other organisation by its code."""
        return self._names.get(code, code)

    def of(
        self,
        kind: EntryKind,
        body: Mapping[str, Any],
        *,
        role: Role | None,
        purpose: Purpose | None,
        asked: Sequence[str],
        shown: Sequence[str],
        withheld: Sequence[str],
        refused: bool,
    ) -> str:
        """What happened, why, and what came of it."""
        who = self._who(body, role)
        said: list[str] = []
        if kind is EntryKind.DECISION:
            said.append(f"{who} asked to know {_list(asked)}{_why(purpose)}.")
            said += _outcome(body, shown, withheld, refused=refused)
        else:
            said.append(f"{who} {_DONE.get(kind, 'did something')}{_why(purpose)}.")
            if refused:
                said.append(_NOT_LET)
            elif kind is EntryKind.BREAK_GLASS:
                said.append(f"They wanted to know {_list(asked)}. Somebody else checks this.")
            elif kind is EntryKind.DELIVERY and shown:
                said.append(f"The message told them {_list(shown)}.")
            elif kind is EntryKind.ANSWER:
                said.append(_ANSWERS.get(str(body.get("answer")), ""))
        return " ".join(one for one in said if one)

    def _who(self, body: Mapping[str, Any], role: Role | None) -> str:
        person = "somebody" if role is None else plain_words.role(role)
        code = str(body.get("organisation", body.get("recipient", "")))
        at = self._names.get(code, f"the organisation with the code {code}")
        if not code or (role is not None and KIND_OF[role] is Kind.FAMILY):
            words = person
        else:
            words = f"{person} at {at if _CODE.fullmatch(code) else code}"
        return words[0].upper() + words[1:]


def _outcome(
    body: Mapping[str, Any], shown: Sequence[str], withheld: Sequence[str], *, refused: bool
) -> list[str]:
    said = [f"They were shown {_list(shown)}." if shown else "They were shown nothing."]
    if body.get("set_aside"):
        said.append(
            "They said that it was an emergency, and gave a reason. Somebody else checks this."
        )
    if withheld:
        because = {str(each.get("because")) for each in body.get("withheld", {}).values()}
        said.append(f"They were not shown {_list(withheld)}{_because(because)}.")
    elif not shown and not refused:
        said.append("There was nothing to show, or it could not be fetched.")
    return said


_BECAUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "barred": "the law forbids it",
        "denied": "a rule says no",
        "no-consent": "nobody has agreed to it",
        "silent": "no rule says yes",
    }
)


def _because(reasons: set[str]) -> str:
    words = [text for reason, text in _BECAUSE.items() if reason in reasons]
    return f", because {_list(words, 'or')}" if words else ""


def _why(purpose: Purpose | None) -> str:
    return "" if purpose is None else f", {plain_words.PURPOSES[purpose]}"


def _list(words: Sequence[str], last: str = "and") -> str:
    """Words one after another, as in a sentence."""
    if not words:
        return "something"
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
