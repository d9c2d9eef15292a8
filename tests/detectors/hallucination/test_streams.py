"""Answers that arrive in pieces: the same is found, and what stands before a block is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policyengine import Engine

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = {
    "messages": [{"role": "user", "content": "Tell me about the bridge. \U0001f309"}],
    "context": [
        "The bridge across the sound was opened on 1 July 2000 and cost 30 billion kroner.",
        {"title": "Ferries", "text": "\U0001f6a2 The ferry took 55 minutes. It ran until 2003."},
    ],
}
TRUE = "The bridge across the sound was opened on 1 July 2000.\n\n"
INVENTED = "Brass bands entertained 40,000 cheering spectators in Hamburg."
ANSWERS = [
    f"{TRUE}{INVENTED}\n\nThe ferry took 55 minutes.",
    "It cost 31,500,000,000 kroner.\n\n1. The ferry took 90 minutes.\n2. It ran until 2009.\n",
    "| Fact | Value |\n|---|---|\n| Opened | 1998 |\n\n| Ferry | 2009 |\n|:--|--:|\n| Cost | 0 |",
    f"Use this:\n\n```python\nx = 9.4\n\nprint('zebra')\n```\n\n{INVENTED}\n\n```\ny = 20\n\nx = 1",
    f"\U0001f309\U0001f309 It was opened in 1998 \U0001f389.\r\n\r\n\U0001d400 {INVENTED}",
    " \n\n ",
]


def deployment(folder: Path, rule: str, *, whole: bool = False, stream: str = "hold") -> Any:
    options = f"{{layers: [facts, wording], whole_answer: {str(whole).lower()}}}"
    folder.joinpath("policies.yaml").write_text(
        "version: 1\nmodels: {m: {base_url: http://localhost}}\npolicies:\n  p:\n    steps:\n"
        f"      - {{step: s, detector: hallucination, {rule}, options: {options}}}\n"
        f"deployments:\n  d: {{model: m, output: [p], on_block: message, stream: {stream}}}\n"
    )
    return Engine.load(folder / "policies.yaml").deployment("d")


def streamed(made: Any, answers: list[str]) -> tuple[dict[int, str], dict[int, str], Any]:
    """What is released before the end and in all, character by character, choices in turn."""
    released: list[dict[str, Any]] = []
    with made.stream(made.check_request(REQUEST)) as stream:
        for at in range(max(map(len, answers))):
            for index, answer in enumerate(answers):
                if at < len(answer):
                    delta = {"index": index, "delta": {"content": answer[at]}}
                    released += stream.feed({"choices": [delta]})
        last, detections = stream.close()
    return texts(released), texts([*released, *last]), detections


def texts(chunks: list[dict[str, Any]]) -> dict[int, str]:
    said: dict[int, str] = {}
    for choice in [one for chunk in chunks for one in chunk["choices"]]:
        said[choice["index"]] = said.get(choice["index"], "") + (
            choice["delta"].get("content") or ""
        )
    return said


def together(made: Any, answers: list[str]) -> tuple[dict[int, str], Any]:
    choices = [
        {"index": index, "message": {"role": "assistant", "content": answer}}
        for index, answer in enumerate(answers)
    ]
    checked = made.check_response(made.check_request(REQUEST), {"choices": choices})
    body = checked.body or checked.reply[1]
    return {one["index"]: one["message"]["content"] for one in body["choices"]}, checked.detections


REDACTS = "flag_at: 0.2, kinds: {hallucination.unsupported: {redact_at: 0.3, redact_with: mask}}"


@pytest.mark.parametrize("rule", [REDACTS, "block_at: 0.3"])
@pytest.mark.parametrize("whole", [False, True])
def test_letter_by_letter_the_same_is_found_and_delivered(
    tmp_path: Path, rule: str, *, whole: bool
) -> None:
    made = deployment(tmp_path, rule, whole=whole)
    for answers in [*([one] for one in ANSWERS), ANSWERS[:3], ANSWERS[3:]]:
        _, said, detections = streamed(made, answers)
        expected = together(made, answers)
        assert detections.as_dict() == expected[1].as_dict()
        assert said == expected[0]


@pytest.mark.parametrize("stream", ["hold", "late"])
def test_a_paragraph_leaves_when_it_was_judged_and_none_after_one_that_is_blocked(
    tmp_path: Path, stream: str
) -> None:
    made = deployment(tmp_path, "block_at: 0.3", stream=stream)
    before, _, _ = streamed(made, [ANSWERS[0]])
    assert before == {0: TRUE}


@pytest.mark.parametrize(("stream", "released"), [("hold", ""), ("late", ANSWERS[0])])
def test_a_whole_answer_is_waited_for_unless_it_may_be_late(
    tmp_path: Path, stream: str, released: str
) -> None:
    made = deployment(tmp_path, "block_at: 0.3", whole=True, stream=stream)
    before, _, detections = streamed(made, [ANSWERS[0]])
    assert before == {0: released}
    assert detections.verdict.word == "block"
