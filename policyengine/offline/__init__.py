"""Evaluating recorded exchanges: lines in, the same lines out, held to a deployment's policies.

The pure parts of `policyengine evaluate`, for any length of input: reading, one line's evaluation,
many processes, going on after an interruption, and the account of it all. Nothing here prints.
"""

from __future__ import annotations

from policyengine.offline.evaluating import OFFLINE_KEY, Outcome, Settings, evaluate_line
from policyengine.offline.jsonl import BadLine, dump, parse
from policyengine.offline.preparing import Preparation
from policyengine.offline.reading import Line, read_lines
from policyengine.offline.resuming import Kept, Origin, ResumeError, compare, inspect, skip
from policyengine.offline.summary import Summary
from policyengine.offline.workers import WorkerError, evaluate_in_processes

__all__ = [
    "OFFLINE_KEY",
    "BadLine",
    "Kept",
    "Line",
    "Origin",
    "Outcome",
    "Preparation",
    "ResumeError",
    "Settings",
    "Summary",
    "WorkerError",
    "compare",
    "dump",
    "evaluate_in_processes",
    "evaluate_line",
    "inspect",
    "parse",
    "read_lines",
    "skip",
]
