r"""`policyengine explain`: one exchange on a terminal, its findings highlighted.

Without a terminal, or with NO_COLOR, a finding is marked: `[[kind score verdict]]text[[/]]`. The
exchange's own `[[` is then shown as `[\[`. Text of the exchange stands behind a bar, in every row
of a terminal that it takes, so that it cannot pass for a line of ours.
"""

from __future__ import annotations

import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rich.text import Text

from policyengine.cli.configurations import STANDARD_INPUT, tags_of, texts_of
from policyengine.cli.failing import BAD_LINES, complain
from policyengine.cli.summaries import VERDICTS
from policyengine.cli.terminal import columns, console_for, visible
from policyengine.errors import ExchangeError
from policyengine.offline import BadLine, Preparation, Settings, parse
from policyengine.offline.explaining import explain, findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from rich.console import Console

    from policyengine.detections import Detections, ReportedFinding, StageResult
    from policyengine.offline.explaining import Beside, Explanation, Run, ShownText

BAR = "  | "
MOST_BESIDE = 400
"""So many characters of a passage are shown."""
LEAST_WIDTH = 8
VERDICT_COLUMN = 5


def run(  # noqa: PLR0913 - the command's options
    *,
    configs: Sequence[str],
    deployment: str | None,
    source: str,
    number: int | None,
    all_findings: bool,
    tags: str,
) -> None:
    """Print the explanation; exit with 3 when there is no exchange to explain."""
    compiled = Preparation(texts_of(configs), deployment).compiled()
    settings = Settings(all_findings=all_findings, tags=tags_of(tags))
    try:
        with _opened(source) as file:
            content = _line(file, number)
        explanation = explain(compiled, parse(content), settings)
    except (BadLine, ExchangeError) as error:
        place = "<stdin>" if source == STANDARD_INPUT else source
        complain(f"{place}{'' if number is None else f':{number}'}: {error}")
        sys.exit(BAD_LINES)
    console = console_for(sys.stdout)
    plain = not console.is_terminal or console.no_color
    for line in _page(explanation, plain=plain):
        for row in _rows(line, console):
            console.print(row, soft_wrap=True)


