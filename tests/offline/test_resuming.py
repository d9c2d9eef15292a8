from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policyengine.offline import (
    Line,
    Origin,
    Preparation,
    ResumeError,
    Settings,
    compare,
    evaluate_line,
    inspect,
    skip,
)
from policyengine.sources import Text

if TYPE_CHECKING:
    from policyengine.deployment import CompiledDeployment

LINES = [
    Line("in", 1, b'{"request": {"messages": [{"role": "user", "content": "a heron"}]}}'),
    Line("in", 2, b"bad"),
    Line("in", 4, b'{"request": {"messages": [{"role": "user", "content": "a crow"}]}}'),
]

QUIET = '{"request": {"messages": [{"role": "user", "content": "hello"}]}}'


@pytest.fixture
def written(deployment: CompiledDeployment) -> list[bytes]:
    return [evaluate_line(deployment, line, Settings()).content for line in LINES]


@pytest.fixture
def origin(deployment: CompiledDeployment) -> Origin:
    return Origin("d", deployment.revision, ("a",))


def test_whole_lines_are_kept_and_counted(written: list[bytes], origin: Origin) -> None:
    kept = inspect([*written, b'{"half'], origin)
    assert kept.lines == 3
    assert kept.size == sum(map(len, written))
    assert kept.summary.bad == 1
    assert kept.summary.verdicts == {"redact": 1, "block": 1}
    assert kept.summary.kinds == {"terms.found": 2}


def test_a_whole_line_without_its_end_is_not_kept(written: list[bytes], origin: Origin) -> None:
    assert inspect([written[0], written[1].rstrip()], origin).lines == 1


@pytest.mark.parametrize("name", ["deployment", "revision", "tags"])
def test_lines_of_another_origin_are_refused(
    written: list[bytes], origin: Origin, name: str
) -> None:
    other = origin._replace(**{name: ("z",) if name == "tags" else "z"})
    with pytest.raises(
        ResumeError, match=f"line 1 of the output was written with another .*{name}"
    ):
        inspect(written, other)


@pytest.mark.parametrize("line", [b"\n", b"canary\n", b'{"request": {}}\n', b"[]\n", b"\xff\n"])
def test_what_evaluate_did_not_write_is_refused(origin: Origin, line: bytes) -> None:
    with pytest.raises(ResumeError, match="line 1 of the output was not written by `evaluate`"):
        inspect([line], origin)


def test_lines_that_were_written_are_passed_over(written: list[bytes], origin: Origin) -> None:
    remaining = iter(LINES)
    passed = skip(remaining, inspect(written[:2], origin))
    assert [(line, one.number, one.content) for line, one in passed] == [
        (LINES[0], 1, written[0]),
        (LINES[1], 2, written[1]),
    ]
    assert list(remaining) == LINES[2:]
    assert skip(iter(LINES), inspect([], origin)) == []


def test_an_output_with_more_lines_than_its_input_is_refused(
    written: list[bytes], origin: Origin
) -> None:
    with pytest.raises(ResumeError, match="the output has 3 lines, the input only 2"):
        skip(iter(LINES[:2]), inspect(written, origin))


def test_another_input_and_other_options_are_noticed_at_the_last_line(
    deployment: CompiledDeployment, written: list[bytes], origin: Origin
) -> None:
    last = inspect(written, origin).last
    assert last is not None
    compare(evaluate_line(deployment, LINES[2], Settings()), last)
    for line, settings in ((LINES[0], Settings()), (LINES[2], Settings(observe=True))):
        with pytest.raises(ResumeError, match="line 3 of the output is not what"):
            compare(evaluate_line(deployment, line, settings), last)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (Settings(), Settings(observe=True)),
        (Settings(observe=True), Settings()),
        (Settings(all_findings=True), Settings()),
    ],
)
def test_other_options_are_noticed_though_the_last_line_shows_nothing(
    preparation: Preparation, before: Settings, now: Settings
) -> None:
    (text,) = preparation.texts
    policies = text.content.replace(b"flag_at: recommended", b"flag_at: 0.9")
    deployment = Preparation((Text(text.name, policies),)).compiled()
    said = "x" * 40 if before.all_findings else "a heron"
    asked = [f'{{"request": {{"messages": [{{"role": "user", "content": "{said}"}}]}}}}', QUIET]
    lines = [Line("in", at, one.encode()) for at, one in enumerate(asked, 1)]
    origin = Origin("d", deployment.revision, ("a",))
    kept = inspect([evaluate_line(deployment, one, before).content for one in lines], origin)
    (first, last) = skip(iter(lines), kept)
    compare(evaluate_line(deployment, last[0], now), last[1])
    with pytest.raises(ResumeError, match="line 1 of the output is not what"):
        compare(evaluate_line(deployment, first[0], now), first[1])
