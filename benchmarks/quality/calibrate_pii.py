"""Fits the scores of `pii`, so that a score is how often such a finding is right.

python benchmarks/quality/calibrate_pii.py --data ../shared/data

Runs the detector over the texts of `corpus.py` and counts, for every recogniser with and without
a context word, how often it was right. A score is the author's own figure, which counts as much as
ten findings, corrected by those counts; with context it is higher than without. A kind's
recommended point is where F1 is highest. Half of the texts, by their hash, are kept aside to
measure what came of it. The scores in force settle which of two overlapping findings is told, so
that a second fit after a first may differ from it a little. Writes a module of two tables and a
reliability plot.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple

from corpus import Document, documents
from reliability import expected_error, plot
from sets import Mark

from detectors.pii import recognizers
from detectors.pii.detector import Pii
from detectors.pii.recognizers import RECOGNIZERS
from policyengine import Resources, Segment, Source, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PRIOR = 10
"""As how many findings the author's own score counts."""
STEP = 0.005
"""What a context word is worth at least, so that no order is left to chance."""
GAIN = 0.02
"""How much F1 a kind must win by for another point than one half; less is chance."""

Scores = dict[str, tuple[float, float]]
"""A recogniser's name: the score without and with a context word."""


class Judged(NamedTuple):
    """A finding: whose, of what kind, with a context word or without, and whether it is right."""

    name: str
    kind: str
    in_context: bool
    right: bool


def judged(texts: Sequence[Document]) -> list[Judged]:
    """All findings that the texts can judge, whatever their score."""
    detector = Pii(Pii.Options.model_validate({"models": {}}))
    detector.warm_up(Resources())
    against = {row.name: row.against for row in RECOGNIZERS}
    made = []
    for text in texts:
        (found,) = detector.detect([View((Segment("/text", Source.PROMPT, text.text),))])
        for finding in found:
            name, span = str(finding.evidence["recognizer"]), finding.span
            in_context = bool(finding.evidence.get("context"))
            if span is None or name not in against:
                continue  # not a recogniser's: names are scored where their model is trained
            if finding.score == against[name] and not in_context:
                continue  # a word spoke against it; those scores stay the author's
            kind = finding.kind.removeprefix("pii.")
            right = text.judge(Mark(span.start, span.end, kind))
            if right is not None:
                made.append(Judged(name, kind, in_context, right))
    return made


def fitted(found: Iterable[Judged]) -> Scores:
    """The authors' scores, corrected by what was found.

    A recogniser starts from what became of the others that its author was as sure of, each with one
    voice, so that one without any findings does not fall behind its like. No score rises by more
    than half of what its author left to certainty.
    """
    counts = Counter((one.name, one.in_context, one.right) for one in found)
    authors = as_written()
    sides = {near: _side(authors, counts, near=near) for near in (False, True)}
    scores: Scores = {}
    for name in authors:
        plain, in_context = sides[False][name], sides[True][name]
        if plain >= in_context - STEP:  # pooled, as isotonic regression does, but for a step
            middle = min((plain + in_context) / 2, 1 - STEP)
            plain, in_context = middle, middle + STEP
        scores[name] = (round(plain, 4), round(in_context, 4))
    return scores


def _side(
    authors: Scores, counts: Counter[tuple[str, bool, bool]], *, near: bool
) -> dict[str, float]:
    own = {name: _corrected(pair[near], counts, name, near=near) for name, pair in authors.items()}
    side = {}
    for name, pair in authors.items():
        others = [
            own[other] for other in own if other != name and authors[other][near] == pair[near]
        ]
        most = pair[near] and (1 + pair[near]) / 2  # generated texts are kinder than life
        fitted_score = _corrected(mean(others or [pair[near]]), counts, name, near=near)
        side[name] = min(fitted_score, most)
    return side


def _corrected(
    prior: float, counts: Counter[tuple[str, bool, bool]], name: str, *, near: bool
) -> float:
    right, wrong = counts[name, near, True], counts[name, near, False]
    return (right + PRIOR * prior) / (right + wrong + PRIOR)


def as_written() -> Scores:
    """What the rows themselves say, whatever is in force."""
    modules = (
        import_module(f"{recognizers.__name__}.{found.name}")
        for found in iter_modules(recognizers.__path__)
    )
    return {
        row.name: (row.score, row.in_context)
        for module in modules
        for row in getattr(module, "RECOGNIZERS", ())
    }


def recommended(found: Sequence[Judged], scores: Scores, marked: Counter[str]) -> dict[str, float]:
    """For each kind, half-way below the lowest score that is worth acting on."""
    points = {}
    for kind in sorted({row.kind.removeprefix("pii.") for row in RECOGNIZERS}):
        own = [(scores[one.name][one.in_context], one.right) for one in found if one.kind == kind]
        levels = sorted({score for score, _ in own})
        best, best_f1 = 0.5, _f1(own, 0.5, marked[kind]) + GAIN
        for below, level in zip([0.0, *levels], levels, strict=False):
            f1 = _f1(own, level, marked[kind])
            if f1 > best_f1:
                best, best_f1 = round((below + level) / 2, 2), f1
        points[f"pii.{kind}"] = best
    return points


def _f1(own: Sequence[tuple[float, bool]], at: float, marked: int) -> float:
    said = [right for score, right in own if score >= at]
    return 2 * sum(said) / max(len(said) + marked, 1)


def written(scores: Scores, points: dict[str, float]) -> str:
    """The module that the detector reads."""
    return "\n".join(
        [
            '"""How sure the recognisers are; written by `benchmarks/quality/calibrate_pii.py`."""',
            "",
            "SCORES = " + _table(scores),
            '"""A recogniser\'s name: its score without and with a context word."""',
            "",
            "RECOMMENDED = " + _table(points),
            '"""A kind: the score from which acting on it is right most often."""',
            "",
        ]
    )


def _table(values: Mapping[str, object]) -> str:
    return "{\n" + "".join(f'    "{key}": {values[key]!r},\n' for key in sorted(values)) + "}"


def main() -> None:
    """Fit, write, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("detectors/pii/calibrated.py"))
    parser.add_argument("--plot", type=Path, default=Path("benchmarks/quality/reliability.svg"))
    arguments = parser.parse_args()

    texts = documents(arguments.data, RECOGNIZERS)
    kept = [hashlib.sha256(text.text.encode()).digest()[0] % 2 == 0 for text in texts]
    fit = [text for text, aside in zip(texts, kept, strict=True) if not aside]
    aside = judged([text for text, is_kept in zip(texts, kept, strict=True) if is_kept])
    found = judged(fit)
    marked = Counter(mark.kind for text in fit for mark in text.marks)
    scores = fitted(found)
    points = recommended(found, scores, marked)
    arguments.out.write_text(written(scores, points), encoding="utf-8")

    series = {
        name: [(table[one.name][one.in_context], one.right) for one in aside]
        for name, table in (("as written", as_written()), ("calibrated", scores))
    }
    plot(series, arguments.plot)
    print(f"{len(texts)} texts, {len(found)} findings fitted, {len(aside)} kept aside")
    for name, pairs in series.items():
        print(f"expected calibration error, {name}: {expected_error(pairs):.3f}")


if __name__ == "__main__":
    main()