def _opened(source: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if source == STANDARD_INPUT else Path(source).open("rb")


def _line(file: BinaryIO, number: int | None) -> bytes:
    """The line of that number; without one all of the file, which then holds one exchange."""
    if number is not None:
        for count, content in enumerate(file, 1):
            if count == number:
                return content
        raise BadLine("there are fewer lines")
    first = file.readline()
    while first and not first.strip():
        first = file.readline()
    if _is_exchange(first) and any(content.strip() for content in file):
        raise BadLine("more than one line: say which with --line N")
    return first + file.read()


def _is_exchange(content: bytes) -> bool:
    try:
        parse(content)
    except BadLine:
        return False
    return True


def _page(explanation: Explanation, *, plain: bool) -> Iterator[Text]:
    detections = explanation.detections
    verdict = detections.verdict.word
    complete = "" if detections.complete else ", incomplete"
    tags = f", tags {', '.join(detections.tags)}" if detections.tags else ""
    yield Text(visible(f"{detections.deployment} ({detections.revision}{tags})"))
    yield Text.assemble("verdict: ", (verdict, VERDICTS[verdict]), complete)
    for text in explanation.texts:
        yield Text()
        yield from _text(text, plain=plain)
    yield from _unplaced(detections)
    yield Text()
    yield from _steps(detections)
    yield from _not_examined(detections)
    if explanation.reply is not None:
        yield Text()
        yield Text(f"the client is sent, with status {explanation.reply[0]}:")
        yield from _barred(Text(visible(_said(explanation.reply[1]))))


def _rows(line: Text, console: Console) -> Iterator[Text]:
    """The rows of a terminal that a line takes, each behind the bar where the line is."""
    if not (console.is_terminal and line.plain.startswith(BAR)):
        yield line
        return
    width = max(console.width - len(BAR), LEAST_WIDTH)
    for row in line[len(BAR) :].wrap(console, width, overflow="fold"):
        yield _behind_bar(row)


def _text(shown: ShownText, *, plain: bool) -> Iterator[Text]:
    segment = shown.segment
    yield Text(visible(f"{segment.body} {segment.path} ({segment.source.value})"), "bold")
    for finding in shown.whole:
        yield Text(f"  all of it: {_told(finding)}", VERDICTS[finding.verdict.word])
    yield from _barred(_marked(shown.runs) if plain else _highlighted(shown.runs))
    if shown.delivered is None:
        yield Text("  not delivered")
    elif shown.differs:
        yield Text("  delivered:")
        yield from _barred(Text(visible(shown.delivered)))
    for one in shown.beside:
        yield from _held_against(one)


def _held_against(beside: Beside) -> Iterator[Text]:
    """A passage, under all that was found by it."""
    for finding in beside.findings:
        at = "" if finding.span is None else f" at {finding.span.start}-{finding.span.end}"
        yield Text(f"  {_told(finding)}{at}", VERDICTS[finding.verdict.word])
    place = beside.place
    yield Text(visible(f"  {place.name}: {place.body} {place.path} {place.start}-{place.end}"))
    cut = beside.text[:MOST_BESIDE] + " …" if len(beside.text) > MOST_BESIDE else beside.text
    yield from _barred(Text(visible(cut)))


def _barred(text: Text) -> Iterator[Text]:
    for line in text.split("\n", allow_blank=True):
        yield _behind_bar(line)


def _behind_bar(line: Text) -> Text:
    return Text.assemble((BAR, "dim"), line)


def _marked(runs: Sequence[Run]) -> Text:
    marks = {"begin": "[[{}]]", "end": "[[/]]"}
    return Text(
        "".join(
            re.sub(r"\[(?=\[)", r"[\\", visible(run.text))
            if run.sort == "text"
            else marks[run.sort].format(_told(run.covered[0]))
            for run in runs
        )
    )


def _highlighted(runs: Sequence[Run]) -> Text:
    text = Text()
    for run in runs:
        if run.sort == "text":
            hardest = max((one.verdict for one in run.covered), default=None)
            colour = "" if hardest is None else f"reverse {VERDICTS[hardest.word]}"
            text.append(visible(run.text), colour)
        elif run.sort == "end":
            text.append(
                f" {_told(run.covered[0])} ", f"dim {VERDICTS[run.covered[0].verdict.word]}"
            )
    return text


def _told(finding: ReportedFinding) -> str:
    return f"{finding.kind} {finding.score:g} {finding.verdict.word}"


def _unplaced(detections: Detections) -> Iterator[Text]:
    unplaced = [
        (name, finding)
        for name, stage in _stages(detections)
        for finding in findings_of(stage)
        if finding.path is None
    ]
    if unplaced:
        yield Text()
    for name, finding in unplaced:
        yield Text(f"{name} as a whole: {_told(finding)}", VERDICTS[finding.verdict.word])


def _stages(detections: Detections) -> Iterator[tuple[str, StageResult]]:
    yield "input", detections.input
    if detections.output is not None:
        yield "output", detections.output


def _steps(detections: Detections) -> Iterator[Text]:
    rows = [("STAGE", "POLICY", "STEP", "DETECTOR", "STATUS", "VERDICT", "FINDINGS", "REASON")]
    for name, stage in _stages(detections):
        for step in stage.steps:
            verdict = step.verdict.word if step.enforced else f"{step.verdict.word} (shadow)"
            known = (name, step.policy, step.step, step.detector, step.status, verdict)
            rows.append((*known, str(len(step.findings)), step.reason or ""))
    for row, line in zip(rows, columns(rows), strict=True):
        yield Text(visible(line), VERDICTS.get(row[VERDICT_COLUMN].partition(" ")[0], "bold"))


def _not_examined(detections: Detections) -> Iterator[Text]:
    coverage = detections.coverage
    yield Text()
    yield Text(f"examined: {coverage.examined} of {coverage.segments} texts")
    for content in coverage.unexamined:
        yield Text(visible(f"  nobody can read {content.body} {content.path} ({content.media})"))
    for excluded in coverage.excluded:
        where = f"{excluded.stage} step {excluded.step} of {excluded.policy}"
        yield Text(visible(f"  {where} does not look at {', '.join(excluded.paths)}"))


def _said(body: Any) -> str:
    """The message of a reply that stands in for all that was blocked."""
    error = body.get("error")
    if isinstance(error, dict):
        return str(error.get("message", ""))
    choices = body.get("choices") or [{}]
    message = choices[0].get("message")
    said = message.get("content") if isinstance(message, dict) else choices[0].get("text")
    return said if isinstance(said, str) else ""
