"""What relevancy finds, what it leaves alone, and what it refuses."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from detectors.calibration import Logistic
from detectors.encoders.loading import load
from detectors.encoders.settings import Onnx, Static
from detectors.relevancy.detector import Relevancy
from detectors.relevancy.judging import (
    OFF_CONTEXT_ANSWER,
    OFF_TOPIC_ANSWER,
    OFF_TOPIC_REQUEST,
)
from detectors.relevancy.measures import STRAY
from policyengine import (
    Engine,
    Finding,
    Position,
    Resources,
    Segment,
    Source,
    Truncated,
    View,
    WarmUpError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Judged = Callable[..., list[Finding]]

QUESTION = "How long does it take to get a new passport, and what does it cost?"
ANSWER = "A new passport takes about six weeks and costs 82 pounds if you apply online."
OTHER = "Whisk the eggs with the sugar until pale, then fold in the flour and bake the cake."
PASSPORTS = [
    "A passport application can be made online or at a post office that offers the service.",
    "The photo of a passport must be less than a month old and show the whole face.",
    "A child's passport costs less than that of an adult and is valid for five years only.",
    "Whoever needs a passport at once can pay for the urgent service at a passport office.",
    "An old passport has to be sent in together with the form for the new passport.",
    "The passport office sends the new passport by a courier who asks for a signature.",
]
CAKES = [
    "A sponge cake needs eggs, sugar and flour, and the eggs must be whisked until pale.",
    "Butter makes a cake rich, while oil keeps the cake moist for several days longer.",
    "The oven must be hot before the cake goes in, or the cake will not rise well.",
    "Icing is spread on the cake when it is cold, since warm cake melts the icing.",
    "A fruit cake keeps for months and is fed with brandy while it stands in its tin.",
    "Bake the cake in the middle of the oven and do not open the door too early.",
]

GERMAN = "Der Hund schl\u00e4ft auf dem Sofa und die Katze sitzt nicht mit ihm in der K\u00fcche."
UNJUDGED = [
    "I'm sorry, but I can't help with that request.",
    "I must respectfully decline to answer this question.",
    "I'm not comfortable answering that.",
    "I don\u2019t have access to that information.",
    "We are unable to process this request at this time.",
    "The provided context does not contain the answer to your question.",
    "No information about that is available in the documents.",
    "That is outside of what I can help with here.",
    "Do you want an adult's passport or a child's?",
    "I'd be happy to help! Which country's passport do you need?",
    "Could you tell me which country you live in? That would help me to give you the right price.",
    "Please tell me whether you need an adult or child passport.",
    "Yes.",
    "82 pounds",
    "Yes, of course you may do that.",
    "No, that is not possible.",
    "```python\nprint(sum(range(10)))\n```",
    "Here is the code:\n\n```sql\nSELECT 1;\n```\n\nLet me know if you need anything else!",
    "def area(r):\n    return 3.14159 * r * r\n\nprint(area(2))",
    "SELECT name FROM users WHERE id = 3;",
    '{"name": "Ada", "books": [1, 2], "active": true}',
    GERMAN,
    "Der M\u00f6belwagen h\u00e4lt morgens gew\u00f6hnlich vor gr\u00fcnen H\u00e4usern.",
    "H\u1ed9 chi\u1ebfu m\u1edbi m\u1ea5t kho\u1ea3ng s\u00e1u tu\u1ea7n v\u00e0 c\u00f3 ph\u00ed.",
    "Nov\u00fd pas trv\u00e1 asi \u0161est t\u00fddn\u016f a stoj\u00ed 82 liber.",
    "\u041a\u043e\u0448\u043a\u0430 \u0441\u043f\u0438\u0442.",
    "",
    " \n ",
]
JUDGED = [
    f"{OTHER} Would you like another recipe?",
    f"{QUESTION} {OTHER}",
    f"You want to know how long it takes to get a new passport and what it costs. {OTHER}",
    f"Yes, certainly. {OTHER}",
    f"```\n1\n```\n{OTHER} Put the cake on a plate and serve it with a little cream.",
    "Whisk eggs, cr\u00e8me fra\u00eeche, sugar, flour, vanilla; bake cakes slowly, serve cold.",
    "The documents do not need to lie in the oven with the cake; take the paper out.",
    "Whisk the eggs until they are pale;",
    "x" * 200_000,
]


def top(found: list[Finding], kind: str) -> float:
    return max((one.score for one in found if one.kind == kind), default=0.0)


def test_an_answer_to_something_else_is_found_and_an_answer_is_not(judged: Judged) -> None:
    assert top(judged(QUESTION, OTHER), OFF_TOPIC_ANSWER) > 0.7
    assert top(judged(QUESTION, ANSWER), OFF_TOPIC_ANSWER) < 0.4


def test_evidence_has_the_raw_similarity_and_the_best_and_worst_sentence(judged: Judged) -> None:
    text = f"{OTHER} {ANSWER}  Bake it in a hot oven for an hour."
    found = [one for one in judged(QUESTION, text) if "best" in one.evidence]
    best, worst = found[0].evidence["best"], found[0].evidence["worst"]
    assert isinstance(best, Position)
    assert isinstance(worst, Position)
    assert best.span is not None
    assert worst.span is not None
    assert text[best.span.start : best.span.end] == ANSWER
    assert text[worst.span.start : worst.span.end] != ANSWER
    assert 0 < found[0].evidence["similarity"] < 1  # type: ignore[operator]  # a number


def test_an_answer_about_another_context_is_found(judged: Judged) -> None:
    against = {"against": ("context",)}
    context = " ".join(PASSPORTS)
    assert top(judged(QUESTION, OTHER, context, **against), OFF_CONTEXT_ANSWER) > 0.8
    assert top(judged(QUESTION, PASSPORTS[2], context, **against), OFF_CONTEXT_ANSWER) < 0.2


def test_a_request_beside_the_purpose_is_found(judged: Judged) -> None:
    purpose = {"purpose": ("Questions about passports and visas.", *PASSPORTS[:2])}
    assert top(judged("How long should I bake a sponge cake?", **purpose), OFF_TOPIC_REQUEST) > 0.5
    assert top(judged("How do I apply for a passport?", **purpose), OFF_TOPIC_REQUEST) < 0.5


LONG = [("static", 300), ("static", 5000), ("onnx", 5000)]


def words_of(paragraphs: list[str], count: int) -> list[str]:
    """The paragraphs again and again, with other numbers, until there are `count` words."""
    made: list[str] = []
    while sum(len(one.split()) for one in made) < count:
        made += [f"{one} See page {len(made)}." for one in paragraphs]
    return made


@pytest.mark.parametrize(("encoder", "count"), LONG)
def test_a_long_answer_whose_last_paragraph_is_off_topic(
    judged: Judged, encoder: str, count: int
) -> None:
    text = "\n\n".join([*words_of(PASSPORTS, count), OTHER])
    found = [one for one in judged(QUESTION, text, encoder=encoder) if one.score >= 0.5]
    assert [text[one.span.start : one.span.end] for one in found if one.span] == [OTHER]


@pytest.mark.parametrize(("encoder", "count"), LONG)
def test_a_long_answer_whose_last_paragraph_alone_is_on_topic(
    judged: Judged, encoder: str, count: int
) -> None:
    text = "\n\n".join([*words_of(CAKES, count), ANSWER])
    assert top(judged(QUESTION, text, encoder=encoder), OFF_TOPIC_ANSWER) < 0.5
    without = "\n\n".join(words_of(CAKES, count))
    assert top(judged(QUESTION, without, encoder=encoder), OFF_TOPIC_ANSWER) >= 0.5


def test_a_short_part_is_less_easily_astray_than_a_long_one_as_near(resources: Resources) -> None:
    for settings in (Onnx(), Static()):
        stray = Logistic.of("relevancy.stray", load(settings, resources), STRAY)
        short, long = (stray.probability((0.2, 0.3, math.log(size))) for size in (20, 400))
        assert short < long


@pytest.mark.parametrize("answer", UNJUDGED)
def test_answers_that_similarity_says_nothing_of_are_not_judged(
    judged: Judged, answer: str
) -> None:
    assert judged(QUESTION, answer) == []


@pytest.mark.parametrize("answer", JUDGED)
def test_what_only_looks_like_one_of_them_is_judged(judged: Judged, answer: str) -> None:
    assert top(judged(QUESTION, answer), OFF_TOPIC_ANSWER) > 0.5


@pytest.mark.parametrize("request_text", ["Hello!", "Thanks a lot", "ok", ""])
def test_requests_that_ask_for_nothing_are_not_judged(judged: Judged, request_text: str) -> None:
    assert judged(request_text, ANSWER) == []
    assert judged(request_text, purpose="Questions about passports.") == []


def test_a_short_question_is_a_request(judged: Judged) -> None:
    assert top(judged("What is amber?", OTHER), OFF_TOPIC_ANSWER) > 0.5
    assert top(judged("passport cost", OTHER), OFF_TOPIC_ANSWER) > 0.5
    assert top(judged("define photosynthesis", OTHER), OFF_TOPIC_ANSWER) > 0.5


def test_a_greeting_in_place_of_an_answer_is_judged(judged: Judged) -> None:
    assert top(judged(QUESTION, "Hello there! How can I help you today?"), OFF_TOPIC_ANSWER) > 0.5


@pytest.mark.parametrize(
    "follow_up", ["Yes please", "Yes, please do look it up.", "Can you explain that again?"]
)
def test_a_follow_up_is_read_with_the_turns_before_it(resources: Resources, follow_up: str) -> None:
    detector = Relevancy(Relevancy.Options.model_validate({"encoder": "static"}))
    detector.warm_up(resources)
    asked = (
        Segment("/messages/0/content", Source.HISTORY, QUESTION),
        Segment("/messages/1/content", Source.HISTORY, "Shall I look it up for you?"),
        Segment("/messages/2/content", Source.PROMPT, follow_up),
    )

    def score(answer: str) -> float:
        said = Segment("/choices/0/message/content", Source.COMPLETION, answer, "response")
        (found,) = detector.detect([View((said,), asked)])
        return top(list(found), OFF_TOPIC_ANSWER)

    assert score(OTHER) > 0.5
    assert score(ANSWER) < 0.5


def test_texts_in_other_languages_can_fail_the_step_or_be_judged(judged: Judged) -> None:
    with pytest.raises(Truncated):
        judged(QUESTION, GERMAN, other_languages="fail")
    assert judged(QUESTION, GERMAN, other_languages="judge")


def test_a_purpose_is_held_against_a_request_without_a_space(judged: Judged) -> None:
    assert top(judged("x" * 200_000, purpose=tuple(PASSPORTS)), OFF_TOPIC_REQUEST) > 0.5


CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "passports", "arguments": '{"days": 42}'},
}


@pytest.mark.parametrize(
    ("against", "message"),
    [
        ("context", {"content": ANSWER}),
        ("request", {"content": None, "tool_calls": [CALL]}),
    ],
    ids=["no context", "a tool call alone"],
)
def test_what_is_missing_for_a_comparison_is_told(
    tmp_path: Path, against: str, message: dict[str, Any]
) -> None:
    policy = tmp_path / "policies.yaml"
    policy.write_text(
        "version: 1\n"
        "models: {m: {base_url: 'http://localhost'}}\n"
        "policies: {p: {steps: [{step: s, detector: relevancy, flag_at: recommended, options: "
        f"{{against: [{against}], encoder: static}}}}]}}}}\n"
        "deployments: {d: {model: m, output: [p]}}\n"
    )
    deployment = Engine.load(policy).deployment("d")
    body = {"model": "d", "messages": [{"role": "user", "content": QUESTION}]}
    reply = {"choices": [{"index": 0, "message": {"role": "assistant", **message}}]}
    response = deployment.check_response(deployment.check_request(body), reply)
    (step,) = response.detections.output.steps
    assert step.reason is not None
    assert not step.findings
    assert not response.detections.complete


def test_an_engine_takes_what_is_found_of_a_stray_part(tmp_path: Path) -> None:
    policy = tmp_path / "policies.yaml"
    policy.write_text(
        "version: 1\n"
        "models: {m: {base_url: 'http://localhost'}}\n"
        "policies: {p: {steps: [{step: s, detector: relevancy, flag_at: recommended, options: "
        "{encoder: static}}]}}\n"
        "deployments: {d: {model: m, output: [p]}}\n"
    )
    deployment = Engine.load(policy).deployment("d")
    body = {"model": "d", "messages": [{"role": "user", "content": QUESTION}]}
    said = {"role": "assistant", "content": "\n\n".join([*PASSPORTS, OTHER])}
    reply = {"choices": [{"index": 0, "message": said}]}
    response = deployment.check_response(deployment.check_request(body), reply)
    (step,) = response.detections.output.steps
    assert step.status == "ran"
    assert [one.evidence.get("stray") for one in step.findings] == [True]


def test_an_encoder_without_a_calibration_is_refused(tmp_path: Path, resources: Resources) -> None:
    options = Relevancy.Options.model_validate(
        {"encoder": {"type": "static", "max_tokens": 32}, "calibration": str(tmp_path / "none")}
    )
    with pytest.raises(WarmUpError, match="cannot be read"):
        Relevancy(options).warm_up(resources)
    with pytest.raises(WarmUpError, match="no calibration is known"):
        Relevancy(options.model_copy(update={"calibration": None})).warm_up(resources)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dimension": 7}, "its calibration is for 7"),
        ({"models": {}}, "no model 'relevancy.answer'"),
        ({"models": {"relevancy.answer": {"bias": 0}}}, "no model 'relevancy.answer'"),
        ({"models": {"relevancy.answer": {"bias": 0, "weights": {}}}}, "weighs nothing"),
        (
            {"models": {"relevancy.answer": {"bias": 0, "weights": {"best": 1, "moon": 2}}}},
            "weighs best, moon .* where best, shared, held can be weighed",
        ),
    ],
)
def test_a_calibration_of_something_else_is_refused(
    tmp_path: Path, resources: Resources, change: dict[str, Any], message: str
) -> None:
    vectors = load(Static(), resources)
    record = {"revision": vectors.revision, "dimension": vectors.dimension, "models": {}}
    file = tmp_path / "calibration.json"
    file.write_text(json.dumps({**record, **change}))
    given = {"encoder": "static", "calibration": str(file)}
    with pytest.raises(WarmUpError, match=message):
        Relevancy(Relevancy.Options.model_validate(given)).warm_up(resources)


def test_what_a_calibration_leaves_out_weighs_nothing(resources: Resources) -> None:
    vectors = load(Static(), resources)
    path = files("detectors").joinpath("calibrations", "static.json")
    model = Logistic.of("relevancy.context", vectors, ("none", "whole", "best", "worst", "pieces"))
    weights = json.loads(path.read_text())["models"]["relevancy.context"]["weights"]
    assert model.weights == (0.0, *weights.values())


def test_a_purpose_and_something_to_compare_answers_with_are_two_steps() -> None:
    with pytest.raises(ValidationError, match="use two steps"):
        Relevancy.Options.model_validate({"purpose": "Bank accounts", "against": ("request",)})


def test_the_reader_speaks_against_a_sentence_that_only_shares_the_words_asked_for() -> None:
    resources = Resources()

    def score(answer: str, **options: Any) -> float:
        detector = Relevancy(Relevancy.Options.model_validate(options))
        detector.warm_up(resources)
        said = Segment("/choices/0/message/content", Source.COMPLETION, answer, "response")
        asked = Segment("/messages/0/content", Source.PROMPT, "Who opened the old bridge?")
        (findings,) = detector.detect([View((said,), (asked,))])
        return max((one.score for one in findings), default=0.0)

    right = "It was opened to the public by the mayor's wife."
    wrong = "The old bridge is made of red bricks."
    misled = score(right) - score(wrong)
    assert misled > 0
    assert score(right, reader=True) - score(wrong, reader=True) < misled / 2


def test_the_reader_needs_a_calibration_of_the_encoder_with_it() -> None:
    detector = Relevancy(Relevancy.Options.model_validate({"encoder": "static", "reader": True}))
    with pytest.raises(WarmUpError, match=r"relevancy\.answer_read"):
        detector.warm_up(Resources())
