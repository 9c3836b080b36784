"""What a caller is told when something goes wrong, and what nobody is."""

import logging
from typing import Final

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values

from gateway.faults import NOT_OF_TYPE, execution_fault
from gateway.logs import Line
from schema import schema
from tests.gateway.edges import SECRET, Served, serving, with_limits


@pytest.mark.parametrize(
    "how, code, says",
    [
        ("unrecorded", "NOT_RECORDED", "could not be written down"),
        ("source", "SOURCE_UNAVAILABLE", "police"),
        ("index", "INTERNAL", "correlation id"),
        ("otherwise", "INTERNAL", "correlation id"),
    ],
)
def test_an_error_has_a_code_and_our_own_words(
    served: Served, how: str, code: str, says: str
) -> None:
    answer = served.ask(f'{{ role fails(how: "{how}") }}')
    assert answer.status == 200
    assert answer.code == code
    fault = answer.json()["errors"][0]
    assert says in fault["message"]
    assert fault["path"] == ["fails"]
    assert fault["extensions"]["correlationId"] == answer.headers["homeward-correlation-id"]
    assert answer.json()["data"] == {"role": "social-worker", "fails": None}
    assert b"Aurelia" not in answer.body
    assert b"list index" not in answer.body


def test_a_crash_is_one_plain_sentence_and_its_words_are_not_logged(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = served.send("{}", path="/crash")
        inside = served.ask('{ fails(how: "otherwise") }')
    assert (answer.status, answer.json()["code"]) == (500, "INTERNAL")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    logged = "\n".join(Line().format(record) for record in caplog.records)
    for one in (answer, inside):
        assert one.headers["homeward-correlation-id"] in logged
    assert "unforeseen ValueError" in logged
    assert "Aurelia" not in logged
    assert b"Aurelia" not in answer.body


PLACES = {
    "a value": '{ number(of: "CANARY") }',
    "an alias": "{ CANARY: role CANARY: subject }",
    "an operation name": "query CANARY { nothing }",
    "a field": "{ CANARY }",
    "an argument": '{ echo(CANARY: "x") }',
    "a directive": "{ role @CANARY }",
    "a fragment": "{ ...CANARY }",
    "a type": "{ ... on CANARY { role } }",
    "a variable": "{ echo(text: $CANARY) }",
    "an unused variable": "query($CANARY: Int) { role }",
    "a syntax error": "{ role CANARY( }",
    "an unfinished string": '{ echo(text: "CANARY }',
    "a type of a variable": "query($a: CANARY) { role }",
    "an enum value": "{ echo(text: CANARY) }",
}


@pytest.mark.parametrize("document", PLACES.values(), ids=PLACES.keys())
def test_what_is_wrong_with_a_document_is_said_without_repeating_it(
    served: Served, document: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = served.ask(document)
    fault = answer.json()["errors"][0]
    assert fault["extensions"]["code"] == "BAD_USER_INPUT"
    assert fault["locations"][0].keys() == {"line", "column"}
    assert b"CANARY" not in answer.body
    assert "CANARY" not in caplog.text


@pytest.mark.parametrize("near", ["rol", "subjects", "recrod", "role_"])
def test_no_name_is_suggested_and_every_unknown_field_gets_the_same_words(
    served: Served, near: str
) -> None:
    fault = served.ask(f"{{ {near} }}").json()["errors"][0]
    assert fault["message"] == "There is no such field on Query."


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    with serving(with_limits(answer_seconds=0.1)) as hurried:
        answer = hurried.ask("{ slow }")
        assert (answer.status, answer.code) == (503, "TIMED_OUT")
        assert hurried.ask("{ role }").status == 200


@pytest.mark.parametrize("name", ["asyncio", "sqlalchemy.engine", "httpcore"])
def test_the_words_of_libraries_are_not_logged(name: str) -> None:
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, SECRET, None, None)
    assert "Aurelia" not in Line().format(record)


def test_a_log_line_cannot_be_broken_in_two() -> None:
    record = logging.LogRecord(
        "gateway.x", logging.INFO, "x.py", 1, 'a"\nb %s', ("\x1b[2J\r\n",), None
    )
    line = Line().format(record)
    assert "\n" not in line
    assert "\x1b" not in line


RECORDED: Final = {"child": "x", "what": "PHOTO_HELD", "at": "2026-11-24T02:03:11Z"}


@pytest.mark.parametrize(
    "sent, says",
    [
        (RECORDED, "RecordEventInput needs `clientMutationId`."),
        (
            {**RECORDED, "clientMutationId": "one-of-mine", "CANARY": 1},
            "RecordEventInput has no field of a name that was given.",
        ),
        (
            {**RECORDED, "clientMutationId": "one-of-mine", "detail": {"travelMinutes": "CANARY"}},
            "The value of `detail.travelMinutes` is not of the type that the schema asks for here.",
        ),
        (
            {**RECORDED, "clientMutationId": "one-of-mine", "what": "CANARY"},
            "The value of `what` is not of the type that the schema asks for here.",
        ),
        (None, NOT_OF_TYPE),
    ],
)
def test_what_is_wrong_with_a_value_is_said_by_the_schemas_own_names(
    sent: object, says: str
) -> None:
    document = parse("mutation R($i: RecordEventInput!) { recordEvent(input: $i) { __typename } }")
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)

    wrong = get_variable_values(schema._schema, operation.variable_definitions or (), {"i": sent})

    assert isinstance(wrong, list)
    assert [execution_fault(one, "id").message for one in wrong] == [says]
