from __future__ import annotations

from collections import Counter

import pytest

np = pytest.importorskip("numpy")

from calibrate_pii import Judged, as_written, fitted, recommended, written  # noqa: E402 - needs numpy
from corpus import Document  # noqa: E402 - as above
from reliability import bins_of, expected_error  # noqa: E402 - as above
from sets import Mark  # noqa: E402 - as above

from detectors.pii.recognizers import RECOGNIZERS  # noqa: E402 - as above

EMAIL = as_written()["email"]
PEERS = [name for name, pair in as_written().items() if pair[1] == EMAIL[1] and name != "email"]


def found(right: int, wrong: int, *, in_context: bool) -> list[Judged]:
    each = [True] * right + [False] * wrong
    return [Judged("email", "email", in_context, right=one) for one in each]


def test_a_score_without_findings_is_the_authors() -> None:
    assert fitted([])["email"] == EMAIL


def test_many_findings_outweigh_the_authors_score() -> None:
    plain, near = fitted(found(300, 700, in_context=False))["email"]

    assert plain == pytest.approx(0.3, abs=0.01)
    assert near == EMAIL[1]


def test_recognisers_of_which_the_author_was_as_sure_move_along_but_less() -> None:
    scores = fitted(found(0, 1000, in_context=True))

    assert PEERS
    assert all(scores["email"][1] < scores[name][1] < EMAIL[1] for name in PEERS)


def test_context_always_raises_a_score() -> None:
    worse = [*found(900, 100, in_context=False), *found(100, 900, in_context=True)]

    plain, near = fitted(worse)["email"]

    assert plain < near
    assert plain == pytest.approx(0.5, abs=0.02)


def test_what_is_silent_without_context_stays_silent() -> None:
    silent = [name for name, (plain, _) in as_written().items() if plain == 0]

    assert silent
    assert all(fitted([])[name][0] == 0 for name in silent)


def test_the_recommended_point_lets_wrong_findings_fall_below_it() -> None:
    found_ones = [*found(10, 90, in_context=False), *found(90, 0, in_context=True)]
    scores = dict.fromkeys((row.name for row in RECOGNIZERS), (0.6, 0.9))

    points = recommended(found_ones, scores, Counter({"email": 100}))

    assert points["pii.email"] == 0.75
    assert set(points.values()) == {0.75, 0.5}


def test_the_written_module_holds_the_tables() -> None:
    names: dict[str, object] = {}

    exec(written({"email": (0.5, 0.75)}, {"pii.email": 0.5}), names)  # noqa: S102 - our own text

    assert names["SCORES"] == {"email": (0.5, 0.75)}
    assert names["RECOMMENDED"] == {"pii.email": 0.5}


@pytest.mark.parametrize(
    ("sort", "kind", "start", "right"),
    [
        ("generated", "email", 0, True),
        ("generated", "phone", 0, False),
        ("generated", "email", 9, False),
        ("marked", "email", 0, True),
        ("marked", "phone", 0, False),
        ("marked", "email", 9, None),
        ("marked", "iban", 0, None),
        ("generated", "nationality", 9, None),
        ("plain", "iban", 9, False),
        ("plain", "email", 9, None),
    ],
)
def test_a_text_judges_only_what_is_known_about_it(
    sort: str, kind: str, start: int, right: bool | None
) -> None:
    text = Document(
        "a@b.example and more", (Mark(0, 8, "email"),), sort, frozenset({"email", "phone"})
    )

    assert text.judge(Mark(start, start + 4, kind)) is right


def test_the_calibration_error_is_the_distance_from_what_is_right() -> None:
    pairs = [(0.9, True)] * 9 + [(0.9, False)] + [(0.25, False)] * 10

    assert bins_of(pairs) == [(0.25, 0.0, 10), (pytest.approx(0.9), 0.9, 10)]
    assert expected_error(pairs) == pytest.approx(0.125)
