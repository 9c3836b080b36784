"""What a deployment may say of how much a system is asked."""

from pathlib import Path

import pytest

from adapters.health.simulator import STAGINGS as HEALTH
from gateway.http import PooledHttp
from gateway.resilience.guarded import GuardedHttp
from gateway.settings import Settings, SourceSettings
from gateway.settings import Telemetry as TelemetrySettings
from gateway.settings_reading import load
from gateway.sources import start
from gateway.telemetry import Telemetry
from records.errors import WrongSettings

SECTION = '[sources.police]\nadapter = "police"\nbase_url = "https://force.example"\n'


def settings(folder: Path, more: str) -> SourceSettings:
    path = folder / "homeward.toml"
    path.write_text(SECTION + more, encoding="utf-8")
    return load({"HOMEWARD_CONFIG": str(path)}).sources["police"]


def test_the_pace_is_the_gateways_and_no_setting_of_the_adapter(tmp_path: Path) -> None:
    police = settings(tmp_path, "at_once = 4\ncalls_per_second = 2.5\n")
    assert (police.at_once, police.calls_per_second) == (4, 2.5)
    assert police.config == {"base_url": "https://force.example"}


@pytest.mark.parametrize("wrong", ["at_once = 0", "calls_per_second = 0", 'at_once = "many"'])
def test_a_pace_at_which_nothing_would_be_asked_stops_the_start(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(WrongSettings, match=wrong.split(" ", maxsplit=1)[0]):
        settings(tmp_path, wrong)


@pytest.mark.parametrize("said, kept", [(None, 5), (3.0, 3), (50.0, 5)])
async def test_a_deployment_may_lower_the_pace_of_an_interface_and_not_raise_it(
    said: float | None, kept: int
) -> None:
    staged = HEALTH["pds"]()
    with staged.simulator:
        described = SourceSettings(
            adapter="health", calls_per_second=said, config=dict(staged.config())
        )
        async with PooledHttp() as http:
            telemetry = Telemetry(TelemetrySettings())
            pds = start(Settings(sources={"pds": described}), http, telemetry)["pds"]
            guarded = pds._source._server.exchange._http  # type: ignore[attr-defined]
    assert isinstance(guarded, GuardedHttp)
    assert guarded.pace._begun.maxlen == kept
