"""Documents: read, counted, validated once, and kept; and those that a client is trusted with.

A document is known by the SHA-256 of its text. What was kept for one text can never be
used for another, and the bounded store drops what was used least lately.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from graphql import (
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    parse,
    specified_rules,
    validate,
)
from graphql.language import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode
from graphql.validation import ASTValidationRule, NoSchemaIntrospectionCustomRule
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gateway.limits import TooMuch, check
from gateway.settings import Settings
from records.errors import WrongSettings

MAX_ERRORS: Final = 5
MAX_COMMENTS: Final = 200
SUFFIX: Final = ".graphql"
# How the parser ends what it says of a document that is too long or too deep to be read.
_ABORTED: Final = "Parsing aborted."


class NotADocument(Exception):
    """The text is no valid document for this schema. ``errors`` say where, in a library's words."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        """Keep the errors for whoever puts them in our words."""
        super().__init__("not a valid document")
        self.errors = tuple(errors)


class NotTrusted(Exception):
    """Not one of the documents that this client is trusted with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that may be executed. ``hash`` is the SHA-256 of its text, in hexadecimal."""

    hash: str
    tree: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of that name, or the only one when no name is given."""
        if name is None:
            return next(iter(self.operations.values())) if len(self.operations) == 1 else None
        return self.operations.get(name)


class Documents:
    """Every document that may be asked, for one schema.

    Raises:
        WrongSettings: a trusted document is not valid, or cannot be read.
    """

    def __init__(self, schema: GraphQLSchema, settings: Settings) -> None:
        self._schema = schema
        self._limits = settings.limits
        self._required = settings.documents.required
        self._rules = _rules(shows_schema=settings.shows_schema)
        self._kept: OrderedDict[bytes, Document] = OrderedDict()
        self._trusted = self._load(settings.documents.folder)

    def by_text(self, text: str, client: str) -> Document:
        """The document of that text.

        Raises:
            TooMuch: it asks for more than one question may.
            NotADocument: it cannot be read, or is not valid for the schema.
            NotTrusted: only trusted documents are taken here, and this is none of the client's.
        """
        digest = hashlib.sha256(text.encode()).digest()
        if self._required:
            return self.by_id(digest.hex(), client)
        kept = self._kept.get(digest)
        if kept is not None:
            self._kept.move_to_end(digest)
        else:
            kept = self._prepare(text, digest.hex())
            self._kept[digest] = kept
            if len(self._kept) > self._limits.documents:
                self._kept.popitem(last=False)
        return kept

    def by_id(self, document_id: str, client: str) -> Document:
        """The trusted document of that id, `sha256:` before it or not.

        Raises:
            NotTrusted: there is none for this client; whether another client has it is not said.
        """
        wanted = document_id.removeprefix("sha256:").lower()
        for owner in (folder_of(client), None):
            document = self._trusted.get((owner, wanted))
            if document is not None:
                return document
        raise NotTrusted

    def _prepare(self, text: str, digest: str) -> Document:
        try:
            tree = parse(
                text,
                max_lexical_tokens=self._limits.tokens,
                max_comments=MAX_COMMENTS,
                max_source_length=self._limits.body_bytes,
            )
        except GraphQLSyntaxError as error:
            if error.description.endswith(_ABORTED):
                raise TooMuch("tokens", self._limits.tokens) from None
            raise NotADocument([error]) from None
        check(tree, self._limits)
        errors = validate(
            self._schema,
            tree,
            self._rules,
            max_errors=MAX_ERRORS,
            hide_suggestions=True,
            allow_empty_selection_sets=False,
        )
        if errors:
            raise NotADocument(errors)
        operations = {
            None if one.name is None else one.name.value: one
            for one in tree.definitions
            if isinstance(one, OperationDefinitionNode)
        }
        fragments = {
            one.name.value: one
            for one in tree.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        return Document(hash=digest, tree=tree, operations=operations, fragments=fragments)

    def _load(self, folder: Path | None) -> Mapping[tuple[str | None, str], Document]:
        """Trusted documents by client and hash; those that lie in the folder itself are for all."""
        trusted: dict[tuple[str | None, str], Document] = {}
        for owner, path in () if folder is None else _files(folder):
            try:
                text = path.read_text(encoding="utf-8")
                digest = hashlib.sha256(text.encode()).hexdigest()
                trusted[owner, digest] = self._prepare(text, digest)
            except (OSError, UnicodeDecodeError):
                raise WrongSettings(f"{path}: cannot be read as UTF-8; correct it") from None
            except TooMuch as error:
                says = f"{error.what}, at most {error.allowed}"
                raise WrongSettings(f"{path}: asks for too much: {says}; divide it") from None
            except NotADocument as error:
                raise WrongSettings(f"{path}: {_first(error)}; correct it") from None
        return trusted


def folder_of(client: str) -> str:
    """The name of the folder in which a client's trusted documents lie."""
    return quote(client, safe="")


def _files(folder: Path) -> Iterator[tuple[str | None, Path]]:
    if not folder.is_dir():
        raise WrongSettings(f"{folder}: is no folder; correct `documents.folder`")
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        parts = path.relative_to(folder).parts
        if len(parts) == 1:
            yield None, path
        else:
            yield parts[0], path


def _first(error: NotADocument) -> str:
    first = error.errors[0]
    where = f" in line {first.locations[0].line}" if first.locations else ""
    return f"not a valid document{where}: {first.message}".replace("\n", " ")


def _rules(*, shows_schema: bool) -> tuple[type[ASTValidationRule], ...]:
    rules = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
    return rules if shows_schema else (*rules, NoSchemaIntrospectionCustomRule)
