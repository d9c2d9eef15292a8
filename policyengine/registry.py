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
from policyengine.evaluation import failure_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policyengine.detections import Detections, Stage, StepResult

ENTRY_POINT_GROUP = "policyengine"
LOCAL = "local"

_DETECTORS = "policyengine_detectors"
STEP_FINISHED = "policyengine_step_finished"
EVALUATION_FINISHED = "policyengine_evaluation_finished"
_OBSERVING = (STEP_FINISHED, EVALUATION_FINISHED)
_HOOKS = (_DETECTORS, *_OBSERVING)

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
        self._owners: dict[str, str] = {}
        self._heard: set[str] = set()

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

    @property
    def observed(self) -> bool:
        """Whether anybody hears of anything."""
        return any(map(self.hears, _OBSERVING))

    def hears(self, hook: str) -> bool:
        """Whether any plugin has this hook."""
        return hook in self._heard

    def get(self, detector_id: str) -> Registered | None:
        """The detector with that id, or None."""
        return self._detectors.get(detector_id)

    def step_finished(
        self, deployment: str, stage: Stage, result: StepResult, seconds: float
    ) -> None:
        """Tell every observer, whatever one of them does."""
        self._tell(
            STEP_FINISHED,
            {"deployment": deployment, "stage": stage, "result": result, "seconds": seconds},
        )

    def evaluation_finished(self, deployment: str, detections: Detections, seconds: float) -> None:
        """Tell every observer, whatever one of them does."""
        self._tell(
            EVALUATION_FINISHED,
            {"deployment": deployment, "detections": detections, "seconds": seconds},
        )

    def _tell(self, hook: str, arguments: Mapping[str, object]) -> None:
        # One by one and in the order of registration: pluggy's own call stops at the first
        # exception, and one observer may not silence the next.
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            wanted = {name: arguments[name] for name in implementation.argnames}
            try:
                implementation.function(**wanted)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - an observer never changes an outcome
                _log.warning(
                    "observer %s %s in %s",
                    implementation.plugin_name,
                    failure_of(error).reason,
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
        other = self._owners.setdefault(name, owner)
        if other is not owner:
            raise PluginError(f"{owner} has the name of another: {other}")
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except (ValueError, pluggy.PluginValidationError) as error:
            raise PluginError(f"{owner} cannot be registered: {error}") from error
        for hook in _HOOKS:
            for implementation in _implementations(self._manager, hook, plugin):
                if implementation.hookwrapper or implementation.wrapper:
                    raise PluginError(f"{owner} wraps {hook}: hooks register and observe, only")
                self._heard.add(hook)
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
    # Sorted, so that a clash is reported the same way on every machine. Of two distributions with
    # one name on the path the first shadows the other, as it does for imports.
    found = [
        (entry_point.dist, entry_point)
        for entry_point in metadata.entry_points(group=ENTRY_POINT_GROUP)
        if entry_point.dist is not None
    ]
    yield from sorted(found, key=lambda one: (one[0].metadata["Name"], one[1].name))


def _load(entry_point: metadata.EntryPoint, distribution: metadata.Distribution) -> object:
    try:
        return entry_point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # SystemExit too: a plugin's way out must not be the program's.
        raise PluginError(
            f"plugin {entry_point.name!r} of {distribution.metadata['Name']} "
            f"{distribution.version} cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _implementations(
    manager: pluggy.PluginManager, hook: str, plugin: object
) -> list[pluggy.HookImpl]:
    found = getattr(manager.hook, hook).get_hookimpls()
    return [implementation for implementation in found if implementation.plugin is plugin]


def _brought_by(
    manager: pluggy.PluginManager, plugin: object, owner: str
) -> Iterator[type[Detector[Any]]]:
    for implementation in _implementations(manager, _DETECTORS, plugin):
        try:
            brought = list(implementation.function())  # type: ignore[call-overload]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise PluginError(
                f"{owner} cannot say which detectors it brings: {type(error).__name__}: {error}"
            ) from error
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
    options: Any = detector.Options
    if not (isinstance(options, type) and issubclass(options, Options)):
        return "`Options` is not a subclass of policyengine.Options"
    config = options.model_config
    if config.get("extra") != "forbid" or not config.get("frozen"):
        return "`Options` must stay frozen and refuse unknown keys"
    if detector.detect is Detector.detect and detector.adetect is Detector.adetect:
        return "it implements neither `detect` nor `adetect`"
    return None
