"""Every item that a document will resolve is gathered before anything is decided, and no other."""

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from records.items import Category, Item
from schema import schema
from schema.asked import RootAsked
from schema.gathering import Gathering

GRAPH = schema._schema
EXISTS = Item.RHI_EXISTS


def gathered(text: str, variables: dict[str, object] | None = None) -> dict[str, RootAsked]:
    document = parse(text)
    assert validate(GRAPH, document) == []
    operation, fragments = None, {}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            operation = node
        elif isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = node
    assert operation is not None
    values = get_variable_values(GRAPH, operation.variable_definitions or (), variables or {})
    assert isinstance(values, VariableValues)
    return dict(Gathering(GRAPH).of(operation, fragments, values))


def items(text: str, variables: dict[str, object] | None = None) -> frozenset[Item]:
    return gathered(text, variables)["child"].items


def test_a_part_that_is_named_is_asked_for_with_its_records_existence() -> None:
    asked = items(
        '{ child(id: "1") { ... on Child { returnInterviews { records { account { account } } } } } }'
    )
    assert asked == {EXISTS, Item.RHI_FULL}


def test_a_part_is_asked_for_even_if_only_its_state_is_read() -> None:
    asked = items(
        '{ child(id: "1") { ... on Child { returnInterviews { records { account { state } } } } } }'
    )
    assert Item.RHI_FULL in asked


def test_a_state_alone_asks_whether_anything_is_held() -> None:
    assert items('{ child(id: "1") { ... on Child { returnInterviews { state } } } }') == {EXISTS}


def test_a_bare_child_asks_whether_there_is_one() -> None:
    assert items('{ child(id: "1") { __typename ... on Child { id } } }') == {Item.IDENTITY_EXISTS}


def test_fragments_aliases_and_interfaces_hide_nothing() -> None:
    asked = gathered(
        """
        query {
          child(id: "1") { ...A ... on Node { ... on Child { h: health { ...Held } } } }
        }
        fragment A on ChildResult { ... on Child { i: returnInterviews { records { x: needs { needs } } } } }
        fragment Held on HealthAnswer { page(first: 1) { edges { n: node { ...Record } } } }
        fragment Record on Node { ... on Health { assessment { overdue } } }
        """
    )["child"]
    assert asked.items == {EXISTS, Item.RHI_NEEDS, Item.HEALTH_EXISTS, Item.HEALTH_ASSESSMENT}
    assert asked.answers["i"].category is Category.INTERVIEWS
    assert asked.answers["h"].items == {Item.HEALTH_EXISTS, Item.HEALTH_ASSESSMENT}


def test_one_category_under_two_names_is_two_answers_with_their_own_items() -> None:
    answers = gathered(
        """{ child(id: "1") { ... on Child {
          a: returnInterviews { records { confirmation { heldAt } } }
          b: returnInterviews { records { account { account } } } } } }"""
    )["child"].answers
    assert answers["a"].items == {EXISTS, Item.RHI_CONFIRMATION}
    assert answers["b"].items == {EXISTS, Item.RHI_FULL}


def test_selections_that_the_executor_merges_are_merged() -> None:
    asked = gathered(
        """{ child(id: "1") { ... on Child {
          returnInterviews { records { confirmation { heldAt } } }
          returnInterviews { records { account { account } } } } } }"""
    )["child"].answers["returnInterviews"]
    assert asked.items == {EXISTS, Item.RHI_CONFIRMATION, Item.RHI_FULL}


@pytest.mark.parametrize(
    "directive, value, wanted",
    [
        ("@include(if: $v)", True, True),
        ("@include(if: $v)", False, False),
        ("@skip(if: $v)", True, False),
        ("@skip(if: $v)", False, True),
        ("@skip(if: true)", False, False),
    ],
)
def test_what_is_switched_off_is_not_asked_for(
    directive: str, *, value: bool, wanted: bool
) -> None:
    text = """query ($v: Boolean!) { child(id: "1") { ... on Child {
      returnInterviews @include(if: $v) @skip(if: $v) { state }
      health { records { record DIRECTIVE { events { what } } needs { needs } } } } } }"""
    asked = items(text.replace("DIRECTIVE", directive), {"v": value})
    assert (Item.HEALTH_RECORD in asked) is wanted
    assert Item.HEALTH_NEEDS in asked
    assert EXISTS not in asked


def test_a_setting_of_the_switches_is_remembered_for_itself_alone() -> None:
    document = parse(
        """query ($v: Boolean!) { child(id: "1") { ... on Child {
             health { records { record @include(if: $v) { state } } } } } }"""
    )
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    gathering = Gathering(GRAPH)

    def asked(*, value: bool) -> RootAsked:
        found = get_variable_values(GRAPH, operation.variable_definitions or (), {"v": value})
        assert isinstance(found, VariableValues)
        return gathering.of(operation, {}, found)["child"]

    assert Item.HEALTH_RECORD in asked(value=True).items
    assert Item.HEALTH_RECORD not in asked(value=False).items
    assert asked(value=True) is asked(value=True)


def test_a_node_is_asked_as_a_child_and_as_each_kind_of_record() -> None:
    asked = gathered(
        """{ node(id: "1") { id
             ... on Child { health { state } }
             ... on MissingEpisode { risk { grade } } } }"""
    )["node"]
    assert asked.items == {Item.HEALTH_EXISTS}
    assert asked.records[Category.EPISODES] == {
        Item.EPISODE_EXISTS,
        Item.EPISODE_HISTORY,
        Item.RISK_GRADE,
    }
    assert asked.records[Category.INTERVIEWS] == {Item.RHI_EXISTS}


def test_what_does_not_read_a_child_gathers_nothing() -> None:
    assert gathered("{ viewer { role } version __typename }") == {}


def test_every_root_field_is_gathered_under_its_own_name() -> None:
    asked = gathered(
        """{ a: child(id: "1") { ... on Child { health { state } } }
             b: findChild(nhsNumber: "1") { ... on Child { intelligence { state } } } }"""
    )
    assert asked["a"].items == {Item.HEALTH_EXISTS}
    assert asked["b"].items == {Item.INTELLIGENCE_EXISTS}


def test_a_chain_of_doubling_fragments_is_gathered_at_once() -> None:
    links = 40
    chain = "\n".join(f"fragment F{n} on Child {{ ...F{n + 1} ...F{n + 1} }}" for n in range(links))
    text = f"""{{ child(id: "1") {{ ...F0 }} }}
      {chain}
      fragment F{links} on Child {{ health {{ state }} }}"""
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    asked = Gathering(GRAPH).of(operation, fragments, VariableValues({}, {}))["child"]
    assert asked.items == {Item.HEALTH_EXISTS}


def test_documents_are_remembered_within_bounds() -> None:
    gathering = Gathering(GRAPH)
    for n in range(600):
        operation = parse(f'{{ child(id: "{n}") {{ __typename }} }}').definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        gathering.of(operation, {}, VariableValues({}, {}))
    assert len(gathering._documents) == 512
