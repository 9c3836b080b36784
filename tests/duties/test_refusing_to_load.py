"""A duties file that is wrong refuses to load: with the file, the line, and what to do."""

import re
from typing import Final

import pytest

from protocols.checking import checked
from protocols.load import files_of
from records.errors import IncompleteProtocol
from tests.duties.invented import duty, invented

DUTY: Final = """
[[duty]]
id = "elm-visit"
kind = "deadline"
treatment = ["timed", "notified", "surfaced"]
event = ["child-found"]
when = { looked_after = true }
owner = ["social_worker"]
clock = { within = "PT24H", starts = "found", met_by = ["contact-made"] }
tell = [{ who = ["director"], items = ["episode.status"] }]
says = "A visit within a day."
cite = { heading = "1" }
"""


def test_the_duty_as_it_stands_loads() -> None:
    [visit] = invented(DUTY).protocols["elmshire"].duties

    assert (visit.file, visit.line) == ("elmshire/duties.toml", 3)


@pytest.mark.parametrize(
    "right, wrong, stands_in, says",
    [
        ('"child-found"', '"child-fond"', "event", "Invalid enum value 'child-fond'"),
        ('"deadline"', '"consent"', "kind", "Its rows stand in sharing.toml"),
        ('"elm-visit"', '"oak-visit"', "id", "begin with `elm-`"),
        ("looked_after", "loked_after", "when", "Did you mean `looked_after`?"),
        ("looked_after = true", 'role = ["school"]', "when", "not a circumstance of a duty"),
        ("looked_after = true", 'looked_after = "yes"', "when", "is true or false"),
        ("looked_after = true", 'saw_risk = ["lo"]', "when", "Did you mean `low`?"),
        ("looked_after = true", "saw_risk = []", "when", "an empty list"),
        ("looked_after = true", 'district = ["Wyre"]', "when", "not a GSS code"),
        ("looked_after = true", "travel_minutes = true", "when", "is a span"),
        ("looked_after = true", "age = { from = 18, below = 9 }", "when", "the lower end first"),
        ('["social_worker"]', '["social_wrker"]', "owner", "Did you mean `social_worker`?"),
        ('"director"', '"directer"', "tell", "Did you mean `director`?"),
        ('"episode.status"', '"episode.state"', "tell", "Did you mean `episode.status`?"),
        ('items = ["episode.status"]', 'channel = "post"', "tell", "not a channel"),
        ('items = ["episode.status"]', 'otherwise = ["desk"]', "tell", "stand together"),
        ('"PT24H"', '"24 hours"', "clock", "matching regex"),
        ('"PT24H"', '"PT"', "clock", "is not a duration"),
        ('within = "PT24H", ', "", "clock", "exactly one of after, within"),
        ('within = "PT24H"', 'after = "PT24H"', "clock", "say in `stopped_by`"),
        (', met_by = ["contact-made"]', "", "clock", "say in `met_by`"),
        ('"timed", ', "", "treatment", "the row is also `timed`"),
        ('"surfaced"', '"recorded"', "treatment", "`recorded` needs a `record`"),
        ('says = "A visit', 'task = ""\nsays = "A visit', "task", "length >= 1"),
        ("when = {", "wen = {", "wen", "`wen` is not a key of duty"),
        (
            "when = {",
            "window = { episodes = 3 }\nwhen = {",
            "event",
            "counted as they are recorded",
        ),
        (
            "says =",
            'meeting = { name = "tea", attendees = ["director"] }\nsays =',
            "meeting",
            "is not a meeting",
        ),
        ("says =", "silent = true\nsays =", "silent", "which sections were read"),
        ("says =", "verified = true\nsays =", "cite", "there is no quotation"),
        ("says =", "starts = 2026-02-01\nends = 2026-01-01\nsays =", "ends", "not after `starts`"),
        ('heading = "1"', f'heading = "1", quote = "{"word " * 26}"', "cite", "has 26 words"),
    ],
)
def test_a_slip_is_told_with_its_line_and_a_remedy(
    right: str, wrong: str, stands_in: str, says: str
) -> None:
    text = DUTY.replace(right, wrong, 1)
    assert text != DUTY
    line = next(n for n, row in enumerate(text.splitlines(), 1) if re.match(rf"{stands_in}\b", row))

    with pytest.raises(IncompleteProtocol, match=re.escape(says)) as refused:
        invented(text)

    assert str(refused.value).startswith(f"elmshire/duties.toml, line {line}: ")


@pytest.mark.parametrize(
    "lines, says",
    [
        (
            ['treatment = ["surfaced"]', 'event = ["child-found"]', 'task = "Go."'],
            "`surfaced` needs an `owner`",
        ),
        (
            [
                'treatment = ["notified"]',
                'event = ["child-found"]',
                'in_doubt = "hold"',
                'tell = [{ who = ["desk"] }]',
            ],
            "somebody has to see to it",
        ),
        (
            [
                'treatment = ["notified"]',
                'event = ["child-found"]',
                'escalates = [{ to = ["director"] }]',
            ],
            "a ladder needs a clock with `within`",
        ),
        (
            [
                'treatment = ["notified"]',
                'event = ["child-found"]',
                'tell = [{ who = ["desk"], otherwise = ["director"], hours = [{ days = ["mon"], opens = 09:00:00, closes = 08:00:00 }] }]',
            ],
            "`closes` is not after `opens`",
        ),
        (
            ['treatment = ["enforced"]', 'event = ["child-found"]'],
            "a `responsibility` or `refuses`",
        ),
    ],
)
def test_a_row_that_could_do_nothing_is_refused(lines: list[str], says: str) -> None:
    with pytest.raises(IncompleteProtocol, match=re.escape(says)):
        invented(duty("elm-other", *lines))


def test_an_id_stands_once_in_a_file_but_may_stand_in_sharing_as_well() -> None:
    with pytest.raises(
        IncompleteProtocol, match=r"stands already in elmshire/duties\.toml, line 3"
    ):
        invented(DUTY + DUTY)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    files = files_of()
    name = "pan_lancashire/duties.toml"
    files[name] = files[name].replace('"cla_nurse_team"', '"cla_nurses"')

    bundle, faults = checked(files)

    assert bundle is None
    assert len(faults) > 2
    assert all("Did you mean `cla_nurse_team`?" in str(fault) for fault in faults)
