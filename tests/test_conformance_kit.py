from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from pydantic import BaseModel

from policyengine import (
    Cost,
    Detector,
    Example,
    Finding,
    Kind,
    Options,
    Position,
    Resources,
    Scope,
    Segment,
    Source,
    Truncated,
    View,
    Window,
)
from policyengine.testing import (
    ConformanceFailure,
    Phrases,
    check_detector,
    checks,
    raises,
    scripted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SECRET = re.compile("secret")


class Good(Detector[Options]):
    """Finds the word `secret`; each test breaks one thing about it."""

    id = "good"
    kinds = (Kind("good.secret", 0.5, description="The word itself."),)
    scope: Scope = Window(0, 6)
    words = frozenset({"exact", "how"})
    examples = (
        Example.of("a secret here", "good.secret"),
        Example.of("nothing here"),
    )

    def detect(self, views: Sequence[View]) -> list[list[Finding]]:
        return [self.see(view) for view in views]

    def see(self, view: View) -> list[Finding]:
        return [
            self.found(segment, found)
            for segment in view.examined
            for found in self.matches(segment)
        ]

    def matches(self, segment: Segment) -> list[re.Match[str]]:
        return list(SECRET.finditer(segment.text))

    def found(self, at: Segment, match: re.Match[str]) -> Finding:
        start, end = match.span()
        return Finding.at(at, start, end, kind="good.secret", score=0.9, how="exact")


def broken(**attributes: Any) -> type[Good]:
    return type("Broken", (Good,), attributes)


def run(check_name: str, detector: type[Detector[Any]], options: Any = None) -> None:
    (check,) = (one for one in checks(detector, options) if one.name == check_name)
    check.run()


def failure(check_name: str, detector: type[Detector[Any]], options: Any = None) -> str:
    with pytest.raises(ConformanceFailure) as caught:
        run(check_name, detector, options)
    return str(caught.value)


@pytest.mark.parametrize("check", checks(Good), ids=str)
def test_a_good_detector_holds(check: Any) -> None:
    check.run()


@pytest.mark.parametrize(
    "options",
    [
        {"phrases": {"a@b": 0.9, "secret": 0.4, "€ ": 1}},
        {"phrases": {"secret": 0.7}, "spans": False, "kind": "fake.found"},
        {"phrases": {"secret": 0.7}, "recommended_at": 0.7},
    ],
)
def test_the_phrases_fake_is_a_good_detector(options: dict[str, Any]) -> None:
    check_detector(Phrases, options, longest=10_000)


class Waiting(Detector[Options]):
    id = "waiting"
    kinds = Good.kinds
    examples = Good.examples
    words = Good.words
    cost = Cost.REMOTE
    sends_text_to = ("api.example.com",)

    async def adetect(self, views: Sequence[View]) -> list[list[Finding]]:
        return Good(self.options).detect(views)


class Grounding(Good):
    """Reads what stands beside the completion, and points there."""

    id = "grounding"
    scope = "whole"
    needs = frozenset({Source.COMPLETION, Source.CONTEXT})
    examples = (
        Example(
            (Segment("/choices/0/text", Source.COMPLETION, "a secret", "response"),),
            (Segment("/context", Source.CONTEXT, "no such thing"),),
            frozenset({"good.secret"}),
        ),
        Example(
            (Segment("/choices/0/text", Source.COMPLETION, "a secret", "response"),),
            (Segment("/context", Source.CONTEXT, "the secret is known"),),
        ),
    )

    def see(self, view: View) -> list[Finding]:
        if any("secret" in one.text for one in view.reference):
            return []
        return super().see(view)

    def found(self, at: Segment, match: re.Match[str]) -> Finding:
        return Finding.at(at, *match.span(), kind="good.secret", score=0.9, where=Position(at))


class Unit(Good):
    id = "unit"
    scope = "unit"


@pytest.mark.parametrize("detector", [Waiting, Grounding, Unit])
def test_every_sort_of_detector_can_hold(detector: type[Detector[Any]]) -> None:
    check_detector(detector, longest=10_000)


def test_all_problems_of_all_checks_are_told_together() -> None:
    detector = broken(examples=(), words=["exact"], scope=5)
    with pytest.raises(ConformanceFailure) as caught:
        check_detector(detector, longest=10)
    told = caught.value.problems
    assert "declarations: its `words` is not a set of texts" in told
    assert (
        "declarations: its `scope` is not a policyengine.Window of two lengths, `unit`, `passage` "
        "or `whole`" in told
    )
    assert "examples: no example in which something must be found" in told
    assert "examples: no example in which nothing may be found" in told
    assert len(set(told)) == len(told)


def test_a_detector_that_cannot_be_used_fails_that_and_nothing_else() -> None:
    with pytest.raises(ConformanceFailure) as caught:
        check_detector(Good, {"no_such_option": 1})
    assert caught.value.problems == ("usable: its options are refused: 1 errors",)


def test_nothing_is_loaded_before_the_first_check_runs() -> None:
    ready = scripted("fake", warm_up=raises(RuntimeError()))
    assert next(check.name for check in checks(ready)) == "usable"
    assert ready.warmed_up == []


def test_each_check_says_what_it_is_about() -> None:
    assert all(check.about.endswith(".") for check in checks(Good))
    assert len({check.name for check in checks(Good)}) == len(checks(Good))


def test_what_a_detector_raises_is_the_cause_and_not_quoted() -> None:
    detector = scripted("fake", raises(ValueError("a secret")), examples=Good.examples)
    with pytest.raises(ConformanceFailure, match="raises ValueError") as caught:
        run("findings", detector)
    assert isinstance(caught.value.__cause__, ValueError)
    assert "secret" not in str(caught.value)


# --- what is declared ---


class Undescribed(Options):
    level: int = 3


class Loose(BaseModel):
    level: int = 3
    """How loose."""


class Nesting(Options):
    loose: list[Loose] = []  # noqa: RUF012 - pydantic copies it
    """What is nested."""


def test_a_detector_needs_an_id() -> None:
    assert "needs an `id`" in failure("usable", broken(id=""))
    assert "no document can name its id" in failure("usable", broken(id="two words"))


def test_a_detector_that_does_not_get_ready_is_not_usable() -> None:
    def warm_up(_self: Good, _resources: object) -> None:
        raise FileNotFoundError

    assert "raises FileNotFoundError" in failure("usable", broken(warm_up=warm_up))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (Undescribed, "Undescribed.level has no description"),
        (Nesting, "Loose accepts unknown keys"),
        (Nesting, "Loose can be changed"),
    ],
)
def test_options_are_described_strict_and_frozen(options: type[Options], problem: str) -> None:
    assert problem in failure("options", broken(Options=options))


