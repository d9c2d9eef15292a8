from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detectors.pii.ner import tags
from detectors.pii.ner.tags import LABELS, OUTSIDE, TAGS, Tagged, spans, tags_of

FEW = [OUTSIDE, *range(1, 9)]
"""Outside, and the tags of the first two labels."""
LOGITS = arrays(
    np.float32, st.tuples(st.integers(1, 4), st.just(TAGS)), elements=st.integers(-4, 4)
)


def logits_of(length: int, *names: tuple[int, int, str], clear: float = 9) -> np.ndarray:
    """What a network says that is sure of these names."""
    said = np.zeros((length, TAGS), np.float32)
    told = dict(one for name in names for one in tags_of(*name))
    for word in range(length):
        said[word, told.get(word, OUTSIDE)] = clear
    return said


def can_stand(path: tuple[int, ...]) -> bool:
    """The rule of the scheme, in plain words."""
    open_label = None
    for number in path:
        label, place = (None, None) if number == OUTSIDE else divmod(number - 1, 4)
        if open_label is not None and (label != open_label or place not in (1, 2)):
            return False
        if open_label is None and place in (1, 2):
            return False
        open_label = label if place in (0, 1) else None
    return open_label is None


@pytest.mark.parametrize(
    "names",
    [
        (),
        ((0, 1, "PERSON"),),
        ((0, 3, "PERSON"), (3, 4, "LOCATION")),
        ((1, 3, "STREET_ADDRESS"), (4, 5, "NATIONALITY"), (5, 6, "NATIONALITY")),
    ],
)
def test_what_is_said_clearly_is_found(names: tuple[tuple[int, int, str], ...]) -> None:
    found = spans(logits_of(6, *names))

    assert [one[:3] for one in found] == list(names)
    assert all(one.chance > 0.99 for one in found)


def test_a_name_is_as_sure_as_its_least_sure_word() -> None:
    said = logits_of(3, (0, 2, "PERSON"))
    said[1] = 0
    said[1, tags.tag("PERSON", 2)] = np.log(20)

    (found,) = spans(said)

    assert found[:3] == (0, 2, "PERSON")
    assert found.chance == pytest.approx(0.5)


@given(LOGITS)
@example(np.array([[-4, 3, *[-4] * 19], [2, *[-4] * 20]], np.float32))
def test_the_likeliest_path_that_can_stand_is_taken(said: np.ndarray) -> None:
    said = said.copy()
    said[:, 9:] = -50  # so that trying all of them is quick
    known = said - np.log(np.exp(said).sum(1, keepdims=True))
    clear = known[:, OUTSIDE] - known[:, 1:].max(1) >= tags._CLEAR  # outside, as its rule says
    choices = [[OUTSIDE] if one else FEW for one in clear]
    paths = (path for path in product(*choices) if can_stand(path))
    best = max(sum(known[at, tag] for at, tag in enumerate(path)) for path in paths)

    found = spans(said)

    told = dict(one for name in found for one in tags_of(name.first, name.end, name.label))
    path = tuple(told.get(at, OUTSIDE) for at in range(len(said)))
    assert can_stand(path)
    assert sum(known[at, tag] for at, tag in enumerate(path)) == pytest.approx(best, abs=1e-4)


@given(LOGITS)
def test_names_do_not_overlap(said: np.ndarray) -> None:
    found = spans(said)

    assert all(one.end <= two.first for one, two in pairwise(found))
    assert all(isinstance(one, Tagged) and one.label in LABELS for one in found)
    assert all(0 < one.chance <= 1 for one in found)
