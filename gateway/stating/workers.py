"""Who the workers of a system are, as their tokens call them.

A system calls a worker by a key of its own, a token by a subject. The deployment keeps the list; it is
read again when the file has changed, so that nobody has to restart anything when a worker comes or goes.
"""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from gateway.settings import FactsSettings
from records.errors import WrongSettings

_COLUMNS: Final = ("worker", "subject")
_log = logging.getLogger(__name__)


class Workers:
    """The workers of one system.

    Raises:
        WrongSettings: their list cannot be read.
    """

    def __init__(self, source: str, settings: FactsSettings) -> None:
        self._source = source
        self._settings = settings
        self._known: Mapping[str, str] = {}
        self._stamp: tuple[int, int] | None = None
        if settings.workers_file is not None:
            self._read(settings.workers_file)

    def refresh(self) -> None:
        """Read the list again if it has changed. One that cannot be read leaves the last that could."""
        path = self._settings.workers_file
        if path is None:
            return
        try:
            self._read(path)
        except WrongSettings as error:
            _log.error("%s", error)

    def person(self, worker: str) -> tuple[str, str] | None:
        """The issuer and subject of a worker; None where the deployment does not say."""
        if self._settings.issuer is None:
            return None
        subject = self._known.get(worker)
        if subject is None and self._settings.subjects_are_workers:
            subject = worker
        return None if subject is None else (self._settings.issuer, subject)

    def _read(self, path: Path) -> None:
        try:
            there = path.stat()
            stamp = (there.st_mtime_ns, there.st_size)
            if stamp == self._stamp:
                return
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise WrongSettings(
                f"sources.{self._source}.poll.facts.workers_file cannot be read as UTF-8 text;"
                " correct the path, or who may read it"
            ) from None
        self._known = _workers(self._source, text)
        self._stamp = stamp


def _workers(source: str, text: str) -> Mapping[str, str]:
    where = f"sources.{source}.poll.facts.workers_file"
    rows = csv.DictReader(io.StringIO(text))
    if not set(_COLUMNS) <= set(rows.fieldnames or ()):
        raise WrongSettings(f"{where}: the first line has to name the columns `worker,subject`")
    known: dict[str, str] = {}
    for row in rows:
        worker, subject = ((row[name] or "").strip() for name in _COLUMNS)
        if not worker or not subject:
            raise WrongSettings(f"{where}, line {rows.line_num}: give both a worker and a subject")
        if known.setdefault(worker, subject) != subject:
            raise WrongSettings(f"{where}, line {rows.line_num}: this worker has two subjects")
    return MappingProxyType(known)
