"""Every quotation stands in the text that it cites, wherever the text is at hand."""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.load import FOLDER, load_bundle
from protocols.verify import plain, verify

TEXTS: Final = os.environ.get("HOMEWARD_PROTOCOL_TEXTS")

TEXT: Final = """
5.7.4 Return Interview

**Placement providers** will not receive a copy of the
return home interview. See [the guidance](https://example.org).

6. Return interviews

Nothing more.
"""

RULE: Final = """
[[rule]]
id = "panlancs-rhi-withhold-placement"
kind = "withhold"
effect = "deny"
items = ["rhi.full"]
when = {{ role = ["registered-manager"] }}
says = "A home does not receive the interview."
cite = {{ heading = "{heading}", quote = "{quote}" }}
"""


def _bundle(root: Path, heading: str, quote: str) -> Bundle:
    shutil.copytree(FOLDER / "national", root / "national")
    home = root / "pan_lancashire"
    home.mkdir()
    shutil.copy(FOLDER / "pan_lancashire" / "protocol.toml", home / "protocol.toml")
    (home / "sharing.toml").write_text(RULE.format(heading=heading, quote=quote), "utf-8")
    return load_bundle(root)


def _texts(root: Path) -> Path:
    folder = root / "texts"
    folder.mkdir()
    (folder / "pan-lancashire.txt").write_text(TEXT, "utf-8")
    return folder


def test_markup_and_line_breaks_aside_the_words_are_found(tmp_path: Path) -> None:
    quote = (
        "Placement providers will not receive a copy of the return home interview. See the guidance"
    )
    bundle = _bundle(tmp_path, "5.7.4 Return Interview", quote)

    [checked] = verify(bundle, _texts(tmp_path))

    assert checked.found
    assert checked.misquoted == ()
    assert checked.quotations == 1


@pytest.mark.parametrize(
    "heading, quote, says",
    [
        ("5.7.4 Return Interview", "Placement providers will never receive a copy", "do not stand"),
        (
            "5.7.5 Return Interview",
            "Placement providers will not receive a copy",
            "no such heading",
        ),
        (
            "6. Return interviews",
            "Placement providers will not receive a copy",
            "before this heading",
        ),
    ],
)
def test_a_changed_word_or_a_wrong_heading_is_found_with_file_and_line(
    tmp_path: Path, heading: str, quote: str, says: str
) -> None:
    bundle = _bundle(tmp_path, heading, quote)

    [checked] = verify(bundle, _texts(tmp_path))

    [wrong] = checked.misquoted
    assert says in wrong.what
    assert (wrong.file, wrong.line) == ("pan_lancashire/sharing.toml", 3)


def test_a_text_that_was_reissued_is_not_the_same_text(tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "5.7.4 Return Interview", "will not receive a copy")

    [checked] = verify(bundle, _texts(tmp_path))

    assert not checked.same_text


def test_where_the_text_is_not_at_hand_nothing_is_claimed(tmp_path: Path) -> None:
    bundle = _bundle(tmp_path, "5.7.4 Return Interview", "will not receive a copy")

    [checked] = verify(bundle, tmp_path)

    assert not checked.found
    assert not checked.same_text


def test_quotation_marks_and_dashes_of_the_typesetter_do_not_matter() -> None:
    assert plain("“Safe — and well”,\n ‘it’ says") == "\"Safe - and well\", 'it' says"


@pytest.mark.skipif(
    TEXTS is None, reason="HOMEWARD_PROTOCOL_TEXTS does not say where the texts are"
)
def test_every_quotation_of_every_protocol_is_word_for_word(bundle: Bundle) -> None:
    assert TEXTS is not None
    checked = verify(bundle, Path(TEXTS))

    assert checked
    for protocol in checked:
        assert protocol.found, protocol.protocol
        assert protocol.same_text, protocol.protocol
        assert protocol.misquoted == (), protocol.protocol
