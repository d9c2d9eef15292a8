"""What it takes to be ready: prints the seconds of importing and loading, and the memory.

`starting.py ours`, or `starting.py theirs PIPELINE` in the peers' environment. Processor time, so
that a cold disk does not count; memory is the peak of the process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from re import match


def ours() -> None:
    """Import, then load everything that the default options need."""
    from detectors.pii.detector import Pii, PiiOptions  # noqa: PLC0415 - what is timed
    from policyengine import Resources  # noqa: PLC0415 - as above

    _lap("import")
    Pii(PiiOptions()).warm_up(Resources())
    _lap("load")


def theirs(pipeline: str) -> None:
    """Import, then build the engine with that pipeline."""
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415 - what is timed
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # noqa: PLC0415 - as above

    _lap("import")
    models = [{"lang_code": "en", "model_name": pipeline}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    _lap("load")


def installed(*names: str) -> float:
    """The megabytes of distributions and all that they need, by what was installed of them."""
    seen: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name, _, extras = waiting.pop().partition("[")
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or extra
        if name.lower() in seen and not extras:
            continue
        seen[name.lower()] = found
        wanted = extras.rstrip("]").split(",") if extras else []
        for line in found.requires or ():
            requirement = match(r"([A-Za-z0-9._-]+)(\[[^]]*\])?", line)
            extra = match(r".*extra == ['\"]([^'\"]+)", line)
            if requirement and (extra is None or extra[1] in wanted):
                waiting.append(requirement[1].replace("_", "-") + (requirement[2] or ""))
    files = {path.locate() for one in seen.values() for path in one.files or ()}
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


_laps: dict[str, float] = {}
_started = time.process_time()


def _lap(name: str) -> None:
    _laps[name] = time.process_time() - _started - sum(_laps.values())


if sys.argv[1] == "ours":
    ours()
    size = installed("llm-policyengine[detectors,ner]")
else:
    theirs(sys.argv[2])
    size = installed("presidio-analyzer", sys.argv[2])
_laps["MB of memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
_laps["MB installed"] = size
json.dump(_laps, sys.stdout)
