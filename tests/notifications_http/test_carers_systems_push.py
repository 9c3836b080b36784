"""What a home's own system pushes: held to the same paragraphs as its people, durable on 201, refused in one way."""

from datetime import timedelta
from itertools import count
from typing import Any

import httpx2
import pytest

from tests.notifications_http.kept import due
from tests.notifications_http.town import EVENING, SECRET, Town
from tests.strangers.children import in_care
from tests.world import Child

HOUR = timedelta(hours=1)
LOST = EVENING + HOUR
NEL, SIX, AWAY = "North East Lincolnshire", "nelincs-away-six-hours", "away-without-authorisation"
_SERIALS = count(1)


def states(
    town: Town,
    who: Child | None,
    /,
    *,
    to: str = "elm-house",
    secret: str = SECRET,
    **said: Any,  # noqa: ANN401 (whatever may be sent)
) -> httpx2.Response:
    """A statement, as the home's system sends it."""
    document: dict[str, object] = {
        "reference": f"elm-house-{next(_SERIALS):06}",
        "event": AWAY,
        "at": LOST.isoformat(),
        "detail": {"whereabouts_known": False, "contactable": False},
        **({} if who is None else {"nhsNumber": who.number.digits}),
        **said,
    }
    return town.world.client.post(
        f"{town.world.url}/events/carers/{to}",
        json={name: value for name, value in document.items() if value is not None},
        headers={"x-client-id": "elm-house", "x-client-secret": secret},
    )


@pytest.fixture
def child(town: Town) -> Child:
    one = in_care(town, NEL)
    town.is_now(LOST + timedelta(minutes=5))
    return one


def kept(town: Town, child: Child) -> list[str]:
    rows = town.rows(
        "SELECT type FROM event WHERE child = :c AND type NOT LIKE 'notice-%' ORDER BY child_seq",
        c=child.ref,
    )
    return [row["type"] for row in rows]


def titles(reply: httpx2.Response) -> str:
    errors: list[dict[str, Any]] = reply.json()["errors"]
    return " ".join(error["title"] for error in errors)


def test_the_homes_system_starts_the_six_hours(town: Town, child: Child) -> None:
    reply = states(town, child)
    assert reply.status_code == 201, reply.text
    assert kept(town, child) == [AWAY]
    assert due(town, child, SIX, state="pending") == [LOST + 6 * HOUR]


def test_sent_again_it_has_the_same_receipt_and_is_kept_once(town: Town, child: Child) -> None:
    first = states(town, child, reference="the-same-evening")
    again = states(town, child, reference="the-same-evening")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert kept(town, child) == [AWAY]


def test_it_says_that_the_child_is_back_and_takes_back_what_was_a_slip(
    town: Town, child: Child
) -> None:
    receipt = states(town, child).json()["data"]["id"]
    back = states(town, child, event="child-found", detail=None)
    assert back.status_code == 201, back.text
    assert not due(town, child, SIX, state="pending")

    slip = states(
        town,
        child,
        event=None,
        at=None,
        detail=None,
        takesBack=receipt,
        because="It was entered for the wrong child this evening.",
    )
    assert slip.status_code == 201, slip.text
    assert kept(town, child)[-1] == "said-by-mistake"


def test_by_the_gateways_own_id_too(town: Town, child: Child) -> None:
    assert states(town, None, child=child.id).status_code == 201
    assert kept(town, child) == [AWAY]


def test_a_child_of_another_home_and_one_whom_nobody_knows_have_one_answer(town: Town) -> None:
    theirs = town.world.child(lives_in=NEL, looked_after_by=NEL, placed_with="Oak House", aged=14)
    town.is_now(LOST + timedelta(minutes=5))
    replies = [
        states(town, theirs),
        states(town, None, nhsNumber=town.world.unused_number().digits),
        states(town, None, child="no such id"),
    ]
    assert {reply.status_code for reply in replies} == {403}
    assert len({reply.content for reply in replies}) == 1
    assert not kept(town, theirs)


def test_what_no_paragraph_lets_the_home_state_is_refused_in_the_same_way(town: Town) -> None:
    """Somerset has no such word for carers; and nobody but the police says that they made their check."""
    child = in_care(town, "Somerset")
    town.is_now(LOST + timedelta(minutes=5))
    assert states(town, child).status_code == 403
    assert states(town, child, event="absent", detail=None).status_code == 403
    check = states(town, child, event="safe-and-well-done", detail={"saw_by": "police"})
    assert check.status_code == 403
    assert not kept(town, child)


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"detail": {"contactable": False}}, "whereabouts_known"),
        ({"detail": {"whereabouts_known": "perhaps"}}, "has no such value"),
        ({"detail": {"whereabouts_known": True, "mood": "sad"}}, "no protocol asks about"),
        ({"at": "yesterday"}, "`$.at`"),
        ({"at": "2027-01-11T19:00:00"}, "`$.at`"),
        ({"at": (EVENING + 9 * HOUR).isoformat()}, "not in the future"),
        ({"event": "kidnapped-by-pirates"}, "`$.event`"),
        ({"surname": "Ashworth"}, "a field that there is not"),
        ({"nhsNumber": "9990000000"}, "NHS number"),
        ({"nhsNumber": None}, "one of them"),
        ({"reference": "short"}, "`$.reference`"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_without_a_value_of_it(
    town: Town, child: Child, wrong: dict[str, Any], says: str
) -> None:
    reply = states(town, child, **wrong)
    assert reply.status_code == 422, reply.text
    assert says in titles(reply)
    for secret in ("pirates", "Ashworth", "perhaps", child.number.digits, "9990000000"):
        assert secret not in reply.text
    assert not kept(town, child)


def test_who_does_not_prove_itself_learns_nothing(town: Town, child: Child) -> None:
    replies = [
        states(town, child, secret="not-the-secret-of-anybody"),
        states(town, child, to="oak-house"),
    ]
    assert {reply.status_code for reply in replies} == {401}
    assert len({reply.content for reply in replies}) == 1
    force = town.pushes(b"{}", to="carers")
    assert force.status_code == 401
    in_address = town.world.client.post(
        f"{town.world.url}/events/carers/elm-house?nhsNumber=1",
        json={},
        headers={"x-client-id": "elm-house", "x-client-secret": SECRET},
    )
    assert in_address.status_code == 400
    as_form = town.world.client.post(
        f"{town.world.url}/events/carers/elm-house",
        content=b"event=away",
        headers={
            "x-client-id": "elm-house",
            "x-client-secret": SECRET,
            "content-type": "application/x-www-form-urlencoded",
        },
    )
    assert as_form.status_code == 415
    assert not kept(town, child)


def test_the_ledger_names_the_system_and_the_paragraph(town: Town, child: Child) -> None:
    states(town, child)
    (row,) = town.rows("SELECT row FROM ledger WHERE kind = 'said' ORDER BY seq DESC LIMIT 1")
    assert b"nelincs-away-classification-dispute/carer" in row["row"]
    assert b'"client":"elm-house"' in row["row"]
    assert child.number.digits.encode() not in row["row"]
