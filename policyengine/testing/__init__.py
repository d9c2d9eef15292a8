"""For the authors of detectors: the conformance kit, and fakes for tests of their own."""

from __future__ import annotations

from policyengine.testing.fakes import Phrases, Scripted, hangs, plugin, raises, scripted

__all__ = ["Phrases", "Scripted", "hangs", "plugin", "raises", "scripted"]
