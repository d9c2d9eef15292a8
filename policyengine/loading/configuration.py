"""A configuration that was found to be sound, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policyengine.errors import ConfigurationError
from policyengine.loading import environment as environments
from policyengine.loading import revision as revisions
from policyengine.loading.nodes import placed
from policyengine.loading.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import SecretStr

    from policyengine.detector import Detector
    from policyengine.errors import Mistake
    from policyengine.loading.environment import ResolvedModel
    from policyengine.loading.instances import Instance, StepKey
    from policyengine.loading.nodes import MappingNode
    from policyengine.loading.problems import Path
    from policyengine.policy import Document


@dataclass(frozen=True, slots=True)
class Configuration:
    """The merged document, its warnings, and the detectors that its steps configure.

    Loading needs no environment; what resolves its references is given one.
    """

    document: Document
    warnings: tuple[Mistake, ...]
    _tree: MappingNode = field(repr=False)
    _instances: Mapping[StepKey, Instance] = field(repr=False)
    _detectors: Mapping[tuple[str, str], Detector[Any]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Once, so that every engine over this configuration is given the same instances.
        by_name = {
            (policy, self.document.policies[policy].steps[index].step): instance.detector
            for (policy, index), instance in self._instances.items()
        }
        object.__setattr__(self, "_detectors", by_name)

    def detector_of(self, policy: str, step: str) -> Detector[Any]:
        """The configured detector of a step, not warmed up; KeyError if there is no such step."""
        return self._detectors[policy, step]

    def revision(self, deployment: str) -> str:
        """The hash of what the deployment means; KeyError for a deployment that is not here."""
        return revisions.revision(self.document, self._instances, deployment)

    def resolve_models(self, environment: Mapping[str, str]) -> Mapping[str, ResolvedModel]:
        """The models with `${NAME}` replaced; ConfigurationError places what is missing."""
        models, problems = environments.resolve_models(self.document, environment)
        self._refuse(problems)
        return models

    def rewrite_key(self, environment: Mapping[str, str]) -> bytes | None:
        """The key for hashes and lasting placeholders; ConfigurationError if it is missing."""
        key, problems = environments.rewrite_key(self.document, environment)
        self._refuse(problems)
        return key

    def client_keys(self, environment: Mapping[str, str]) -> Mapping[str, tuple[SecretStr, ...]]:
        """The keys of each deployment's clients; ConfigurationError places what is missing."""
        keys, problems = environments.client_keys(self.document, environment)
        self._refuse(problems)
        return keys

    def mistake(self, code: str, message: str, path: Path) -> Mistake:
        """A mistake at the place of a path, such as `("policies", "p", "steps", 0, "detector")`.

        A path that the files do not have gives the nearest place above it.
        """
        return placed(self._tree, Problem(code, message, path))

    def place_of(self, path: Path) -> str:
        """The place of a path as `file:line:column`."""
        return self.mistake("", "", path).place

    def _refuse(self, problems: Iterable[Problem]) -> None:
        mistakes = [placed(self._tree, problem) for problem in problems]
        if mistakes:
            raise ConfigurationError(mistakes)
