"""A partnership file that is wrong refuses to load: with the file, the line, and what to do."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from protocols.checking import bundle_of, checked
from protocols.load import FOLDER, files_of, load_bundle
from records.errors import IncompleteProtocol

Folder = Callable[..., Path]

RULE = """
[[rule]]
id = "panlancs-rhi-confirm-placement"
kind = "share"
effect = "grant"
items = ["rhi.confirmation"]
when = { who = ["placement_provider"], looked_after = true }
says = "The home learns that the interview took place."
cite = { heading = "5.7.4 Return Interview", quote = "will be provided with confirmation" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The nation as shipped, and a pan-Lancashire with only these words in one of its files."""

    def with_words(text: str, name: str = "sharing.toml") -> Path:
        shutil.copytree(FOLDER / "national", tmp_path / "national")
        home = tmp_path / "pan_lancashire"
        home.mkdir()
        for file in ("protocol.toml", "sharing.toml"):
            shutil.copy(FOLDER / "pan_lancashire" / file, home / file)
        (home / name).write_text(text, "utf-8")
        return tmp_path

    return with_words


def _line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_rule_as_it_stands_loads(folder: Folder) -> None:
    bundle = load_bundle(folder(RULE))

    assert "panlancs-rhi-confirm-placement" in {rule.ref.id for rule in bundle.rules}


@pytest.mark.parametrize(
    "right, wrong, stands_in, says",
    [
        ('"rhi.confirmation"', '"rhi.confirmaton"', "items", "Did you mean `rhi.confirmation`?"),
        ("looked_after = true", "loked_after = true", "when", "Did you mean `looked_after`?"),
        ("looked_after = true", 'looked_after = "yes"', "when", "`looked_after` is true or false"),
        ("looked_after = true", 'child_says = ["agree"]', "when", "Did you mean `agrees`?"),
        ("looked_after = true", "child_says = []", "when", "an empty list"),
        ("looked_after = true", "age = { from = 18, below = 10 }", "when", "lower end first"),
        ("looked_after = true", "age = { below = 140 }", "when", "no age is from 0 and below 140"),
        ("looked_after = true", "age = 12", "when", "got `int` in `rule.when`"),
        ("looked_after = true", 'authority = ["E99999999"]', "when", "not a value of `authority`"),
        ("looked_after = true", 'kind = ["police"]', "when", "already says role"),
        (
            '"placement_provider"',
            '"placement_providr"',
            "when",
            "Did you mean `placement_provider`?",
        ),
        (
            'who = ["placement_provider"]',
            'role = ["registered-manager"]',
            "when",
            "open to strangers",
        ),
        (
            'who = ["placement_provider"]',
            'role = ["home-manager"]',
            "when",
            "not a value of `role`",
        ),
        (
            'who = ["placement_provider"]',
            'standing = ["owns-home"]',
            "when",
            "not a value of `standing`",
        ),
        ('effect = "grant"', 'effect = "allow"', "effect", "Invalid enum value 'allow'"),
        ('effect = "grant"', 'effect = "override"', "when", "must also say"),
        ('kind = "share"', 'kind = "shared"', "kind", "Invalid enum value"),
        ('items = ["rhi.confirmation"]', 'items = ["*"]', "items", "names its items one by one"),
        ('items = ["rhi.confirmation"]', "items = []", "items", "length >= 1"),
        ("quote", "quoted", "cite", "`quoted` is not a key of"),
        ('kind = "share"', 'kind = "share"\nweight = 3', "weight", "`weight` is not a key of"),
        ('kind = "share"', 'kind = "share"\nstarts = "soon"', "starts", "date in `rule.starts`"),
        ('kind = "share"', 'kind = "share"\nstarts = 2026-13-01', "starts", "not TOML"),
        (
            'kind = "share"',
            'kind = "share"\nstarts = 2026-02-01\nends = 2026-01-01',
            "ends",
            "`ends` is not after `starts`",
        ),
        ("panlancs-rhi", "lancs-rhi", "id", "begin with `panlancs-`"),
        (
            "will be provided with confirmation",
            " ".join(["word"] * 26),
            "cite",
            "26 words. Quote at most 25",
        ),
        ("will be provided with confirmation", "", "cite", "there is no quotation"),
    ],
)
def test_a_wrong_word_is_refused_where_it_stands(
    folder: Folder, right: str, wrong: str, stands_in: str, says: str
) -> None:
    text = RULE.replace(right, wrong)
    assert text != RULE

    with pytest.raises(IncompleteProtocol, match=re.escape(says)) as refused:
        load_bundle(folder(text))

    line = _line_of(text, f"{stands_in} = ")
    assert str(refused.value).startswith(f"pan_lancashire/sharing.toml, line {line}:")


def test_a_key_that_is_missing_is_missed_at_the_head_of_its_table(folder: Folder) -> None:
    text = RULE.replace('kind = "share"', "")

    with pytest.raises(IncompleteProtocol, match=r"line 2: .*missing required field `kind`"):
        load_bundle(folder(text))


def test_a_key_in_the_wrong_table_is_sent_back_to_its_own(folder: Folder) -> None:
    text = RULE.replace(
        'cite = { heading = "5.7.4 Return Interview", quote = "will be provided with confirmation" }',
        '[rule.cite]\nheading = "5.7.4 Return Interview"\nquote = "will be provided"\nstarts = 2026-09-30',
    )

    with pytest.raises(
        IncompleteProtocol, match=r"`starts` is not a key of rule\.cite\. It belongs to"
    ) as refused:
        load_bundle(folder(text))

    assert f"line {_line_of(text, 'starts =')}:" in str(refused.value)


def test_an_id_that_stands_twice_is_refused_with_both_places(folder: Folder) -> None:
    with pytest.raises(IncompleteProtocol, match=r"line 12: .* stands already in .*, line 3"):
        load_bundle(folder(RULE + RULE))


def test_a_status_rule_has_one_outcome_in_words_that_the_protocol_defines(folder: Folder) -> None:
    rule = """
[[status_rule]]
id = "panlancs-missing-definition"
when = { whereabouts_known = false }
says = "Whereabouts not established."
cite = { heading = "2. Definitions", quote = "Anyone whose whereabouts cannot be established" }
"""
    with pytest.raises(IncompleteProtocol, match="exactly one of term"):
        load_bundle(folder(rule))


@pytest.mark.parametrize(
    "outcome, says",
    [
        ('term = "mising"', "Did you mean `missing`?"),
        ('grades = { allowed = ["hgh"] }', "Did you mean `high`?"),
        ('grades = { allwed = ["high"] }', "`allwed` is not a key of"),
        ('repeats = { flag = "repeat", at_least = 0 }', ">= 1"),
    ],
)
def test_a_status_rules_words_are_known_words(
    tmp_path: Path, folder: Folder, outcome: str, says: str
) -> None:
    rule = f"""
[[status_rule]]
id = "panlancs-missing-definition"
{outcome}
says = "Whereabouts not established."
cite = {{ heading = "2. Definitions", quote = "Anyone whose whereabouts cannot be established" }}
"""
    with pytest.raises(IncompleteProtocol, match=re.escape(says)):
        load_bundle(folder(rule))


@pytest.mark.parametrize(
    "right, wrong, says",
    [
        ('code = "E10000017"', 'code = "Lancashire"', "A GSS code is E, W, S or N"),
        ('use = "forbidden"', 'use = "banned"', "Invalid enum value 'banned'"),
        ('roles = ["child"]', 'roles = ["minor"]', "Invalid enum value 'minor'"),
        ("in_force_from = 2023-02-01", "in_force_from = 2023-02-30", "not TOML"),
        (
            "in_force_from = 2023-02-01",
            "in_force_from = 2023-02-01\nin_force_to = 2022-01-01",
            "not after",
        ),
        ('subjects = ["health"]', 'subjects = ["helth"]', "Did you mean `health`?"),
        ('id = "foster_carer"', 'id = "child"', "`child` stands twice"),
        ("police_force = ", "force = ", "`force` is not a key of the top of the file"),
        ('sha256 = "a1bf', 'sha256 = "z1bf', "sha256"),
    ],
)
def test_a_wrong_word_about_the_partnership_is_refused(
    folder: Folder, right: str, wrong: str, says: str
) -> None:
    text = (FOLDER / "pan_lancashire" / "protocol.toml").read_text("utf-8")
    assert right in text
    changed = text.replace(right, wrong, 1)

    with pytest.raises(IncompleteProtocol, match=re.escape(says)) as refused:
        load_bundle(folder(changed, "protocol.toml"))

    assert re.match(r"pan_lancashire/protocol.toml, line \d+:", str(refused.value))


def test_nothing_is_decided_without_a_national_floor(folder: Folder) -> None:
    root = folder(RULE)
    shutil.rmtree(root / "national")

    with pytest.raises(IncompleteProtocol, match="no national floor"):
        load_bundle(root)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(IncompleteProtocol, match="Check the protocols folder"):
        load_bundle(tmp_path)


def test_rules_without_a_partnership_are_refused(folder: Folder) -> None:
    root = folder(RULE)
    (root / "pan_lancashire" / "protocol.toml").unlink()

    with pytest.raises(IncompleteProtocol, match=r"no protocol\.toml"):
        load_bundle(root)


def test_a_file_that_is_not_text_is_refused(folder: Folder) -> None:
    root = folder(RULE)
    (root / "pan_lancashire" / "sharing.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(IncompleteProtocol, match="Save it as UTF-8"):
        load_bundle(root)


def test_the_digest_is_of_the_files_and_changes_with_a_single_letter(folder: Folder) -> None:
    root = folder(RULE)
    before = load_bundle(root)
    again = load_bundle(root)
    sharing = root / "pan_lancashire" / "sharing.toml"
    sharing.write_text(RULE.replace("learns", "hears"), "utf-8")

    assert before.digest == again.digest
    assert load_bundle(root).digest != before.digest


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_files(folder: Folder) -> None:
    wrong = "".join(
        [
            RULE.replace("rhi.confirmation", "rhi.confirmaton"),
            RULE.replace("confirm-placement", "second").replace("looked_after", "loked_after"),
            RULE.replace("confirm-placement", "third").replace('kind = "share"', 'kind = "shere"'),
            RULE.replace("confirm-placement", "fourth"),
            RULE.replace("confirm-placement", "fourth"),
        ]
    )
    root = folder(wrong)

    bundle, faults = checked(files_of(root))

    assert bundle is None
    # A word that its table cannot have hides what stands in that file; so it is mended first.
    assert [str(fault).partition(":")[0] for fault in faults] == [
        f"pan_lancashire/sharing.toml, line {_line_of(wrong, 'shere')}"
    ]
    (root / "pan_lancashire/sharing.toml").write_text(wrong.replace("shere", "share"), "utf-8")
    _, faults = checked(files_of(root))
    assert [re.search("`[^`]+`", str(fault))[0] for fault in faults] == [  # type: ignore[index]
        "`rhi.confirmaton`",
        "`loked_after`",
        "`panlancs-rhi-fourth`",
    ]


def test_a_bundle_is_made_of_its_files_and_of_nothing_else(tmp_path: Path) -> None:
    """Kept texts make the bundle that the folder made, to the digest."""
    kept = files_of()

    again = bundle_of(dict(reversed(kept.items())))

    assert again.digest == load_bundle().digest
    assert {rule.ref for rule in again.rules} == {rule.ref for rule in load_bundle().rules}
