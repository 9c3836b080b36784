"""The matrix, the difference of two bundles and the conflicts of two protocols, held against the engine."""

from collections import Counter
from dataclasses import replace
from random import Random

from consent.analysis import Change, When, Whose, areas, conflicts, diff, matrix, pairs, words
from consent.boxes import Axis, Box, Space
from consent.bundle import Bundle, Effect, Rule
from consent.decision import Decision
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact, Known
from records.items import Item
from records.people import Kind, Role, Standing
from tests.consent.anybody import anybody, chance
from tests.consent.casework import COORDINATOR, NURSE, TODAY

LANCASHIRE = ("pan-lancashire", "pan-lancashire")


def _inside(space: Space, situation: Situation, region: tuple[Box, ...]) -> bool:
    here = space.known(situation)
    return any(all(here[axis] <= values for axis, values in box.items()) for box in region)


def test_the_matrix_opens_exactly_where_the_engine_does(bundle: Bundle) -> None:
    rng = chance(7)
    space = Space(bundle)
    agreed: Counter[bool] = Counter()
    cells = {(cell.host, cell.role, cell.item): cell for cell in matrix(bundle, TODAY)}
    for _ in range(1500):
        situation = anybody(rng, bundle, doubt=0.0)
        if situation.host is None:
            continue
        situation = replace(situation, responsible=situation.host, on=TODAY)
        item = rng.choice(list(Item))
        cell = cells[situation.host, situation.role, item]  # type: ignore[index]
        opened = decide(bundle, situation, [item])[item].open
        assert _inside(space, situation, cell.conditions) is opened, (situation, item)
        agreed[opened] += 1
    assert min(agreed.values()) > 20


def test_never_because_refused_and_never_because_silent_are_told_apart(bundle: Bundle) -> None:
    cells = {
        (cell.role, cell.item): cell
        for cell in matrix(
            bundle,
            TODAY,
            where=[LANCASHIRE],
            roles=[Role.REGISTERED_MANAGER, Role.MEDIA_AND_PUBLIC],
        )
    }

    refused = cells[Role.REGISTERED_MANAGER, Item.RHI_FULL]
    silent = cells[Role.MEDIA_AND_PUBLIC, Item.RHI_CONFIRMATION]

    assert refused.when is When.NEVER_REFUSED
    assert "panlancs-rhi-withhold-placement" in [rule.id for rule in refused.rules]
    assert silent.when is When.NEVER_SILENT
    assert cells[Role.REGISTERED_MANAGER, Item.RHI_CONFIRMATION].when is When.SOMETIMES


def test_a_cells_conditions_read_as_a_person_would_say_them(bundle: Bundle) -> None:
    [cell] = matrix(
        bundle,
        TODAY,
        where=[LANCASHIRE],
        roles=[Role.REGISTERED_MANAGER],
        items=[Item.RHI_CONFIRMATION],
    )

    assert [words(box) for box in cell.conditions] == [
        "adoption_sealed is no and court_forbids is no and identity_sealed is no and looked_after is yes and standing includes provides-placement"
    ]


def test_a_bundle_does_not_differ_from_itself(bundle: Bundle) -> None:
    assert diff(bundle, replace(bundle), TODAY) == ()


def test_words_alone_change_nobodys_view(bundle: Bundle) -> None:
    said = tuple(
        replace(rule, ref=replace(rule.ref, says=f"{rule.ref.says} So it is."))
        for rule in bundle.rules
    )

    assert diff(bundle, replace(bundle, rules=said), TODAY) == ()


def test_taking_a_refusal_away_is_told_as_who_would_newly_see_what_and_when(bundle: Bundle) -> None:
    kept = tuple(r for r in bundle.rules if r.ref.id != "panlancs-rhi-share-police-health/parent")

    changes = diff(bundle, replace(bundle, rules=kept), TODAY)

    assert {c.item for c in changes} == {Item.RHI_FULL, Item.RHI_SYNOPSIS}
    assert Role.POLICE_MISSING_COORDINATOR in {c.role for c in changes}
    assert all(c.widens and not c.closed for c in changes)
    here = next(c for c in changes if (c.host, c.responsible) == LANCASHIRE)
    assert any("parent_says is not agrees" in words(box) for box in here.opened)


def test_a_change_says_exactly_which_situations_it_opens(bundle: Bundle) -> None:
    changed = replace(
        bundle,
        rules=tuple(
            r for r in bundle.rules if not r.ref.id.startswith("panlancs-rhi-form-to-health")
        ),
    )
    space = Space(bundle)
    [change] = [
        c
        for c in diff(bundle, changed, TODAY)
        if (c.host, c.responsible) == LANCASHIRE
        and c.role is Role.HEALTH_TEAM
        and c.item is Item.RHI_FULL
        and Kind.SOCIAL_CARE in c.holders
    ]
    treating = replace(NURSE, role=Role.HEALTH_TEAM, standings=frozenset({Standing.TREATS_CHILD}))
    for says in ("agrees", "refuses"):
        situation = treating.asks(child_says=says)
        was, now = (
            decide(b, situation, [Item.RHI_FULL])[Item.RHI_FULL].open for b in (bundle, changed)
        )
        settled = replace(situation, facts={**_everything(), **situation.facts})
        assert _inside(space, settled, change.closed) is (was and not now)


