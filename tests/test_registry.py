from __future__ import annotations

import logging
import sys
from asyncio import CancelledError
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from policyengine import Detector, Options, PluginError, Registry, hookimpl
from policyengine.testing import plugin, scripted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLUGIN = """
from policyengine import hookimpl
from policyengine.testing import scripted
contract_version = 1
DETECTOR = scripted({detector!r})
@hookimpl
def policyengine_detectors():
    return [DETECTOR]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a distribution with one plugin on the path, as an installer leaves it there."""
    monkeypatch.syspath_prepend(tmp_path)

    def put(distribution: str, entry: str, source: str) -> None:
        module = distribution.replace("-", "_")
        monkeypatch.delitem(sys.modules, module, raising=False)
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        info = tmp_path / f"{distribution.replace('-', '_')}-2.0.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 2.0\n"
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        points = f"[policyengine]\n{entry} = {module}\n"
        (info / "entry_points.txt").write_text(points, encoding="utf-8")

    return put


def observer(**hooks: Callable[..., None]) -> Registry:
    return Registry.of(watching=plugin(**hooks))


def refusal(**plugins: object) -> str:
    with pytest.raises(PluginError) as caught:
        Registry.of(**plugins)
    return str(caught.value)


# --- what is installed ---


def test_an_entry_point_brings_its_detectors(install: Callable[..., None]) -> None:
    install("first-plugin", "first", PLUGIN.format(detector="one"))
    found = Registry.installed().get("one")
    assert found is not None
    assert (found.plugin, found.distribution, found.version) == ("first", "first-plugin", "2.0")
    assert found.owner == "plugin 'first' of first-plugin 2.0"


def test_a_plugin_is_left_out_by_name_and_never_imported(install: Callable[..., None]) -> None:
    install("broken-plugin", "broken", "raise RuntimeError('imported')")
    install("second-plugin", "second", PLUGIN.format(detector="two"))
    registry = Registry.installed(without={"broken"})
    assert registry.get("two") is not None


def test_a_broken_import_names_its_owner(install: Callable[..., None]) -> None:
    install("broken-plugin", "broken", "import no_such_module_anywhere")
    with pytest.raises(
        PluginError, match=r"'broken' of broken-plugin 2\.0 cannot be imported"
    ) as it:
        Registry.installed()
    assert isinstance(it.value.__cause__, ModuleNotFoundError)


def test_an_import_that_ends_the_process_names_its_owner(install: Callable[..., None]) -> None:
    install("leaving-plugin", "leaving", "import sys\nsys.exit(0)")
    with pytest.raises(PluginError, match=r"'leaving' of leaving-plugin 2\.0 cannot be imported"):
        Registry.installed()


def test_a_missing_module_names_its_owner(install: Callable[..., None], tmp_path: Path) -> None:
    install("gone-plugin", "gone", "")
    (tmp_path / "gone_plugin.py").unlink()
    with pytest.raises(PluginError, match=r"'gone' of gone-plugin 2\.0 cannot be imported"):
        Registry.installed()


def test_two_distributions_with_one_detector_id_are_both_named(
    install: Callable[..., None],
) -> None:
    install("b-plugin", "b", PLUGIN.format(detector="same"))
    install("a-plugin", "a", PLUGIN.format(detector="same"))
    with pytest.raises(PluginError) as caught:
        Registry.installed()
    assert str(caught.value) == (
        "the detector id 'same' is claimed twice: by plugin 'a' of a-plugin 2.0 and by "
        "plugin 'b' of b-plugin 2.0"
    )


def test_two_distributions_with_one_plugin_name_are_both_named(
    install: Callable[..., None],
) -> None:
    install("b-plugin", "same", PLUGIN.format(detector="b"))
    install("a-plugin", "same", PLUGIN.format(detector="a"))
    with pytest.raises(PluginError) as caught:
        Registry.installed()
    assert str(caught.value) == (
        "plugin 'same' of b-plugin 2.0 has the name of another: plugin 'same' of a-plugin 2.0"
    )


