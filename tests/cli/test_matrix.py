"""The matrix as an information-governance lead reads it: on a terminal, as JSON, as a page to print."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from consent.analysis import When
from gateway.cli.main import app
from records.errors import WrongSettings
from records.items import Item
from records.people import Role

HOME_MANAGER = ["--protocol", "pan-lancashire", "--role", "registered-manager"]


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["matrix", *arguments])


def test_each_cell_says_when_by_which_paragraphs_and_why_never() -> None:
    told = json.loads(ran(*HOME_MANAGER, "--json").stdout)

    cells = {cell["item"]: cell for cell in told["cells"]}
    assert cells.keys() == {item.value for item in Item}
    assert told["throughout"] == (
        "adoption sealed is no and court forbids is no and identity sealed is no"
    )
    copy, confirmation, school = (
        cells[name] for name in ("rhi.full", "rhi.confirmation", "health.record")
    )
    assert copy["when"] == "never-refused"
    assert "panlancs-rhi-withhold-placement" in copy["rules"]
    assert confirmation["when"] == "sometimes"
    assert confirmation["conditions"] == [
        "looked after is yes and standing includes provides-placement"
    ]
    assert school["when"] == "never-silent"
    assert copy["grounds"] == school["grounds"] == []
    assert {
        "lawful_basis": "to-the-placement",
        "confidentiality": "to-those-who-care",
    } in confirmation["grounds"]


def test_with_no_role_it_counts_every_kind_of_cell() -> None:
    result = ran()

    assert result.exit_code == 0
    said = " ".join(result.stderr.split())
    counted = [int(number) for number in re.findall(r"(\d+)(?:;|$)", said)]
    assert len(counted) == len(When)
    assert sum(counted) == 5 * len(Role) * len(Item)
    row = next(
        line
        for line in result.stdout.splitlines()
        if "pan-lancashire registered" in " ".join(line.split())
    )
    assert sum(int(number) for number in re.findall(r"\d+", row)) == len(Item)


def test_a_pair_of_protocols_is_told_as_such() -> None:
    told = json.loads(
        ran(*HOME_MANAGER, "--responsible", "north-east-lincolnshire", "--json").stdout
    )

    assert {cell["responsible"] for cell in told["cells"]} == {"north-east-lincolnshire"}
    assert {cell["host"] for cell in told["cells"]} == {"pan-lancashire"}


def test_a_protocol_that_is_not_there_is_answered_with_those_that_are() -> None:
    result = ran("--protocol", "rutland")

    assert isinstance(result.exception, WrongSettings)
    assert "There is no protocol `rutland`; there are essex," in str(result.exception)


class Page(HTMLParser):
    """What a page is made of, for those who check that anybody can use it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.fetched: list[str] = []
        self.language = ""
        self.unscoped = 0
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags[tag] += 1
        self.fetched += [
            str(named[name]) for name in ("src", "srcset", "data") if named.get(name) is not None
        ]
        if tag == "html":
            self.language = named.get("lang") or ""
        self.unscoped += tag == "th" and named.get("scope") not in {"row", "col"}
        if named.get("id"):
            self.ids.add(str(named["id"]))
        if tag == "a":
            self.links.add(str(named.get("href")))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("page") / "matrix.html"
    assert ran("--protocol", "pan-lancashire", "--html", str(file)).exit_code == 0
    return file.read_text("utf-8")


def test_the_page_needs_nothing_from_elsewhere_and_reads_aloud(page: str) -> None:
    read = Page()
    read.feed(page)

    assert read.fetched == []
    assert read.tags["script"] == read.tags["link"] == 0
    assert "@import" not in page
    assert "url(" not in page
    assert read.language == "en-GB"
    assert read.tags["h1"] == read.tags["main"] == read.tags["title"] == 1
    assert read.tags["caption"] == read.tags["table"] > 0
    assert read.tags["h3"] == len(Role)
    assert read.unscoped == 0
    assert {link.removeprefix("#") for link in read.links} <= read.ids


def test_the_page_tells_refused_from_silent_and_names_the_paragraph(page: str) -> None:
    home = page[page.index("<h3>Registered manager</h3>") :]
    home = home[: home.index("<h3>", 10)]
    copy = home[home.index(">rhi.full<") :]

    assert "Never: refused" in copy[: copy.index("</tr>")]
    assert "5.7.4 Return Interview" in copy[: copy.index("</tr>")]
    assert "health.record" in home[home.index("No paragraph speaks of:") :]
