"""An exchange holds what it says it holds, whoever makes it."""

from __future__ import annotations

from typing import Any

import pytest

from policyengine import Exchange, ExchangeError, Segment, Source

FINE: dict[str, Any] = {"path": "/context/0", "source": Source.CONTEXT, "text": "canary"}


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"text": None}, "the text of a segment are strings"),
        ({"text": Text("canary")}, "the text of a segment are strings"),
        ({"path": 3}, "the path and the text"),
        ({"source": "context"}, "is a policyengine.Source: system, prompt"),
        ({"source": "somebody"}, "is a policyengine.Source"),
        ({"format": "yaml"}, "is `text` or `json`"),
        ({"choice": "0"}, "its choice a whole number"),
        ({"body": "response"}, "a segment of the response stands here"),
    ],
)
def test_a_segment_with_a_part_of_the_wrong_type_is_refused(
    changed: dict[str, Any], problem: str
) -> None:
    segment = Segment(**(FINE | changed))
    with pytest.raises(ExchangeError, match=problem) as caught:
        Exchange((segment,))
    assert "canary" not in str(caught.value)
    own = Segment(**(FINE | {"body": "response"} | changed))
    if "body" not in changed:
        with pytest.raises(ExchangeError, match=problem):
            Exchange((), (own,))


def test_what_is_no_segment_is_refused() -> None:
    with pytest.raises(ExchangeError, match=r"expected a policyengine\.Segment"):
        Exchange(("canary",))  # type: ignore[arg-type]
    assert Exchange((Segment(**FINE),)).request[0].text == "canary"
