"""The installed detectors and observers, as a value; only this module touches pluggy's manager."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pluggy

from policyengine import hookspecs
from policyengine.detector import Detector, Options
from policyengine.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policyengine.detections import Detections, Stage, StepResult

ENTRY_POINT_GROUP = "policyengine"
LOCAL = "local"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Registered:
    """A detector class and where it comes from."""

    detector: type[Detector[Any]]
    plugin: str
    distribution: str
    version: str

    @property
    def owner(self) -> str:
        """The plugin and its distribution, as errors name them."""
        return f"plugin {self.plugin!r} of {self.distribution} {self.version}"


class Registry:
    """Detector classes by id, and the observers to tell; made once, then only read.

    `Registry.installed()` is what the environment holds. A program may add plugins of its own:
    `Registry.installed(plugins={"mine": module})`, or leave some out: `without={"builtin"}`.
    """

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._detectors: dict[str, Registered] = {}
        self.observed = False

    @classmethod
    def installed(
        cls,
        *,
        plugins: Mapping[str, object] | None = None,
        without: Iterable[str] = (),
    ) -> Registry:
        """Every plugin behind an entry point, then `plugins`; PluginError if one is unusable."""
        registry = cls()
        left_out = frozenset(without)
        for distribution, entry_point in _entry_points():
            if entry_point.name not in left_out:
                plugin = _load(entry_point, distribution)
                registry._add(
                    plugin,
                    entry_point.name,
                    distribution.metadata["Name"],
                    distribution.version,
                )
        for name, plugin in (plugins or {}).items():
            registry._add(plugin, name, LOCAL, "0")
        return registry

    @classmethod
    def of(cls, **plugins: object) -> Registry:
        """Only these plugins, by name."""
        registry = cls()
        for name, plugin in plugins.items():
            registry._add(plugin, name, LOCAL, "0")
        return registry

    @property
    def detectors(self) -> Mapping[str, Registered]:
        """Every detector by its id, in alphabetical order."""
        return dict(sorted(self._detectors.items()))

    def get(self, detector_id: str) -> Registered | None:
        """The detector with that id, or None."""
        return self._detectors.get(detector_id)

    def step_finished(
        self, deployment: str, stage: Stage, result: StepResult, seconds: float
    ) -> None:
        """Tell every observer, whatever one of them does."""
        self._tell(
            "policyengine_step_finished",
            {"deployment": deployment, "stage": stage, "result": result, "seconds": seconds},
        )

    def evaluation_finished(self, deployment: str, detections: Detections, seconds: float) -> None:
        """Tell every observer, whatever one of them does."""
        self._tell(
            "policyengine_evaluation_finished",
            {"deployment": deployment, "detections": detections, "seconds": seconds},
        )

    def _tell(self, hook: str, arguments: Mapping[str, object]) -> None:
        # One by one and in the order of registration: pluggy's own call stops at the first
        # exception, and one observer may not silence the next.
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            wanted = {name: arguments[name] for name in implementation.argnames}
            try:
                implementation.function(**wanted)
            except Exception as error:  # noqa: BLE001 - an observer can never change an outcome
                _log.warning(
                    "observer %s raised %s in %s",
                    implementation.plugin_name,
                    type(error).__name__,
                    hook,
                )

    def _add(self, plugin: object, name: str, distribution: str, version: str) -> None:
        owner = f"plugin {name!r} of {distribution} {version}"
        declared = getattr(plugin, "contract_version", None)
        if declared != hookspecs.CONTRACT_VERSION:
            raise PluginError(
                f"{owner} is written for contract version {declared!r}; this is version "
                f"{hookspecs.CONTRACT_VERSION} (a plugin says so with `contract_version = "
                f"{hookspecs.CONTRACT_VERSION}`)"
            )
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except (ValueError, pluggy.PluginValidationError) as error:
            raise PluginError(f"{owner} cannot be registered: {error}") from error
        self.observed = self.observed or any(
            implementation.plugin is plugin
            for hook in ("policyengine_step_finished", "policyengine_evaluation_finished")
            for implementation in getattr(self._manager.hook, hook).get_hookimpls()
        )
        for detector in _brought_by(self._manager, plugin, owner):
            self._claim(Registered(detector, name, distribution, version))

    def _claim(self, registered: Registered) -> None:
        detector_id = registered.detector.id
        other = self._detectors.get(detector_id)
        if other is not None:
            raise PluginError(
                f"the detector id {detector_id!r} is claimed twice: by {other.owner} and by "
                f"{registered.owner}"
            )
        self._detectors[detector_id] = registered


def _entry_points() -> Iterator[tuple[metadata.Distribution, metadata.EntryPoint]]:
    # Sorted, so that a clash is reported the same way on every machine; the first distribution of
    # a name on the path shadows the others, as it does for imports.
    found: dict[str, metadata.Distribution] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name, distribution)
    for name in sorted(found):
        for entry_point in found[name].entry_points.select(group=ENTRY_POINT_GROUP):
            yield found[name], entry_point


def _load(entry_point: metadata.EntryPoint, distribution: metadata.Distribution) -> object:
    try:
        return entry_point.load()
    except Exception as error:
        raise PluginError(
            f"plugin {entry_point.name!r} of {distribution.metadata['Name']} "
            f"{distribution.version} cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _brought_by(
    manager: pluggy.PluginManager, plugin: object, owner: str
) -> Iterator[type[Detector[Any]]]:
    for implementation in manager.hook.policyengine_detectors.get_hookimpls():
        if implementation.plugin is not plugin:
            continue
        brought: Iterable[Any] = implementation.function()  # type: ignore[assignment]
        for detector in brought:
            problem = _unusable(detector)
            if problem is not None:
                raise PluginError(f"{owner} brings {detector!r}: {problem}")
            yield detector


def _unusable(detector: Any) -> str | None:
    if not (isinstance(detector, type) and issubclass(detector, Detector)):
        return "not a subclass of policyengine.Detector"
    if not isinstance(getattr(detector, "id", None), str) or not detector.id:
        return "a detector needs an `id`"
    if not (isinstance(detector.Options, type) and issubclass(detector.Options, Options)):
        return "`Options` is not a subclass of policyengine.Options"
    if detector.Options.model_config.get(
        "extra"
    ) != "forbid" or not detector.Options.model_config.get("frozen"):
        return "`Options` must stay frozen and refuse unknown keys"
    if detector.detect is Detector.detect and detector.adetect is Detector.adetect:
        return "it implements neither `detect` nor `adetect`"
    return None
