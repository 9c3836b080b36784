"""The directory of gateways and the keys in it: changed, older, run out; and what then is taken from nobody, and sent to nobody."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from joserfc.jwk import OKPKey

from notifications.peer_proof import OwnPeerKeys
from tests.notifications_http.town import EVENING
from tests.regions.papers import LONG_AGO
from tests.regions.placed import LINE, placed
from tests.regions.regions import Regions
from tests.regions.stranger import Stranger, refusal, results


@pytest.fixture
def directory(regions: Regions) -> Iterator[Regions]:
    """The directory as it is after a test that had others signed."""
    yield regions
    regions.lists_all()


def test_keys_change_without_a_gap_and_the_old_one_is_dead_once_it_is_unlisted(
    lancashire: Stranger, directory: Regions
) -> None:
    fresh = OwnPeerKeys(OKPKey.generate_key("Ed25519"), lancashire.keys.opening)
    listed = directory.lancashire.entry
    added = {
        "kid": fresh.kid, "use": "sig", "jwk": fresh.signing.as_dict(private=False),
        "starts": LONG_AGO, "ends": listed["keys"][0]["ends"],
    }  # fmt: skip
    others = (directory.staffordshire.entry, directory.essex.entry)
    old = Stranger(**vars(lancashire))
    lancashire.keys = fresh
    assert refusal(lancashire.sends(lancashire.event())) == (401, "unknown-key")
    directory.lists({**listed, "keys": [*listed["keys"], added]}, *others)
    for sender in (old, lancashire):
        assert results(sender.sends(sender.event())) == [("stored", None)]
    directory.lists({**listed, "keys": [added, *listed["keys"][1:]]}, *others)
    assert refusal(old.sends(old.event())) == (401, "unknown-key")
    assert results(lancashire.sends(lancashire.event())) == [("stored", None)]


def test_an_older_directory_is_not_taken_whoever_offers_it(
    lancashire: Stranger, directory: Regions
) -> None:
    others = (directory.staffordshire.entry, directory.essex.entry)
    directory.lists(directory.lancashire.entry, *others)
    directory.papers.directory(*others, version=1)
    federation = directory.staffordshire.federation
    directory.staffordshire.town.world.does(federation.directory.refresh())
    assert results(lancashire.sends(lancashire.event())) == [("stored", None)]


def test_a_directory_that_has_run_out_closes_every_door(
    lancashire: Stranger, directory: Regions
) -> None:
    entries = (directory.lancashire.entry, directory.staffordshire.entry, directory.essex.entry)
    directory.lists(*entries, expires=EVENING - timedelta(days=1))
    assert refusal(lancashire.sends(lancashire.event())) == (401, "key-expired")


def test_nothing_is_sent_to_a_gateway_whose_keys_have_run_out_and_the_desk_hears_at_once(
    directory: Regions,
) -> None:
    entry = directory.staffordshire.entry
    ended = [{**key, "ends": EVENING} for key in entry["keys"]]
    directory.lists(directory.lancashire.entry, {**entry, "keys": ended}, directory.essex.entry)
    sent = len(directory.staffordshire.front.passed)
    child = placed(directory)
    child.is_placed()
    directory.until(lambda: child.told(directory.lancashire, "notice-undeliverable"))
    told = child.told(directory.lancashire, "notice-undeliverable")
    assert set(told) == {"E10000017/emergency-duty-team"}
    assert len(directory.staffordshire.front.passed) == sent
    directory.lists_all()
    directory.is_now(EVENING + timedelta(minutes=1))
    directory.until(
        lambda: child.told(directory.lancashire, "placement-made")[LINE]["state"] == "delivered"
    )
