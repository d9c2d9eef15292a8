from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from click.testing import Result

    Run = Callable[..., Result]


def test_every_installed_detector_has_a_line(policyengine: Run) -> None:
    lines = policyengine("detectors").stdout.splitlines()
    assert lines[0].split() == ["ID", "SELF-TEST", "FROM", "SUMMARY"]
    (terms,) = (line for line in lines if line.startswith("terms "))
    assert "2 examples" in terms
    assert "trial (trial-detectors 1.0)" in terms
    assert terms.endswith("Finds terms.")
    (mood,) = (line for line in lines if line.startswith("mood "))
    assert "depends on its options" in mood


def test_one_detector_is_shown_with_all_that_it_declares(
    policyengine: Run, same_as_golden: Callable[[str, str], None]
) -> None:
    shown = "\n".join(policyengine("detectors", one).stdout for one in ("terms", "mood", "fragile"))
    same_as_golden("detectors.txt", shown)


def test_json_holds_the_same(policyengine: Run) -> None:
    every = json.loads(policyengine("detectors", "--json").stdout)
    one = json.loads(policyengine("detectors", "terms", "--json").stdout)
    assert one in every
    assert one["declares"]["kinds"] == [
        {
            "name": "terms.found",
            "recommended_at": 0.5,
            "spans": True,
            "surrogates": False,
            "description": "A term.",
        }
    ]
    assert one["declares"]["scope"] == {"lookbehind": 5, "lookahead": 5}
    assert next(other for other in every if other["id"] == "mood")["declares"] is None


def test_an_unknown_id_exits_with_2_and_suggests_one(policyengine: Run) -> None:
    result = policyengine("detectors", "term")
    assert result.exit_code == 2
    assert "did you mean: terms" in result.stderr


def test_a_broken_plugin_is_named(
    policyengine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bad-1.dist-info"
    folder.mkdir()
    folder.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1\n")
    folder.joinpath("entry_points.txt").write_text("[policyengine]\nbad = no_such_module\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    result = policyengine("detectors")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: plugin 'bad' of bad 1 cannot be imported")
