"""The sixty kinds of bad payload, date and person are all tried; none by its name alone."""

from tests.badinput.listed import PAGE, kinds, printed


def test_each_of_the_sixty_kinds_is_tried() -> None:
    assert kinds().keys() == set(range(1, 61))


def test_the_page_lists_what_is_tried_and_nothing_else() -> None:
    assert PAGE.read_text(encoding="utf-8") == printed()
