"""The sixty kinds of bad payload, date and person are all tried; none by its name alone."""

import re

from tests.badinput import test_dates, test_payloads, test_people
from tests.badinput.payloads import PAYLOADS

TABLES = (
    PAYLOADS,
    test_dates.TIMES,
    test_dates.BIRTHS,
    test_people.NAMES,
    test_people.NOBODYS,
    test_people.POSTCODES,
)


def test_each_of_the_sixty_kinds_is_tried() -> None:
    tried = {int(kind[:2]) for table in TABLES for kind in table}
    for module in (test_dates, test_payloads, test_people):
        tried |= {
            int(match.group(1))
            for name in vars(module)
            if (match := re.match(r"test_(\d\d)_", name)) is not None
        }
    assert tried == set(range(1, 61))
