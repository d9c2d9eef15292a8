"""Everything that a process needs to evaluate lines, in a form that can be sent to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyengine.engine import Engine
from policyengine.loading import load_texts
from policyengine.offline.evaluating import OFFLINE_KEY
from policyengine.registry import Registry

if TYPE_CHECKING:
    from policyengine.deployment import CompiledDeployment
    from policyengine.sources import Text


@dataclass(frozen=True, slots=True)
class Preparation:
    """A configuration's texts, read once, and the deployment that is asked for.

    Every process compiles the same texts, whatever happens to the files meanwhile.
    """

    texts: tuple[Text, ...]
    deployment: str | None = None

    def engine(self) -> Engine:
        """The engine; raises what loading raises."""
        registry = Registry.installed()
        configuration = load_texts(self.texts, registry=registry)
        return Engine(configuration, registry, rewrite_key=OFFLINE_KEY)

    def compiled(self) -> CompiledDeployment:
        """The deployment, warmed up; raises what loading and compiling raise."""
        return self.engine().deployment(self.deployment)
