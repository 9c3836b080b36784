"""A deployment's settings, and the one line with which a mistake stops the start."""

from pathlib import Path

import pytest

from gateway.settings import Settings
from gateway.settings_reading import load
from records.errors import WrongSettings
from records.people import Role

ISSUER = """
[[issuers]]
iss = "https://id.example.test"
audience = "homeward"
jwks_url = "https://id.example.test/keys"
"""


def file(folder: Path, text: str) -> dict[str, str]:
    path = folder / "homeward.toml"
    path.write_text(text)
    return {"HOMEWARD_CONFIG": str(path)}


def test_nothing_needs_to_be_set_for_development() -> None:
    settings = load({})
    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.on_loopback
    assert settings.shows_schema
    assert settings.shows_graphiql


def test_production_hides_schema_and_graphiql_unless_told_to_show_them(tmp_path: Path) -> None:
    settings = load(file(tmp_path, f'mode = "production"\nhosts = ["gw.example.test"]\n{ISSUER}'))
    assert not settings.shows_schema
    assert not settings.shows_graphiql


def test_a_variable_wins_over_the_file_and_reaches_into_sections(tmp_path: Path) -> None:
    environ = file(tmp_path, "[limits]\ndepth = 9\ntokens = 100\n")
    environ |= {"HOMEWARD_LIMITS__DEPTH": "7", "HOMEWARD_HOSTS": "a.test,b.test", "HOME": "/x"}
    settings = load(environ)
    assert (settings.limits.depth, settings.limits.tokens) == (7, 100)
    assert settings.hosts == ("a.test", "b.test")


def test_a_source_is_parted_into_our_settings_and_its_adapters(tmp_path: Path) -> None:
    text = '[sources.police]\nadapter = "police"\ndeadline_seconds = 2\nurl = "https://p.test"\n'
    police = load(file(tmp_path, text)).sources["police"]
    assert (police.adapter, police.deadline_seconds) == ("police", 2.0)
    assert police.config == {"url": "https://p.test"}


@pytest.mark.parametrize(
    "text, says",
    [
        ("[limits]\ndepht = 3\n", "no setting called `depht` .at limits."),
        ('mode = "live"\n', "at mode"),
        ("[limits]\ndepth = 0\n", "at limits.depth"),
        ('listen = "8080"\n', "host:port"),
        ('listen = "127.0.0.1:99999"\n', "host:port"),
        ("listen =\n", "not valid TOML"),
        ("sources = 3\n", "write .sources"),
        (
            (
                '[notices.mesh]\nurl = "http://mesh.test"\nmailbox = "A"\nworkflow = "W"\n'
                'password_file = "p"\nshared_key_file = "k"\n'
            ),
            "notices.mesh.url` has to begin with https",
        ),
        ('[sources.x]\nurl = "y"\n', "has to be a setting `adapter` .at sources"),
        ('[sources.x]\nadapter = "../os"\n', "adapter"),
        ('mode = "production"\nhosts = ["h"]\n', "production needs ..{2}issuers"),
        (f'mode = "production"\n{ISSUER}', "production needs `hosts`"),
        (ISSUER + ISSUER, "two .* have the same `iss`"),
        (ISSUER + 'algorithms = ["none"]\n', "algorithms"),
        (ISSUER + 'algorithms = ["HS256"]\n', "algorithms"),
        (ISSUER + 'jwks_file = "keys.json"\n', "exactly one"),
        (ISSUER.replace("https://id.example.test/keys", "http://id.example.test/k"), "in clear"),
        (ISSUER.replace("https://id.example.test/keys", "file:///etc/passwd"), "in clear"),
        ('[proxy]\ncertificate_header = "X-Cert"\n', "needs `addresses`"),
        ('[proxy]\naddresses = ["proxy.test"]\n', "IP addresses"),
        ("[documents]\nrequired = true\n", "needs `documents.folder`"),
        ('[carers.x]\norganisation = "SC1"\ninbound = {}\n', "`carers.x.inbound` needs"),
        (
            (
                '[carers.x]\norganisation = "E23000012"\nrole = "police-supervisor"\n'
                'inbound = { client_id = "a", secret_files = ["b"] }\n'
            ),
            "no role of a home",
        ),
    ],
)
def test_a_mistake_stops_the_start_with_one_plain_line(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(WrongSettings, match=says) as caught:
        load(file(tmp_path, text))
    message = str(caught.value)
    assert "\n" not in message
    assert "homeward.toml" in message
    assert ";" in message


def test_a_missing_file_and_a_misspelt_variable_are_named() -> None:
    with pytest.raises(WrongSettings, match="cannot be read; correct HOMEWARD_CONFIG"):
        load({"HOMEWARD_CONFIG": "/nowhere/homeward.toml"})
    with pytest.raises(WrongSettings, match="no setting called `listne`"):
        load({"HOMEWARD_LISTNE": "127.0.0.1:1"})
    with pytest.raises(WrongSettings, match="`mode` has no settings below it"):
        load({"HOMEWARD_MODE": "dev", "HOMEWARD_MODE__X": "1"})


def test_settings_do_not_print_their_secrets(tmp_path: Path) -> None:
    text = 'database = "postgresql+asyncpg://h:Sesame@db/h"\n[sources.p]\nadapter = "police"\n'
    settings = load(file(tmp_path, text + 'client_secret = "Sesame"\n'))
    assert settings.sources["p"].config == {"client_secret": "Sesame"}
    assert "Sesame" not in f"{settings} {settings!r} {settings.sources}"


def test_an_issuers_own_words_are_mapped_to_roles_of_ours(tmp_path: Path) -> None:
    mapped = 'organisation_claim = "org"\nroles_claim = ["realm_access", "roles"]\n'
    text = f'{ISSUER}{mapped}[issuers.roles]\nCSC_SW = "social-worker"\n'
    (issuer,) = load(file(tmp_path, text)).issuers
    assert issuer.organisation_claim == "org"
    assert issuer.roles_claim == ("realm_access", "roles")
    assert issuer.roles == {"CSC_SW": Role.SOCIAL_WORKER}


def test_a_role_that_is_none_of_ours_stops_the_start(tmp_path: Path) -> None:
    text = f'{ISSUER}[issuers.roles]\nCSC_SW = "magistrate"\n'
    with pytest.raises(WrongSettings, match="issuers"):
        load(file(tmp_path, text))
