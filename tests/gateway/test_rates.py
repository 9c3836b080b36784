"""How often one client may ask: as much as it may at once, then at its pace, and never at another's cost."""

import msgspec
import pytest

from gateway.rates import REMEMBERED, Rates, TooOften
from gateway.settings import Limits
from records.people import Role
from tests.gateway.edges import Served, serving, with_limits

ASKED = '{"query": "{ role }"}'


class Clock:
    """Seconds, as the test moves them."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def rates(clock: Clock, *, a_second: float = 2.0, burst: int = 3) -> Rates:
    limits = msgspec.structs.replace(Limits(), client_per_second=a_second, client_burst=burst)
    return Rates(limits, clock)


def test_a_client_may_ask_so_often_at_once_and_then_at_its_pace() -> None:
    clock = Clock()
    bucket = rates(clock)
    for _ in range(3):
        bucket.asks("lcs")
    with pytest.raises(TooOften, match=r"Ask again in 1 s"):
        bucket.asks("lcs")
    clock.now += 0.5
    bucket.asks("lcs")
    with pytest.raises(TooOften):
        bucket.asks("lcs")
    clock.now += 3600
    for _ in range(3):
        bucket.asks("lcs")
    with pytest.raises(TooOften):
        bucket.asks("lcs")


def test_what_was_refused_does_not_make_the_wait_longer() -> None:
    clock = Clock()
    bucket = rates(clock, a_second=0.1, burst=1)
    bucket.asks("lcs")
    for _ in range(50):
        with pytest.raises(TooOften) as told:
            bucket.asks("lcs")
        assert told.value.retry_after == 10
    clock.now += 10
    bucket.asks("lcs")


def test_one_client_does_not_use_up_what_another_may() -> None:
    bucket = rates(Clock(), burst=1)
    bucket.asks("lcs")
    bucket.asks("console")
    with pytest.raises(TooOften):
        bucket.asks("lcs")


def test_no_more_clients_are_remembered_than_fit() -> None:
    bucket = rates(Clock(), burst=1)
    for n in range(REMEMBERED + 5):
        bucket.asks(f"client-{n}")
    assert len(bucket._buckets) == REMEMBERED
    bucket.asks("client-0")


def by(served: Served, client: str) -> str:
    return served.issuer.mint(Role.SOCIAL_WORKER, "E10000017", "subject-1", client=client)


def test_over_http_it_is_told_when_to_come_back_and_nothing_about_anybody() -> None:
    with serving(with_limits(client_per_second=0.5, client_burst=2)) as served:
        loud, quiet = by(served, "loud"), by(served, "quiet")
        for _ in range(2):
            assert served.send(ASKED, token=loud).status == 200
        refused = served.send(ASKED, token=loud)
        assert served.send(ASKED, token=quiet).status == 200
    assert (refused.status, refused.headers["retry-after"]) == (429, "2")
    assert refused.code == "RATE_LIMITED"
    assert refused.json()["errors"][0]["extensions"]["retryAfterSeconds"] == 2
    for word in (b"loud", b"subject-1", b"E10000017"):
        assert word not in refused.body


def test_whoever_is_not_signed_in_uses_up_nobodys_questions() -> None:
    with serving(with_limits(client_per_second=0.5, client_burst=1)) as served:
        for _ in range(3):
            assert served.send(ASKED, token=None).status == 401
        assert served.send(ASKED).status == 200