def test_an_unknown_key_must_be_what_options_complain_of() -> None:
    class Choosy(Options):
        @classmethod
        def model_validate(cls, *_: Any, **__: Any) -> Any:
            return cls()

    assert "an unknown key is accepted" in failure("options", broken(Options=Choosy), Choosy())


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ([], "declares no kind"),
        ([Kind("undotted")], "joined by dots"),
        ([Kind("good secret")], "joined by dots"),
        ([Kind("good.secret", surrogates=True)], "does not implement `surrogates`"),
        ([Kind("good.secret", 1.5)], "recommended_at"),
        ([Kind("good.secret", True)], "recommended_at"),  # noqa: FBT003
        ([Kind("good.secret", spans=1)], "spans"),  # type: ignore[arg-type]
        ([Kind("good.secret"), Kind("good.secret")], "twice"),
        ([Kind("good.secret"), Kind("good.secret.own")], "no policy could name it alone"),
        (["good.secret"], "policyengine.Kind"),
    ],
)
def test_kinds_have_a_shape(kinds: Any, problem: str) -> None:
    assert problem in failure("kinds", broken(kinds=kinds))


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ({"needs": [Source.PROMPT]}, "`needs` is not a set of policyengine.Source"),
        ({"uses": {"prompt"}}, "`uses` is not a set of policyengine.Source"),
        ({"scope": "some"}, "`scope` is not"),
        ({"scope": Window(-1, 6)}, "`scope` is not"),
        ({"cost": "inline"}, "`cost` is not a policyengine.Cost"),
        ({"sends_text_to": "api.example.com"}, "not a list of hosts"),
        ({"sends_text_to": ("",), "cost": Cost.REMOTE}, "has no name"),
        ({"sends_text_to": ("api.example.com",)}, "cost is remote for those"),
        ({"cost": Cost.REMOTE}, "cost is remote for those"),
        ({"words": ["exact"]}, "`words` is not a set"),
        ({"version": 3}, "`version` is not"),
    ],
)
def test_declarations_have_their_types(declared: dict[str, Any], problem: str) -> None:
    assert problem in failure("declarations", broken(**declared))


