"""Documents that ask for too much are refused before any work, and the refusing is cheap."""

import time

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import Documents, NotADocument
from gateway.limits import TooMuch, check
from gateway.settings import Limits, Settings
from tests.gateway.edges import Served, serving, small_schema, with_limits

LIMITS = Limits()


def chain(links: int, *, with_fields: bool = False) -> str:
    """Fragments that each spread the next twice: 2 to the power of `links` in the end."""
    each = "record {{ ...f{0} }} other: record {{ ...f{0} }}" if with_fields else "...f{0} ...f{0}"
    links_ = (f"fragment f{n} on Query {{ {each.format(n + 1)} }}" for n in range(links))
    return f"{{ ...f0 }} {' '.join(links_)} fragment f{links} on Query {{ role }}"


def refused(document: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(TooMuch) as caught:
        check(parse(document), limits)
    return caught.value.what


@pytest.mark.parametrize("with_fields", [False, True])
def test_a_chain_of_doubling_fragments_is_refused_as_cheaply_as_it_is_read(
    *, with_fields: bool
) -> None:
    tree = parse(chain(25, with_fields=with_fields))
    begun = time.process_time()
    for _ in range(100):
        with pytest.raises(TooMuch):
            check(tree, LIMITS)
    assert (time.process_time() - begun) / 100 < 0.005


def test_the_work_of_counting_grows_with_the_document_and_not_with_what_it_unfolds_to() -> None:
    def taken(links: int) -> float:
        tree = parse(chain(links))
        begun = time.process_time()
        for _ in range(50):
            with pytest.raises(TooMuch):
                check(tree, LIMITS)
        return time.process_time() - begun

    assert taken(48) < 12 * taken(12)


@pytest.mark.parametrize(
    "document, what",
    [
        ("{ record " * 20 + "{ name }" + "}" * 20, "depth"),
        ("{" + " ".join(f"a{n}: role" for n in range(61)) + "}", "aliases"),
        ("{ record { " + " ".join(f"a{n}: name" for n in range(61)) + " } }", "aliases"),
        ("{ a role b c d e f g h }", "root fields"),
        ("{ ...a } fragment a on Query { a role b c d e f g h }", "root fields"),
        ("{ " + "role " * 11 + "}", "repeats of one field"),
        ("{ " + "record { name } " * 11 + "}", "repeats of one field"),
        ("{ " + "...f " * 11 + "} fragment f on Query { role }", "repeats of one field"),
        ("{ role } fragment f on Query { role }", "unused fragments"),
        (
            "{ role }" + " ".join(f"fragment f{n} on Query {{ role }}" for n in range(61)),
            "fragments",
        ),
        (" ".join(f"query q{n} {{ role }}" for n in range(11)), "operations"),
        ("{ record " + "{ records " * 6 + "{ name }" + "}" * 6 + "}", "cost"),
        (chain(8), "fragment spreads"),
    ],
)
def test_each_limit_follows_fragments_and_is_named(document: str, what: str) -> None:
    assert refused(document) == what


@pytest.mark.parametrize(
    "document",
    [
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        "{ ...a } fragment a on Query { record { ...a ...a ...a } }",
        "{ ...nothing }",
    ],
)
def test_circles_and_spreads_of_nothing_end_and_are_left_to_validation(document: str) -> None:
    check(parse(document), LIMITS)
    with pytest.raises(NotADocument):
        Documents(small_schema(), Settings()).by_text(document, "client")


def test_the_introspection_that_tools_send_is_within_the_limits() -> None:
    Documents(small_schema(), Settings()).by_text(get_introspection_query(), "client")


NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, int, int]:
    """A document, and its depth and number of fields as plainly unfolding it would count them."""

    def selection(level: int, below: int) -> tuple[str, int, int]:
        parts, depth, fields = [], 0, 0
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(["field", "nested", "spread", "inline"]))
            if kind == "spread" and below < len(fragments):
                index = draw(st.integers(below, len(fragments) - 1))
                parts.append(f"...f{index}")
                used.add(index)
                depth, fields = max(depth, fragments[index][1]), fields + fragments[index][2]
            elif kind == "nested" and level < 3:
                text, deep, many = selection(level + 1, below)
                parts.append(f"{draw(NAMES)} {{ {text} }}")
                depth, fields = max(depth, deep + 1), fields + many + 1
            elif kind == "inline" and level < 3:
                text, deep, many = selection(level + 1, below)
                parts.append(f"... {{ {text} }}")
                depth, fields = max(depth, deep), fields + many
            else:
                parts.append(draw(NAMES))
                depth, fields = max(depth, 1), fields + 1
        return " ".join(parts), depth, fields

    fragments: list[tuple[str, int, int]] = []
    used: set[int] = set()
    for _ in range(draw(st.integers(0, 4))):
        made = selection(0, 0)
        fragments.append(made)
    text, depth, fields = selection(0, 0)
    if fragments:
        text += " " + " ".join(f"...f{n}" for n in range(len(fragments)))
        depth = max(depth, *(f[1] for f in fragments))
        fields += sum(f[2] for f in fragments)
    whole = f"{{ {text} }} " + " ".join(
        f"fragment f{n} on Query {{ {f[0]} }}" for n, f in enumerate(fragments)
    )
    return whole, depth, fields


@given(documents())
def test_counting_each_fragment_once_gives_what_unfolding_it_would(
    made: tuple[str, int, int],
) -> None:
    document, depth, fields = made
    wide = Limits(
        root_fields=10**9, repeats=10**9, aliases=10**9, spreads=10**9, cost=10**9,
        depth=10**9, fields=10**9,
    )  # fmt: skip
    tree = parse(document)
    check(tree, wide)
    for name, found in (("depth", depth), ("fields", fields)):
        check(tree, _but(wide, name, found))
        if found > 1:
            with pytest.raises(TooMuch, match=name):
                check(tree, _but(wide, name, found - 1))


def _but(limits: Limits, name: str, value: int) -> Limits:
    kept = {field: getattr(limits, field) for field in limits.__struct_fields__}
    return Limits(**(kept | {name: value}))


def test_through_http_the_limit_is_named_and_nothing_was_executed(served: Served) -> None:
    answer = served.ask(chain(25))
    assert answer.code == "COST_EXCEEDED"
    assert "data" not in answer.json()
    extensions = answer.json()["errors"][0]["extensions"]
    assert (extensions["limit"], extensions["allowed"]) == ("fragment spreads", LIMITS.spreads)


@pytest.mark.parametrize(
    "document",
    [
        "{ role " + "#\n" * 60_000 + "}",
        "{" * 60_000,
        "{ " + "role " * 20_000 + "}",
        '{ echo(text: "' + "x" * 100_000 + '") }',
        "{ number(of: " + "[" * 30_000 + ") }",
        "{ role " + "@skip(if: true) " * 5000 + "}",
        "query(" + "$a: Int " * 9000 + ") { role }",
        "{ role } " + "\ufeff" * 20_000,
    ],
    ids=["comments", "braces", "fields", "string", "lists", "directives", "variables", "marks"],
)
def test_no_document_keeps_a_worker_busy(served: Served, document: str) -> None:
    begun = time.process_time()
    answer = served.ask(document)
    assert answer.status < 500
    assert time.process_time() - begun < 1


def test_the_limits_are_the_deployments() -> None:
    with serving(with_limits(depth=2, tokens=10)) as strict:
        assert strict.ask("{ record { deeper { name } } }").code == "COST_EXCEEDED"
        assert (
            strict.ask("{ role role role role role role role role role }").code == "COST_EXCEEDED"
        )
        assert strict.ask("{ record { name } }").status == 200
