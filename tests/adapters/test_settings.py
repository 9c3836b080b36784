"""A deployment's settings for a source."""

import msgspec
import pytest

from adapters.settings import Secret, Url, settings
from records.errors import WrongSettings


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    base_url: Url
    key: Secret


def test_a_secret_never_prints_itself() -> None:
    read = settings("police", _Settings, {"base_url": "https://a.example/", "key": "hunter2"})
    assert "hunter2" not in f"{read} {read!r} {read.key} {read.key!r}"
    assert read.key.reveal == "hunter2"
    assert read.base_url.text == "https://a.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://records.example",
        "ftp://records.example",
        "https://user:pass@records.example",
        "https://records.example?key=1",
        "https://records.example/#a",
        "file:///etc/passwd",
        "records.example",
        "http://169.254.169.254/latest",
        "http://127.0.0.1.evil.example",
        "",
        7,
    ],
)
def test_an_address_is_https_or_this_machine(url: object) -> None:
    with pytest.raises(WrongSettings, match=r"^\[sources.police\] .*base_url") as told:
        settings("police", _Settings, {"base_url": url, "key": "hunter2"})
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/api", "http://[::1]:80", "http://localhost"]
)
def test_plain_http_is_for_this_machine(url: str) -> None:
    assert settings("police", _Settings, {"base_url": url, "key": "k"}).base_url.text == url


def test_a_slip_says_where_and_not_what() -> None:
    with pytest.raises(WrongSettings, match="secret_key"):
        settings("police", _Settings, {"base_url": "https://a.example", "secret_key": "hunter2"})
    with pytest.raises(WrongSettings, match=r"\$.key"):
        settings("police", _Settings, {"base_url": "https://a.example", "key": ["hunter2"]})