def test_declarations_do_not_change_between_readings() -> None:
    class Fickle(Good):
        readings: ClassVar[list[int]] = []

        @property
        def version(self) -> str:
            self.readings.append(1)
            return str(len(self.readings))

    assert "version is not the same each time" in failure("declarations", Fickle)


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ({"examples": Good.examples[1:]}, "no example in which something must be found"),
        ({"examples": Good.examples[:1]}, "no example in which nothing may be found"),
        ({"examples": [Example.of("s3cret", "good.secret")]}, "does not find good.secret"),
        ({"examples": [Example.of("a secret")]}, "where nothing may be found"),
        ({"needs": frozenset({Source.CONTEXT})}, "holds no context"),
        ({"examples": [Example(Good.examples[0].examined * 2)]}, "have one path"),
    ],
)
def test_examples_hold(declared: dict[str, Any], problem: str) -> None:
    assert problem in failure("examples", broken(**declared))


# --- what it does ---


def test_findings_are_what_an_engine_accepts() -> None:
    def found(_self: Good, at: Segment, match: re.Match[str]) -> Finding:
        return Finding.at(at, match.start(), len(at.text) + 1, kind="good.secret", score=0.9)

    assert "example 1: span outside the text" in failure("findings", broken(found=found))


@pytest.mark.parametrize(
    ("evidence", "problem"),
    [
        (lambda match: {"value": int(match[0])}, "digits of the text"),
        (lambda match: {"value": [1, float(match[0])]}, "digits of the text"),
    ],
)
def test_evidence_carries_no_text(evidence: Callable[[Any], Any], problem: str) -> None:
    pattern = re.compile(r"\d{8}")

    class Quoting(Good):
        words = frozenset({"value"})
        examples = (Example.of("number 41111111", "good.secret"), Example.of(""))

        def matches(self, segment: Segment) -> list[re.Match[str]]:
            return list(pattern.finditer(segment.text))

        def found(self, at: Segment, match: re.Match[str]) -> Finding:
            return Finding("good.secret", 0.9, at.path, None, evidence(match))

    assert problem in failure("no text in findings", Quoting)


def test_evidence_has_the_fields_that_were_declared() -> None:
    def found(_self: Good, at: Segment, match: re.Match[str]) -> Finding:
        return Finding("good.secret", 0.9, at.path, None, {match[0]: True})

    assert "declared field names" in failure("findings", broken(found=found))
    words = frozenset({"secret"})
    run("findings", broken(found=found, words=words))


class Counting(Good):
    def see(self, view: View) -> list[Finding]:
        self.asked = getattr(self, "asked", 0) + 1
        return super().see(view) if self.asked % 2 else []


class Remembering(Good):
    """Answers from the memo once it has been filled, and badly."""

    def see(self, view: View) -> list[Finding]:
        made: list[int] = []
        view.memo.get("seen", lambda: made.append(1))
        return super().see(view) if made else []


class Numbered(Good):
    made: ClassVar[list[int]] = []

    def warm_up(self, _resources: object) -> None:
        self.made.append(1)
        self.number = len(self.made)

    def see(self, view: View) -> list[Finding]:
        return super().see(view) if self.number == 1 else []


