"""The figures as tables in Markdown."""

from __future__ import annotations

from typing import Any

from errors import ALL, FINDINGS, MARKS

Figure = dict[str, Any]
TWICE = ", from 0.4"
"""The second reading of presidio, which differs by a hair: left out where columns are many."""


def tables(results: dict[str, Any], *, with_errors: bool = False) -> str:
    """All tables, each under its heading."""
    sets = results["sets"].items() if with_errors else ()
    return "\n\n".join(
        [
            "### Labelled sets",
            _overview(results["sets"]),
            "### Kind by kind, strict F1 (marked spans)",
            *(_kinds(name, one) for name, one in results["sets"].items()),
            *(["### Where errors lie"] if with_errors else []),
            *(_errors(name, one["systems"]) for name, one in sets),
            "### Benign texts, false alarms per 1,000 words",
            _benign(results["benign"]),
        ]
    )


def _overview(sets: dict[str, Any]) -> str:
    rows = [
        [
            name,
            system,
            _said(figures["spans"]["precision"]),
            _said(figures["spans"]["recall"]),
            _counted(figures["spans"]["f1"]),
            _said(figures["spans_joined"]["f1"]),
            _said(figures["spans_with_other"]["f1"]),
            _counted(figures["tokens"]["f2"]),
            _said(figures["tokens_with_other"]["f2"]),
            _said(figures["structured"]["precision"]),
            _said(figures["structured"]["recall"]),
        ]
        for name, one in sets.items()
        for system, figures in one["systems"].items()
    ]
    head = [
        "set", "system", "span P", "span R", "span F1", "neighbours joined", "with `other`",
        "token F2", "F2 with `other`", "seven kinds P", "seven kinds R",
    ]  # fmt: skip
    return _table(head, rows)


def _kinds(name: str, one: dict[str, Any]) -> str:
    systems = {system: figures for system, figures in one["systems"].items() if TWICE not in system}
    kinds = next(iter(systems.values()))["kinds"]
    rows = [
        [
            f"{kind} ({figures['recall']['bottom']:.0f})",
            *(_said(each["kinds"][kind]["f1"]) for each in systems.values()),
        ]
        for kind, figures in kinds.items()
    ]
    return _table([f"{name}, {one['texts']} texts", *systems], rows)


def _errors(name: str, systems: dict[str, Any]) -> str:
    """A row for each system, and before the others one for each kind of the first."""
    first, *others = (system for system in systems if TWICE not in system)
    errors = systems[first]["errors"]
    kinds = [kind for kind in errors["marks"] if kind != ALL]
    rows = [_sorts(kind, errors, kind) for kind in kinds]
    rows += [_sorts(system, systems[system]["errors"], ALL) for system in (first, *others)]
    head = [f"{name}: {first} by kind, then all kinds", *(f"marks {sort}" for sort in MARKS)]
    return _table([*head, *(f"findings {sort}" for sort in FINDINGS)], rows)


def _sorts(title: str, errors: dict[str, Any], kind: str) -> list[str]:
    marks, findings = errors["marks"].get(kind, {}), errors["findings"].get(kind, {})
    counts = [marks.get(sort, 0) for sort in MARKS] + [findings.get(sort, 0) for sort in FINDINGS]
    return [title, *(f"{count:,}" for count in counts)]


def _benign(benign: dict[str, Any]) -> str:
    rows = [
        [
            system,
            _counted(figures["false_alarms"]),
            f"{figures['false_alarms']['top']:.0f}",
            _counted(figures["with_dates"]),
            ", ".join(f"{kind} {count}" for kind, count in figures["kinds"].items()),
        ]
        for system, figures in benign["systems"].items()
    ]
    words = next(iter(benign["systems"].values()))["false_alarms"]["bottom"]
    head = [f"{benign['texts']} texts, {words:,.0f} words", "per 1,000", "found", "with dates", ""]
    return _table(head, rows)


def _said(figure: Figure) -> str:
    return "-" if figure["value"] is None else f"{figure['value']:.3f}"


def _counted(figure: Figure) -> str:
    if figure["value"] is None:
        return "-"
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
