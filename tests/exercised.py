"""Writes down which test exercises which rule: `python -m tests.exercised`, then commit the files.

The lists stand in each protocol's folder, so that `homeward rules --json` can show them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from protocols.load import FOLDER, load_bundle
from tests.consent.casework import all_cases
from tests.duties.casework import all_duty_cases
from tests.protocols.casework import all_status_cases

_DECIDES: Final = "tests/consent/test_every_rule_decides.py::test_the_rule_decides_about_its_item"
_RULES: Final = (
    "tests/protocols/test_every_status_rule_rules.py::test_the_rule_rules_as_its_paragraph_says"
)
_ASKS: Final = (
    "tests/duties/test_every_duty_speaks.py"
    "::test_the_duty_asks_for_what_its_paragraph_says_and_nothing_else"
)


def lists() -> dict[Path, dict[str, list[str]]]:
    """For each protocol's file the tests of its rules, from the tables of cases."""
    bundle = load_bundle()
    home = {rule.ref.id: rule.file for rule in bundle.rules}
    home |= {r.ref.id: r.file for p in bundle.protocols.values() for r in p.status_rules}
    home |= {d.ref.id: d.file for p in bundle.protocols.values() for d in p.duties}
    tests = [(case.rule, f"{_DECIDES}[{case.rule}]") for case in all_cases()]
    tests += [(case.rule, f"{_RULES}[{case.rule}]") for case in all_status_cases()]
    tests += [(case.rule, f"{_ASKS}[{case.rule}]") for case in all_duty_cases()]
    found: dict[Path, dict[str, set[str]]] = {}
    for rule, test in tests:
        file = (FOLDER / home[rule]).with_name("exercised.json")
        found.setdefault(file, {}).setdefault(rule.partition("/")[0], set()).add(test)
    return {
        file: {name: sorted(tests) for name, tests in sorted(rules.items())}
        for file, rules in found.items()
    }


def text(rules: dict[str, list[str]]) -> str:
    """The file as it is committed."""
    return json.dumps(rules, indent=1) + "\n"


if __name__ == "__main__":
    for path, listed in lists().items():
        path.write_text(text(listed), "utf-8")
