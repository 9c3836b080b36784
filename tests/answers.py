"""What somebody was told, read as a practitioner would read it."""

import json
from typing import Any

import httpx2


class Told:
    """One answer of the gateway."""

    def __init__(self, reply: httpx2.Response) -> None:
        self.reply = reply
        self.status = reply.status_code
        self.raw = reply.content
        self.body: dict[str, Any] = reply.json()

    @property
    def child(self) -> dict[str, Any]:
        """The child's fields; fails with the errors where there are any."""
        assert "errors" not in self.body, self.body["errors"]
        child: dict[str, Any] = self.body["data"]["child"]
        return child

    @property
    def found(self) -> bool:
        """Whether the caller is told that there is such a child at all."""
        return bool(self.child["__typename"] == "Child")

    def given(self, category: str) -> set[str]:
        """The parts of a category of which anything was given, in any record."""
        return {
            name
            for record in (self.child[category]["records"] if self.found else ())
            for name, part in record.items()
            if isinstance(part, dict) and part.get("state") in {"DISCLOSED", "REDUCED"}
        }

    def reason(self, category: str, item: str) -> str:
        """Why an item was kept back."""
        reason: str = self.withheld(category)[item]["reason"]
        return reason

    def state(self, category: str) -> str:
        """The state of a category."""
        state: str = self.child[category]["state"]
        return state

    def parts(self, category: str, part: str) -> list[dict[str, Any]]:
        """A part of each record of a category, as answered."""
        return [record[part] for record in self.child[category]["records"]]

    def shown(self, category: str, part: str) -> list[dict[str, Any]]:
        """The parts that were disclosed, without their state."""
        return [
            {name: value for name, value in one.items() if name != "state"}
            for one in self.parts(category, part)
            if one["state"] == "DISCLOSED"
        ]

    def states(self, category: str, part: str) -> set[str]:
        """The states of a part across the records of a category."""
        return {one["state"] for one in self.parts(category, part)}

    def withheld(self, category: str) -> dict[str, dict[str, Any]]:
        """What was kept back in a category, by item."""
        return {one["item"]: one for one in self.child[category]["withheld"]}

    def rules(self, category: str, item: str) -> set[str]:
        """The ids of the rules by which an item was kept back."""
        return {rule["id"] for rule in self.withheld(category)[item]["rules"]}

    def silent(self, category: str) -> dict[str, str]:
        """The systems that should have answered and did not, with how."""
        fine = {"ANSWERED", "NOTHING_HELD", "NOT_LINKED", "NOT_ASKED"}
        return {
            one["name"]: one["state"]
            for one in self.child[category]["sources"]
            if one["state"] not in fine
        }

    @property
    def refs(self) -> list[str]:
        """The ledger's references to the decisions behind this answer."""
        return [one["ref"] for one in self.body["extensions"].get("disclosure", [])]

    @property
    def without_reference(self) -> bytes:
        """The body without what is new for every question: the ledger's references and the request's own."""
        body = json.loads(self.raw)
        for error in body.get("errors", []):
            error.get("extensions", {}).pop("correlationId", None)
        for receipt in body.get("extensions", {}).get("disclosure", []):
            receipt["ref"] = "-" * len(receipt["ref"])
        return json.dumps(body).encode()

    @property
    def asked(self) -> set[str]:
        """The systems that the gateway says it asked."""
        return {
            name for one in self.body["extensions"].get("disclosure", []) for name in one["asked"]
        }
