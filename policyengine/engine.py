"""The public door: a configuration in, deployments out, exchanges judged."""

from __future__ import annotations

import os
import secrets
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from policyengine.deployment import CompiledDeployment
from policyengine.detector import Example, Resources
from policyengine.errors import SelfTestError, UnknownDeploymentError, WarmUpError
from policyengine.loading import load
from policyengine.plan import Plan, PlannedStep
from policyengine.registry import Registry
from policyengine.running import Pool
from policyengine.self_test import run_examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    from policyengine.detector import Detector
    from policyengine.loading import Configuration
    from policyengine.policy import Step


class Engine:
    """A loaded configuration with the models and threads that its deployments share.

    `registry` holds the detectors; `clock` counts seconds from anywhere; `environment` is where
    `${NAME}` comes from, the process's own unless given; `rewrite_key` is for placeholders where
    the configuration has no `keys.rewrite`: a random one for this engine unless given. Raises
    ValueError for an empty one.
    """

    def __init__(
        self,
        configuration: Configuration,
        registry: Registry,
        *,
        clock: Callable[[], float] = time.monotonic,
        environment: Mapping[str, str] | None = None,
        rewrite_key: bytes | None = None,
    ) -> None:
        if rewrite_key == b"":
            raise ValueError("rewrite_key is empty: it would protect nothing")
        self.configuration = configuration
        self.registry = registry
        self._clock = clock
        self._environment = environment
        self._fallback_key = rewrite_key or secrets.token_bytes(32)
        self._resources = Resources()
        self._pool = Pool()
        self._lock = threading.RLock()
        self._planned: dict[tuple[str, str], PlannedStep] = {}
        self._compiled: dict[str, CompiledDeployment] = {}

    @classmethod
    def load(
        cls,
        *locations: str | PathLike[str],
        registry: Registry | None = None,
        clock: Callable[[], float] = time.monotonic,
        environment: Mapping[str, str] | None = None,
        rewrite_key: bytes | None = None,
    ) -> Self:
        """Load and check files, folders or URLs; nothing is warmed up yet.

        Raises ConfigurationError with every placed mistake, UnreadableError, or PluginError.
        """
        installed = Registry.installed() if registry is None else registry
        return cls(
            load(locations, registry=installed),
            installed,
            clock=clock,
            environment=environment,
            rewrite_key=rewrite_key,
        )

    @property
    def deployments(self) -> Sequence[str]:
        """The names of the deployments, in alphabetical order."""
        return sorted(self.configuration.document.deployments)

    def deployment(self, name: str | None = None) -> CompiledDeployment:
        """The deployment of that name, or the default one: compiled, warmed up, self-tested.

        Raises UnknownDeploymentError, ConfigurationError for a key that the environment lacks,
        WarmUpError and SelfTestError. Compiled once; later calls give the same object.
        """
        name = name or self.configuration.document.default_deployment
        if name is None or name not in self.configuration.document.deployments:
            raise UnknownDeploymentError(name, self.deployments)
        with self._lock:
            if name not in self._compiled:
                self._compiled[name] = CompiledDeployment(
                    self._plan(name), self.registry, self._clock, self._pool
                )
            return self._compiled[name]

    def self_test(self) -> Iterator[tuple[str, int, WarmUpError | SelfTestError]]:
        """Get every step that a deployment uses ready and try it.

        Gives those that fail: the policy, the step's place in it, and why.
        """
        document = self.configuration.document
        used = {
            policy: None
            for name in self.deployments
            for policy in (*document.deployments[name].input, *document.deployments[name].output)
        }
        for policy in used:
            for index, step in enumerate(document.policies[policy].steps):
                try:
                    with self._lock:
                        self._step(policy, index, step)
                except (WarmUpError, SelfTestError) as error:
                    yield policy, index, error

    def _plan(self, name: str) -> Plan:
        deployment = self.configuration.document.deployments[name]
        environment = os.environ if self._environment is None else self._environment
        key = self.configuration.rewrite_key(environment)
        return Plan.of(
            name,
            deployment,
            revision=self.configuration.revision(name),
            steps={
                "input": self._steps(deployment.input),
                "output": self._steps(deployment.output),
            },
            key=self._fallback_key if key is None else key,
        )

    def _steps(self, policies: Iterable[str]) -> tuple[PlannedStep, ...]:
        return tuple(
            self._step(policy, index, step)
            for policy in policies
            for index, step in enumerate(self.configuration.document.policies[policy].steps)
        )

    def _step(self, policy: str, index: int, step: Step) -> PlannedStep:
        """One planned step for each step of the document: models are warmed up once."""
        if (policy, step.step) not in self._planned:
            detector = self.configuration.detector_of(policy, step.step)
            at = self.configuration.place_of(("policies", policy, "steps", index, "detector"))
            place = f"{at}: step {step.step!r} of policy {policy!r} (detector {step.detector!r})"
            with _getting_ready(place):
                detector.warm_up(self._resources)
            _test(detector, step, place)
            registered = self.registry.get(step.detector)
            version = "" if registered is None else registered.version
            with _getting_ready(place):
                self._planned[policy, step.step] = PlannedStep.of(
                    policy, step, detector, version, self._resources
                )
        return self._planned[policy, step.step]


@contextmanager
def _getting_ready(place: str) -> Iterator[None]:
    try:
        yield
    except WarmUpError as error:
        raise WarmUpError(f"{place}: {error}") from error
    except Exception as error:
        raise WarmUpError(f"{place}: {type(error).__name__}: {error}") from error
    except SystemExit as error:  # a library's way out must not be the service's
        raise WarmUpError(f"{place}: a library asked the process to end") from error


def _test(detector: Detector[Any], step: Step, place: str) -> None:
    own = [Example.of(example.text, *example.finds) for example in step.examples]
    for whose, examples in (("detector's", detector.examples), ("step's", own)):
        problems = run_examples(detector, examples)
        if problems:
            raise SelfTestError(f"{place} fails its self-test, the {whose} {problems[0]}")
