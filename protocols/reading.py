"""Reading one TOML file into its typed shape, with the line that a mistake stands on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, get_args, get_origin

import msgspec

from records.errors import IncompleteProtocol

T = TypeVar("T")

_AT: Final = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP: Final = re.compile(r"\.(?P<key>[A-Za-z0-9_-]+)|\[(?P<index>\d+)\]|\[(?P<any>\.\.\.)\]")
_UNKNOWN_KEY: Final = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`")
_TOML_LINE: Final = re.compile(r"\(at line (?P<line>\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: a table of an array, and a key in it."""

    table: str = ""
    index: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One file's name and text, from which a mistake can be pointed at."""

    name: str
    text: str

    def line(self, place: Place) -> int:
        """The line that a place stands on; its table's first line where the key is not found."""
        lines = self.text.splitlines()
        start = 0
        if place.table:
            headers = [
                n for n, text in enumerate(lines) if text.strip().startswith(f"[[{place.table}]]")
            ]
            if headers:
                start = headers[min(place.index, len(headers) - 1)]
            else:
                return next((n + 1 for n, text in enumerate(lines) if _opens(text, place.table)), 1)
        if place.key:
            for number in range(start + bool(place.table), len(lines)):
                if place.table and lines[number].strip().startswith("[["):
                    break
                if _opens(lines[number], place.key):
                    return number + 1
        return start + 1

    def wrong(self, place: Place, what: str) -> IncompleteProtocol:
        """The mistake, with file, line and what to do."""
        return IncompleteProtocol(f"{self.name}, line {self.line(place)}: {what}")


def _opens(line: str, key: str) -> bool:
    """Whether a line sets a key or opens its table."""
    text = line.strip()
    return bool(
        re.match(rf"(\[[\w.]*\b{re.escape(key)}\]|\"?{re.escape(key)}\"?\s*=)", text)
    ) or bool(re.search(rf"[{{,]\s*{re.escape(key)}\s*=", text))


def read_through(
    page: Page, shape: type[T], other_tables: Mapping[str, str]
) -> tuple[T | None, list[IncompleteProtocol]]:
    """The file in its typed shape, or all that is wrong with it: of each table its first fault.

    ``other_tables`` says where a key that stands in the wrong table belongs.
    """
    try:
        found: dict[str, Any] = tomllib.loads(page.text)
    except tomllib.TOMLDecodeError as error:
        at = _TOML_LINE.search(str(error))
        line = at["line"] if at else str(len(page.text.splitlines()))
        return None, [
            IncompleteProtocol(
                f"{page.name}, line {line}: this is not TOML: {error}. Mend the line; quotes and brackets come in pairs."
            )
        ]
    try:
        return msgspec.convert(found, shape), []
    except msgspec.ValidationError as error:
        said = list(_of_each_table(found, shape)) or [str(error)]
        return None, [_explained(page, message, other_tables) for message in said]


def _of_each_table(found: dict[str, Any], shape: type[Any]) -> Iterator[str]:
    """What is wrong in each table of each list of tables, and outside them, as msgspec says it."""
    rest = dict(found)
    for part in msgspec.structs.fields(shape):
        listed = found.get(part.encode_name)
        if not isinstance(listed, list) or get_origin(part.type) not in {list, tuple}:
            continue
        rest[part.encode_name] = []
        kind, *_ = get_args(part.type)
        for index, table in enumerate(listed):
            try:
                msgspec.convert(table, kind)
            except msgspec.ValidationError as error:
                yield _moved(str(error), f"$.{part.encode_name}[{index}]")
    try:
        msgspec.convert(rest, shape)
    except msgspec.ValidationError as error:
        yield str(error)


def _moved(message: str, path: str) -> str:
    """The message with its place counted from the top of the file."""
    if " - at `$" in message:
        return message.replace(" - at `$", f" - at `{path}", 1)
    return f"{message} - at `{path}`"


def _explained(page: Page, message: str, other_tables: Mapping[str, str]) -> IncompleteProtocol:
    at = _AT.search(message)
    what = _AT.sub("", message)
    steps = list(_STEP.finditer(at["path"])) if at else []
    keys = [step["key"] for step in steps if step["key"]]
    indexes = [int(step["index"]) for step in steps if step["index"]]
    table = keys[0] if keys else ""
    key = keys[-1] if len(keys) > 1 else ""
    unknown = _UNKNOWN_KEY.search(what)
    if unknown:
        key = unknown["key"]
        stands_in = ".".join(keys) or "the top of the file"
        belongs = other_tables.get(key)
        what = f"`{key}` is not a key of {stands_in}." + (
            f" It belongs to {belongs}: in TOML, keys written after a [table] header belong to that table."
            if belongs and belongs != stands_in
            else " Take it out, or correct its spelling."
        )
    elif "missing required field" in what:
        what = f"{what}. Add it to {'.'.join(keys) or 'the file'}."
    else:
        what = f"{what} in `{'.'.join(keys)}`. Correct the value."
    place = Place(table=table, index=indexes[0] if indexes else 0, key=key)
    return page.wrong(place, what)
