"""What `pii` by its patterns and `keywords` cost: 200 characters, 2 kB and 32 kB of each sort.

The texts are those of `benchmarks/peers`, where other libraries see them in the same run.
"""

from __future__ import annotations

import random
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detectors.keywords.detector import Keywords, KeywordsOptions
from detectors.pii.detector import Pii, PiiOptions
from detectors.pii.recognizers import RECOGNIZERS
from policyengine import Resources, Segment, Source, View

sys.path.append(str(Path(__file__).parents[1] / "peers"))
from texts import LENGTHS, SORTS, text_of

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

KEYWORDS_BUDGET = 100e-6
PATTERNS = tuple(
    {row.kind.removeprefix("pii.") for row in RECOGNIZERS} - {"location", "nationality"}
)
"""What no pipeline is asked for."""


def view(text: str) -> View:
    return View((Segment("/messages/0/content", Source.PROMPT, text),))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("length", LENGTHS)
def test_pii(benchmark: BenchmarkFixture, length: int, sort: str) -> None:
    detector = Pii(PiiOptions(entities=PATTERNS))
    detector.warm_up(Resources())
    (findings,) = benchmark(detector.detect, [view(text_of(length, sort))])
    benchmark.extra_info["findings"] = len(findings)


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
def test_keywords(benchmark: BenchmarkFixture, count: int) -> None:
    letters = random.Random(7)  # noqa: S311 - terms, no secrets
    terms = tuple("".join(letters.choices(string.ascii_lowercase, k=9)) for _ in range(count))
    detector = Keywords(KeywordsOptions(terms=terms))
    detector.warm_up(Resources())
    benchmark.extra_info["budget_us"] = 1e6 * KEYWORDS_BUDGET
    benchmark(detector.detect, [view(text_of(2_000, "some"))])