@pytest.mark.parametrize(
    ("detector", "problem"),
    [
        (Counting, "answer differs"),
        (Remembering, "with the memo filled"),
        (Numbered, "another instance"),
    ],
)
def test_answers_are_deterministic(detector: type[Good], problem: str) -> None:
    assert problem in failure("deterministic", detector)


def batchwise(detect: Callable[[Good, Sequence[View]], Any]) -> type[Good]:
    return broken(detect=detect)


@pytest.mark.parametrize(
    ("detect", "problem"),
    [
        (lambda self, views: [self.see(view) for view in views] or [[]], "an empty batch"),
        (
            lambda self, views: [self.see(one) if len(views) == 1 else [] for one in views],
            "one by one",
        ),
        (
            lambda self, views: [
                self.see(view) if i == 0 or view != views[i - 1] else []
                for i, view in enumerate(views)
            ],
            "twice in a batch",
        ),
        (
            lambda self, views: [
                self.see(one)
                if len(views) == 1 or one.examined[0].text > views[0].examined[0].text
                else []
                for one in views
            ],
            "order of a batch",
        ),
    ],
)
def test_a_batch_changes_nothing(detect: Any, problem: str) -> None:
    assert problem in failure("batches", batchwise(detect))


def test_threads_change_nothing() -> None:
    class Local(Good):
        def warm_up(self, _resources: object) -> None:
            self.local = threading.local()
            self.local.ready = True

        def see(self, view: View) -> list[Finding]:
            return super().see(view) if getattr(self.local, "ready", False) else []

    assert "threads that run together" in failure("threads", Local)


class ListOptions(Options):
    words: list[str] = []  # noqa: RUF012 - pydantic copies it
    """Words."""


class Trimming(Good):
    def see(self, view: View) -> list[Finding]:
        for segment in view.examined:
            object.__setattr__(segment, "text", segment.text.strip())
        return super().see(view)


class Learning(Good):
    Options = ListOptions

    def see(self, view: View) -> list[Finding]:
        self.options.words.append("more")  # type: ignore[attr-defined]  # ListOptions
        return super().see(view)


class Caching(Good):
    cache: ClassVar[dict[Any, list[Finding]]] = {}

    def see(self, view: View) -> list[Finding]:
        return self.cache.setdefault(view.examined, super().see(view))


@pytest.mark.parametrize(
    ("detector", "problem"),
    [
        (Trimming, "changes what it is shown"),
        (Learning, "changes its options"),
        (Caching, "changes the next one"),
    ],
)
def test_nothing_is_changed(detector: type[Good], problem: str) -> None:
    assert problem in failure("no mutation", detector)


def careless(look: Callable[[str], object]) -> type[Good]:
    def matches(self: Good, segment: Segment) -> list[re.Match[str]]:
        look(segment.text)
        return Good.matches(self, segment)

    return broken(matches=matches)


def refuse_long(text: str) -> None:
    if len(text) > 100_000:
        raise MemoryError