def test_the_first_of_two_copies_on_the_path_is_the_one(
    install: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("copied-plugin", "copied", PLUGIN.format(detector="new"))
    older = tmp_path / "older"
    (older / "copied_plugin-1.0.dist-info").mkdir(parents=True)
    for name in ("METADATA", "entry_points.txt"):
        text = (tmp_path / "copied_plugin-2.0.dist-info" / name).read_text(encoding="utf-8")
        old = text.replace("2.0", "1.0")
        (older / "copied_plugin-1.0.dist-info" / name).write_text(old, encoding="utf-8")
    monkeypatch.syspath_prepend(older)
    monkeypatch.syspath_prepend(tmp_path)
    found = Registry.installed().get("new")
    assert found is not None
    assert found.version == "2.0"


def test_a_program_may_add_plugins_of_its_own() -> None:
    registry = Registry.installed(plugins={"mine": plugin(scripted("own"))})
    found = registry.get("own")
    assert found is not None
    assert found.owner == "plugin 'mine' of local 0"


def test_registries_are_values_that_do_not_share() -> None:
    one, other = Registry.of(mine=plugin(scripted("own"))), Registry.of()
    assert one.get("own") is not None
    assert other.get("own") is None
    assert other.detectors == {}


def test_detectors_are_listed_in_alphabetical_order() -> None:
    registry = Registry.of(z=plugin(scripted("z"), scripted("b")), a=plugin(scripted("c")))
    assert list(registry.detectors) == ["b", "c", "z"]


# --- what is refused ---


@pytest.mark.parametrize("version", [None, 0, 2, "1"])
def test_a_plugin_says_for_which_contract_it_was_written(version: object) -> None:
    text = refusal(mine=SimpleNamespace(contract_version=version))
    assert "plugin 'mine' of local 0" in text
    assert f"contract version {version!r}; this is version 1" in text


def test_a_plugin_without_a_contract_version_is_refused() -> None:
    assert "contract version None" in refusal(mine=SimpleNamespace())


def test_a_hook_that_does_not_exist_is_refused() -> None:
    @hookimpl
    def policyengine_step_finnished() -> None: ...

    hooks = SimpleNamespace(
        contract_version=1, policyengine_step_finnished=policyengine_step_finnished
    )
    text = refusal(mine=hooks)
    assert "plugin 'mine' of local 0 cannot be registered" in text
    assert "policyengine_step_finnished" in text


def test_a_hook_with_an_argument_that_does_not_exist_is_refused() -> None:
    def observe(exchange: object) -> None: ...

    assert "exchange" in refusal(mine=plugin(policyengine_step_finished=observe))


def test_a_hook_that_wraps_others_is_refused() -> None:
    @hookimpl(wrapper=True)
    def policyengine_detectors() -> Any:
        yield

    hooks = SimpleNamespace(contract_version=1, policyengine_detectors=policyengine_detectors)
    assert "plugin 'mine' of local 0 wraps policyengine_detectors" in refusal(mine=hooks)


def test_one_plugin_under_two_names_is_refused() -> None:
    mine = plugin(scripted("own"))
    assert "plugin 'again' of local 0 cannot be registered" in refusal(mine=mine, again=mine)


class NoId(Detector[Options]):
    def detect(self, views: Any) -> Any:
        return views


class Lenient(Options, extra="allow"):
    pass


class Thawed(Options, frozen=False):
    pass


@pytest.mark.parametrize(
    ("brought", "problem"),
    [
        (NoId, "a detector needs an `id`"),
        (scripted(""), "a detector needs an `id`"),
        (scripted(id=7), "a detector needs an `id`"),
        (scripted("own", Options=dict), "`Options` is not a subclass"),
        (scripted("own", Options=None), "`Options` is not a subclass"),
        (scripted("own", Options=Lenient), "`Options` must stay frozen"),
        (scripted("own", Options=Thawed), "`Options` must stay frozen"),
        (type("Idle", (Detector,), {"id": "own"}), "neither `detect` nor `adetect`"),
        (scripted("own")(Options()), "not a subclass of policyengine.Detector"),
        (object, "not a subclass of policyengine.Detector"),
    ],
)
def test_what_is_no_detector_is_refused(brought: Any, problem: str) -> None:
    text = refusal(mine=plugin(brought))
    assert "plugin 'mine' of local 0 brings" in text
    assert problem in text


@pytest.mark.parametrize("brings", [lambda: None, lambda: 1 // 0, lambda: 7, sys.exit])
def test_a_plugin_that_cannot_say_what_it_brings_is_refused(brings: Any) -> None:
    def policyengine_detectors() -> Any:
        return brings()

    hooks = SimpleNamespace(
        contract_version=1, policyengine_detectors=hookimpl(policyengine_detectors)
    )
    text = refusal(mine=hooks)
    assert "plugin 'mine' of local 0 cannot say which detectors it brings" in text


def test_two_detectors_of_one_plugin_with_one_id_are_refused() -> None:
    text = refusal(mine=plugin(scripted("same"), scripted("same")))
    assert text.count("plugin 'mine' of local 0") == 2


# --- observers ---


def test_observers_hear_what_they_ask_for() -> None:
    heard: list[object] = []
    registry = observer(
        policyengine_step_finished=lambda result, stage: heard.append((stage, result)),
        policyengine_evaluation_finished=lambda deployment, seconds: heard.append(
            (deployment, seconds)
        ),
    )
    assert registry.observed
    registry.step_finished("d", "input", "result", 0.5)  # type: ignore[arg-type]
    registry.evaluation_finished("d", "detections", 0.25)  # type: ignore[arg-type]
    assert heard == [("input", "result"), ("d", 0.25)]


def test_without_observers_nobody_needs_to_be_told() -> None:
    assert not Registry.of(mine=plugin(scripted("own"))).observed


def test_an_observer_that_raises_silences_nobody_and_is_logged_without_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[str] = []

    def first(deployment: str) -> None:
        heard.append("first")
        raise ValueError(deployment)

    def last(deployment: str) -> None:
        heard.append("last " + deployment)

    registry = Registry.of(
        first=plugin(policyengine_evaluation_finished=first),
        last=plugin(policyengine_evaluation_finished=last),
    )
    with caplog.at_level(logging.DEBUG):
        registry.evaluation_finished("canary", None, 0.0)  # type: ignore[arg-type]
    assert heard == ["first", "last canary"]
    assert caplog.messages == [
        "observer first raised ValueError in policyengine_evaluation_finished"
    ]
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (SystemExit("canary"), "SystemExit"),
        (CancelledError("canary"), "CancelledError"),
        (type("canary", (ValueError,), {})("canary"), "ValueError"),
    ],
)
def test_an_observer_cannot_end_a_request(
    caplog: pytest.LogCaptureFixture, error: BaseException, name: str
) -> None:
    def watch() -> None:
        raise error

    observer(policyengine_step_finished=watch).step_finished("d", "input", None, 0.0)  # type: ignore[arg-type]
    assert caplog.messages == [f"observer watching raised {name} in policyengine_step_finished"]


def test_an_interruption_is_not_the_observers() -> None:
    def watch() -> None:
        raise KeyboardInterrupt

    registry = observer(policyengine_step_finished=watch)
    with pytest.raises(KeyboardInterrupt):
        registry.step_finished("d", "input", None, 0.0)  # type: ignore[arg-type]
