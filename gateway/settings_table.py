"""Every setting of a deployment in words: what it is for, what may stand there, and what holds without it.

Read from `gateway.settings` itself, so that no setting is without a line and no line without a setting.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import inspect as types

from gateway.settings import OURS, Section, Settings, SourceSettings

_HEAD: Final = """\
<!-- Written by `homeward settings --write`. -->
# Settings

One TOML file, which `HOMEWARD_CONFIG` names, and variables that win over it: `HOMEWARD_LISTEN` sets `listen`,
`HOMEWARD_LIMITS__DEPTH` sets `depth` under `[limits]`. Nothing needs to be set for development. A mistake
stops the start with one line that says what is wrong, where, and what to do; `homeward doctor` looks at the
rest. Secrets are in files, and the settings say where. What a system's adapter needs besides stands in its
own README (`adapters/*/README.md`).
"""
_PLAIN: Final[Mapping[type[types.Type], str]] = MappingProxyType(
    {types.BoolType: "`true` or `false`", types.StrType: "text", types.CustomType: "path"}
)


def described() -> list[dict[str, Any]]:
    """Each section: the table that it is in the file, what it is for, and its settings."""
    return [
        {
            "section": where,
            "says": inspect.cleandoc(section.__doc__ or "").replace("``", "`"),
            "settings": [
                {
                    "name": field.encode_name,
                    "takes": _takes(field.type),
                    "without": _without(field),
                }
                for field in _fields(section)
            ],
        }
        for where, section in _sections(Settings, "")
    ]


def printed() -> str:
    """The page."""
    parts = [_HEAD]
    for one in described():
        where = f"`{one['section']}`" if one["section"] else "At the top of the file"
        parts.append(f"\n## {where}\n\n{one['says']}\n\n")
        parts.append("| setting | what stands there | without it |\n|---|---|---|\n")
        parts += [
            f"| `{each['name']}` | {each['takes']} | {each['without']} |\n"
            for each in one["settings"]
        ]
    return "".join(parts)


def _sections(section: type[Section], where: str) -> Iterator[tuple[str, type[Section]]]:
    """This section and all below it, each as its table is written."""
    yield where, section
    for field in _fields(section):
        below = _section_in(field.type)
        if below is not None:
            kind, mark = below
            name = f"{where.strip('[]')}.{field.encode_name}".strip(".")
            yield from _sections(kind, mark.format(name))


def _fields(section: type[Section]) -> Iterator[types.Field]:
    """A section's settings. What else stands under a system is its adapter's, and in its adapter's README."""
    found = types.type_info(section)
    assert isinstance(found, types.StructType)  # noqa: S101 (every section is one)
    for field in found.fields:
        if section is not SourceSettings or field.name in OURS:
            yield field


def _section_in(kind: types.Type) -> tuple[type[Section], str] | None:
    """The section that a setting is, and how its table is written."""
    if isinstance(kind, types.UnionType):
        return next((found for one in kind.types if (found := _section_in(one))), None)
    for held, mark in (
        (kind, "[{}]"),
        (getattr(kind, "item_type", None), "[[{}]]"),
        (getattr(kind, "value_type", None), "[{}.<name>]"),
    ):
        if isinstance(held, types.StructType) and issubclass(held.cls, Section):
            return held.cls, mark
    return None


def _takes(kind: types.Type) -> str:
    """What may stand there, in words."""
    if isinstance(kind, types.UnionType):
        words = [_takes(one) for one in kind.types if not isinstance(one, types.NoneType)]
        return ", or ".join(dict.fromkeys(words))
    if _section_in(kind) is not None:
        return "tables, see below" if hasattr(kind, "item_type") else "a table, see below"
    match kind:
        case types.VarTupleType(item_type=item):
            return f"a list: {_takes(item)}"
        case types.DictType(value_type=value):
            return f"a table of names: {_takes(value)}"
        case types.LiteralType(values=values):
            return " or ".join(f'`"{value}"`' for value in values)
        case types.EnumType(cls=cls):
            return f"one of the {cls.__name__.lower()}s by its slug"
        case types.IntType() | types.FloatType():
            return _number(kind)
        case _:
            return _PLAIN[type(kind)]


def _number(kind: types.IntType | types.FloatType) -> str:
    said = [
        f"{word} {bound:g}"
        for word, bound in (
            ("from", kind.ge), ("above", kind.gt), ("up to", kind.le), ("below", kind.lt),
        )
        if bound is not None
    ]  # fmt: skip
    return ", ".join(["whole number" if isinstance(kind, types.IntType) else "number", *said])


def _without(field: types.Field) -> str:
    """What holds where it is not set."""
    if field.required:
        return "has to be set"
    value = field.default
    if value is msgspec.NODEFAULT:
        value = field.default_factory()
    if isinstance(value, Section):
        return "as below"
    if value is None or value in ((), {}):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"`{name}` = `{_plain(one)}`" for name, one in value.items())
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _plain(value: Any) -> str:  # noqa: ANN401 (a default of any kind)
    return str(getattr(value, "value", value))
