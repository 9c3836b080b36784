"""Verbs whose code is imported when one of them is run, and not to list them all.

Everything together takes seconds to import, of which a single verb needs a part, and ``--help`` or a
completed word nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb, where its code is (``module:name``, a function or a group of verbs), and what it says of itself.

    ``says`` is the first paragraph of that code's own help.
    """

    name: str
    code: str
    says: str


class Verbs(TyperGroup):
    """A group of verbs, each imported when it is its turn."""

    verbs: ClassVar[Sequence[Verb]] = ()

    def __init__(self, **how: Any) -> None:  # noqa: ANN401 (typer's own)
        super().__init__(**how)
        for verb in self.verbs:
            self.commands[verb.name] = _Named(verb, self)

    def resolve_command(
        self,
        ctx: Any,  # noqa: ANN401 (typer keeps its click to itself)
        args: list[str],
    ) -> tuple[str | None, Any, list[str]]:
        """The verb that these words are for, with its code."""
        name, command, rest = super().resolve_command(ctx, args)
        if isinstance(command, _Named):
            command = command.imported()
        return name, command, rest


class _Named(TyperCommand):
    """A verb by name alone, as it is listed."""

    def __init__(self, verb: Verb, group: TyperGroup) -> None:
        super().__init__(verb.name, help=verb.says, rich_markup_mode=group.rich_markup_mode)
        self._verb: Final = verb
        self._group: Final = group

    def imported(self) -> Any:  # noqa: ANN401 (typer keeps its click to itself)
        """The verb itself."""
        module, _, name = self._verb.code.partition(":")
        code = getattr(importlib.import_module(module), name)
        alone = typer.Typer(
            callback=_nothing,
            rich_markup_mode=self._group.rich_markup_mode,
            pretty_exceptions_enable=False,
            add_completion=False,
        )
        if isinstance(code, typer.Typer):
            alone.add_typer(code, name=self._verb.name)
        else:
            alone.command(self._verb.name)(code)
        group = typer.main.get_command(alone)
        assert isinstance(group, TyperGroup)  # noqa: S101 (it has a callback)
        return group.commands[self._verb.name]


def _nothing() -> None:
    """What a group does besides its verbs."""
