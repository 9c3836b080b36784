"""Every shape that any adapter reads, against whatever JSON there can be: read, or refused in data-free words."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import adapters
from adapters.notes import Notes
from adapters.reading import Wire
from records.errors import SourceContractBroken

SENTINEL = "Sentinelle"
KEYS = st.sampled_from(["id", "resourceType", "value", "status", "data", "type", "name", SENTINEL])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from([SENTINEL, "", "2010-02-31", "١٢", "\x00", "\ud800"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


def _wires() -> dict[str, Wire[object]]:
    """Each by the module and the name under which it stands; simulators read nothing of ours."""
    found: dict[str, Wire[object]] = {}
    for module in pkgutil.walk_packages(adapters.__path__, "adapters."):
        if ".simulator" in module.name:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, Wire) and value not in found.values():
                found[f"{module.name}.{name}"] = value
    return found


WIRES = _wires()


def test_every_folder_with_shapes_is_among_them() -> None:
    root = Path(adapters.__path__[0])
    folders = {path.parent.name for path in root.glob("*/wire.py")}
    assert folders
    assert folders <= {name.split(".")[1] for name in WIRES}


@pytest.mark.parametrize("name", sorted(WIRES))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=JSON, cut=st.integers(0, 4), junk=st.binary(max_size=3))
def test_whatever_comes_is_read_or_refused_without_a_word_of_it(
    name: str, value: object, cut: int, junk: bytes
) -> None:
    wire = WIRES[name]
    try:
        body = msgspec.json.encode(value)
    except (UnicodeEncodeError, ValueError):
        body = str(value).encode("utf-8", errors="surrogatepass")
    body = body[: len(body) - cut] + junk
    refused: SourceContractBroken | None = None
    try:
        wire.read("system", body)
    except SourceContractBroken as error:
        refused = error
    assert refused is None or (SENTINEL not in str(refused) and refused.__suppress_context__)
    notes = Notes()
    rows = list(wire.rows([msgspec.Raw(body)], notes))
    assert len(rows) + notes.skipped == 1