def _everything() -> dict[Fact, Known]:  # facts that the case leaves out, settled one way
    return {Fact.COURT_FORBIDS: False, Fact.ON_PLAN: frozenset()}


def test_the_host_would_show_and_the_responsible_authority_refuses(bundle: Bundle) -> None:
    """One bundle in which a second partnership takes over Lancashire's refusals and none of its grants."""
    found = conflicts(bundle, TODAY)

    for conflict in found:
        assert conflict.host != conflict.responsible
        assert conflict.where
        assert {ref.protocol for ref in conflict.refused_by} == {conflict.responsible}


def test_each_partnership_is_an_area_and_every_two_of_them_a_pair(bundle: Bundle) -> None:
    partnerships = [p for p in bundle.protocols.values() if not p.national]

    assert len(areas(bundle)) == len(partnerships)
    assert len(pairs(bundle)) == (len(partnerships) + 1) ** 2


def test_what_is_not_known_is_nowhere_in_a_region(bundle: Bundle) -> None:
    space = Space(bundle)

    here = space.known(COORDINATOR.asks(child_says=UNKNOWN))

    assert Axis(Fact.CHILD_SAYS) not in here


def test_a_difference_is_where_two_bundles_decide_differently_and_nowhere_else(
    bundle: Bundle,
) -> None:
    """Three rows changed at random, one of them in whose records it speaks of; situations at random."""
    rng = chance(11)
    space = Space(bundle)
    seen: Counter[str] = Counter()
    for _ in range(4):
        changed = _changed(rng, bundle)
        told: dict[tuple[object, ...], list[Change]] = {}
        for change in diff(bundle, changed, TODAY):
            told.setdefault((change.host, change.responsible, change.role, change.item), []).append(
                change
            )
        for _ in range(150):
            situation = replace(anybody(rng, rng.choice([bundle, changed]), doubt=0.0), on=TODAY)
            was, now = (decide(b, situation, list(Item)) for b in (bundle, changed))
            for item in Item:
                found = told.get((situation.host, situation.responsible, situation.role, item), [])
                for whose in (Whose.OWN, Whose.OTHERS):
                    opened, closed = (
                        {
                            kind
                            for change in found
                            if change.whose in {Whose.ANY, whose}
                            and _inside(space, situation, getattr(change, which))
                            for kind in change.holders
                        }
                        for which in ("opened", "closed")
                    )
                    before, after = (_open_in(d[item], whose) for d in (was, now))
                    assert opened == after - before
                    assert closed == before - after
                    seen["opened"] += bool(opened)
                    seen["closed"] += bool(closed)
    assert min(seen["opened"], seen["closed"]) > 5


def _open_in(decision: Decision, whose: Whose) -> set[Kind]:
    """The kinds of organisation in whose records, the caller's own or not, it is open."""
    own = whose is Whose.OWN
    return {kind for kind in Kind if decision.opens_from(kind, own=own)}


def test_one_s_own_record_become_anybody_s_of_that_kind_is_a_widening(bundle: Bundle) -> None:
    rules = [replace(r, own_record=False) if r.own_record else r for r in bundle.rules]
    wider = replace(bundle, digest="own no more", rules=tuple(rules))
    changes = diff(bundle, wider, TODAY)

    assert changes
    assert {change.whose for change in changes} == {Whose.OTHERS}
    assert all(change.opened and not change.closed for change in changes)
    assert all(change.closed and not change.opened for change in diff(wider, bundle, TODAY))


def _changed(rng: Random, bundle: Bundle) -> Bundle:
    """The bundle without one rule, with another for the police's records alone, one turned round.

    And one of one's own record become anybody's of that kind.
    """
    own = rng.choice([rule for rule in bundle.rules if rule.own_record])
    gone, narrowed, turned = rng.sample([rule for rule in bundle.rules if rule is not own], 3)

    def change(rule: Rule) -> Rule:
        if rule is own:
            return replace(rule, own_record=False)
        if rule is narrowed:
            return replace(rule, holders=frozenset({Kind.POLICE}))
        if rule is turned and rule.effect in {Effect.GRANT, Effect.DENY}:
            other = Effect.DENY if rule.effect is Effect.GRANT else Effect.GRANT
            return replace(rule, effect=other, holders=frozenset(Kind))
        return rule

    return replace(bundle, rules=tuple(change(rule) for rule in bundle.rules if rule is not gone))


def test_numbers_are_told_in_runs() -> None:
    ages = frozenset({0, 1, 2, 9, 17, 18})

    assert words({Axis(Fact.AGE): ages}) == "age is 0 to 2 or 9 or 17 to 18"