@pytest.mark.parametrize(
    ("look", "problem"),
    [
        (str.encode, "lone high surrogate: raises UnicodeEncodeError"),
        (lambda text: text[0], "empty text: raises IndexError"),
        (lambda text: 1 // (text.count("\x00") - 2), "NUL: raises ZeroDivisionError"),
        (refuse_long, "1000000 times 'a': raises MemoryError"),
    ],
)
def test_hostile_input_does_no_harm(look: Callable[[str], object], problem: str) -> None:
    assert problem in failure("hostile input", careless(look))


def test_no_segments_do_no_harm() -> None:
    def see(self: Good, view: View) -> list[Finding]:
        return Good.see(self, view) if view.examined[0].text else []

    assert "no segments: raises IndexError" in failure("hostile input", broken(see=see))


def test_offsets_count_code_points() -> None:
    def found(_self: Good, at: Segment, match: re.Match[str]) -> Finding:
        start = len(at.text[: match.start()].encode("utf-8", "replace"))
        return Finding.at(at, start, start + 6, kind="good.secret", score=0.9)

    assert "span outside the text" in failure("hostile input", broken(found=found))


def test_what_is_too_long_may_be_said_to_be() -> None:
    def look(text: str) -> None:
        if len(text) > 100_000:
            raise Truncated

    run("hostile input", careless(look))


class Unpicklable(Good):
    def __reduce__(self) -> Any:
        raise TypeError


class Forgetful(Good):
    Options = Phrases.Options

    def __reduce__(self) -> Any:
        return type(self), (Phrases.Options(),)


class Lost(Good):
    def __init__(self, options: Options, *, whole: bool = True) -> None:
        super().__init__(options)
        self.whole = whole

    def __reduce__(self) -> Any:
        return restored, (self.options,)

    def see(self, view: View) -> list[Finding]:
        return super().see(view) if self.whole else []


def restored(options: Options) -> Lost:
    return Lost(options, whole=False)


@pytest.mark.parametrize(
    ("detector", "options", "problem"),
    [
        (Unpicklable, None, "cannot be pickled: TypeError"),
        (Forgetful, {"phrases": {"secret": 1}}, "other options"),
        (Lost, None, "other findings"),
    ],
)
def test_a_detector_survives_pickling(detector: type[Good], options: Any, problem: str) -> None:
    assert problem in failure("pickling", detector, options)


# --- surrogates ---


class Inventive(Good):
    kinds = (Kind("good.secret", 0.5, surrogates=True),)
    drawn: ClassVar[int] = 0

    def surrogates(self, _resources: Resources) -> Callable[[str, str, int], Any]:
        return self.draw

    def draw(self, _kind: str, _value: str, number: int) -> Any:
        return f"mystery {number % 1000}"


class Whimsical(Inventive):
    def draw(self, _kind: str, _value: str, _number: int) -> str:
        type(self).drawn += 1
        return f"mystery {self.drawn}"


class Candid(Inventive):
    def draw(self, _kind: str, value: str, _number: int) -> str:
        return f"the {value} itself"


class Numeric(Inventive):
    def draw(self, _kind: str, _value: str, number: int) -> int:
        return number


class Fragile(Inventive):
    def draw(self, _kind: str, value: str, _number: int) -> str:
        return f"mystery {value.encode('ascii')!r}"[:7]


def test_a_detector_with_surrogates_holds() -> None:
    run("surrogates", Inventive)


@pytest.mark.parametrize(
    ("detector", "problem"),
    [
        (Whimsical, "the same number draws another surrogate"),
        (Candid, "has none, or one that holds it"),
        (Numeric, "neither a text nor None"),
        (Fragile, "it raises UnicodeEncodeError"),
    ],
)
def test_surrogates_are_texts_drawn_alike_that_hold_nothing(
    detector: type[Good], problem: str
) -> None:
    assert problem in failure("surrogates", detector)


# --- scope ---


@pytest.mark.parametrize("scope", ["whole", "unit", "passage", Window(0, 6), Window(9, 20)])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-8"])
def test_spans_that_count_other_units_than_code_points_are_noticed(
    scope: Any, encoding: str
) -> None:
    size = 2 if encoding == "utf-16-le" else 1

    def found(_self: Good, at: Segment, match: re.Match[str]) -> Finding:
        start = len(at.text[: match.start()].encode(encoding, "surrogatepass")) // size
        end = start + match.end() - match.start()
        over = min(start, len(at.text) - 1), min(end, len(at.text))
        return Finding.at(at, *over, kind="good.secret", score=0.9)

    said = failure("scope", broken(found=found, scope=scope))
    assert "do not count code points" in said


def seen_by(pattern: str, **declared: Any) -> type[Good]:
    def matches(_self: Good, segment: Segment) -> list[re.Match[str]]:
        return list(re.finditer(pattern, segment.text))

    return broken(matches=matches, **declared)


@pytest.mark.parametrize(
    "pattern", [r"(?<!x)secret", r"secret(?!x)", r"(?<![\s\S])secret|secret(?=\s)", r"secret$"]
)
def test_a_window_holds_all_that_matters(pattern: str) -> None:
    examples = [Example.of("secret", "good.secret"), Example.of("")]
    too_small = seen_by(pattern, examples=examples, scope=Window(0, 6))
    assert "farther away" in failure("scope", too_small) or "lost" in failure("scope", too_small)


@pytest.mark.parametrize("pattern", [r"(?<=[\s\S])secret", r"secret(?=[\s\S])"])
def test_a_window_is_enough_by_itself(pattern: str) -> None:
    assert "cut off" in failure("scope", seen_by(pattern))


@pytest.mark.parametrize(
    ("pattern", "scope"),
    [
        (r"(?<!x)secret", Window(1, 6)),
        (r"secret(?!x)", Window(0, 7)),
        (r"(?<!xyz)secret(?!xyz)", Window(3, 9)),
        (r"secret", Window(500, 500)),
    ],
)
def test_a_window_that_is_large_enough_holds(pattern: str, scope: Window) -> None:
    run("scope", seen_by(pattern, scope=scope))


def test_a_match_that_depends_on_where_scanning_began_has_no_window() -> None:
    examples = [Example.of("aaa", "good.secret"), Example.of("")]
    detector = seen_by("aa", examples=examples, scope=Window(0, 2))
    assert "farther away" in failure("scope", detector)


def test_a_finding_is_no_longer_than_its_window() -> None:
    assert "longer than" in failure("scope", broken(scope=Window(9, 5)))


def test_a_finding_without_a_span_has_no_window() -> None:
    def found(_self: Good, at: Segment, _match: object) -> Finding:
        return Finding("good.secret", 0.9, at.path)

    assert "fits in no window" in failure("scope", broken(found=found))


def test_the_place_in_the_text_does_not_matter() -> None:
    def matches(_self: Good, segment: Segment) -> list[re.Match[str]]:
        found = SECRET.finditer(segment.text)
        return [one for one in found if one.start() < 100]

    assert "farther away" in failure("scope", broken(matches=matches))


def test_what_is_found_does_not_depend_on_other_segments() -> None:
    def first_only(self: Good, view: View) -> list[Finding]:
        return Good.see(self, View(view.examined[:1]))

    for scope in (Window(0, 6), "unit"):
        detector = broken(see=first_only, scope=scope)
        assert "other examined segments change" in failure("scope", detector)


def test_what_is_found_does_not_need_other_segments() -> None:
    one, other = (Segment(f"/{name}", Source.PROMPT, "a secret") for name in "ab")

    def together(self: Good, view: View) -> list[Finding]:
        return Good.see(self, view) if len(view.examined) > 1 else []

    examples = [Example((one, other), (), frozenset({"good.secret"})), Good.examples[1]]
    detector = broken(see=together, scope="unit", examples=examples)
    assert "are missing" in failure("scope", detector)


def test_a_finding_about_the_whole_view_is_of_scope_whole() -> None:
    def found(_self: Good, _at: object, _match: object) -> Finding:
        return Finding("good.secret", 0.9)

    assert "beyond any scope but `whole`" in failure("scope", broken(found=found, scope="unit"))
    run("scope", broken(found=found, scope="whole"))


def test_a_place_behind_what_is_open_is_noticed() -> None:
    told = "a finding before the place that `open_from` gives changes with what follows"
    assert told in failure("open from", broken(open_from=lambda _self, text: len(text)))


@pytest.mark.parametrize("place", [-1, 1000, 0.5, True, None])
def test_a_place_outside_the_text_is_noticed(place: object) -> None:
    told = "`open_from` does not give a place of the text"
    assert told in failure("open from", broken(open_from=lambda _self, _text: place))


def test_a_detector_may_tell_where_it_is_open() -> None:
    def open_from(_self: object, text: str) -> int:
        return next((at for at in range(len(text)) if "secret".startswith(text[at:])), len(text))

    run("open from", broken(open_from=open_from))
