"""What the laws are tried on: hostile texts, JSON in strings, exchanges as segments, rules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st

from policyengine.exchange import Segment, Source
from policyengine.redactions import Redaction
from policyengine.rewriting import Rewriter
from policyengine.testing.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LAW = settings(max_examples=60, deadline=None)
QUICK = settings(max_examples=200, deadline=None)

WORDS = ("zoë@quux.org", "quux", "4111 1111", "zoë", "\U0001f600zo", 'qu"x\\', "zoz", "ozo")
"""What the detectors of these tests look for; some lie in others, and some overlap themselves."""

LIKE_PLACEHOLDERS = (
    "[WORD_ABCDEF]",
    "[WORD_",
    "ABCDEF]",
    "[WORD]",
    "[WORD#0123456789abcdef]",
    "[]",
)

_UNITS = (". ", "\n", "!) ", "\n\n", "。", "...", "? ")


PARTS = (*WORDS, *WORDS, *WORDS, *LIKE_PLACEHOLDERS, *_UNITS, *sorted(HOSTILE.values()))

# One list of parts, and flat documents: what is drawn here is drawn thousands of times.
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(st.characters(), max_size=3), max_size=7).map(
    "".join
)
"""Texts with words to find, among hostile ones and ones that look like our placeholders."""

SCALARS = st.sampled_from([0, -5, 4111, 41.11, -4e11, 10**30, 1e-7, True, False, None])
LEAVES = TEXTS | TEXTS | st.sampled_from(WORDS) | SCALARS
MEMBERS = st.dictionaries(TEXTS | st.sampled_from(WORDS), LEAVES, max_size=3)
DOCUMENTS = (
    MEMBERS
    | st.lists(LEAVES | MEMBERS, max_size=3)
    | st.dictionaries(TEXTS, MEMBERS | st.lists(LEAVES, max_size=2), max_size=2)
)
"""JSON objects and arrays whose keys, strings and numbers may be what is looked for."""

JSON_TEXTS = st.builds(
    lambda value, ensure_ascii, indent: json.dumps(value, ensure_ascii=ensure_ascii, indent=indent),
    DOCUMENTS,
    st.booleans(),
    st.sampled_from([None, 2]),
)
"""The same as text, with escapes and white space as anybody may write them."""


@st.composite
def segments(
    draw: st.DrawFn, path: str, source: Source, choice: int = 0, *, response: bool = False
) -> Segment:
    as_json = draw(st.sampled_from((False, False, True)))
    text = draw(JSON_TEXTS if as_json else TEXTS)
    body, written = ("response" if response else "request"), ("json" if as_json else "text")
    return Segment(path, source, text, body, choice, written)  # type: ignore[arg-type]


@st.composite
def requests(draw: st.DrawFn, *sources: Source, max_size: int = 4) -> tuple[Segment, ...]:
    """The segments of a request."""
    among = sources or (
        Source.SYSTEM,
        Source.PROMPT,
        Source.PROMPT,
        Source.HISTORY,
        Source.CONTEXT,
        Source.TOOL_RESULT,
    )
    chosen = draw(st.lists(st.sampled_from(among), min_size=1, max_size=max_size))
    return tuple(draw(segments(f"/messages/{at}", one)) for at, one in enumerate(chosen))


@st.composite
def responses(draw: st.DrawFn, max_choices: int = 2) -> tuple[Segment, ...]:
    """The segments of a response, in the order in which choices are judged."""
    made: list[Segment] = []
    for choice in range(draw(st.integers(1, max_choices))):
        path = f"/choices/{choice}/message"
        sources = [source for source in _IN_ORDER if draw(st.booleans())]
        made += [draw(segments(f"{path}/{one}", one, choice, response=True)) for one in sources]
    return tuple(made)


_IN_ORDER = (Source.REASONING, Source.COMPLETION, Source.REFUSAL, Source.TOOL_ARGUMENTS)

THRESHOLDS = st.sampled_from([None, 0.25, 0.5, 0.75])
METHODS = st.sampled_from(["placeholder", "mask", "hash", "label", "remove"])


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """The thresholds and the method of a step."""
    made: dict[str, Any] = {name: draw(THRESHOLDS) for name in ("flag_at", "redact_at", "block_at")}
    made["redact_with"] = draw(METHODS)
    if made["redact_with"] == "mask":
        made["keep_last"] = draw(st.sampled_from([None, 2]))
    return made


def placeholder(key: bytes, kind: str, value: str, *, number: bool = False) -> str:
    """The placeholder of a value where nothing forces it to be longer."""
    redaction = Redaction(0, len(value), kind, 1.0, "placeholder")
    return Rewriter(key, lambda: ()).replacement(redaction, value, number=number)


def as_read(text: str) -> Any:
    """What a JSON reader makes of a text, without loss: members in order, numbers as they stand."""
    return json.loads(
        text,
        parse_int=lambda literal: ("number", literal),
        parse_float=lambda literal: ("number", literal),
        object_pairs_hook=lambda pairs: ("object", _joined(pairs)),
    )


def leaf_texts(text: str) -> list[str]:
    """Every key, string and number of a JSON text, decoded, in order."""
    return list(_leaves(as_read(text)))


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield as_characters(value)
        case ("number", literal):
            yield literal
        case ("object", members):
            for name, member in members:
                yield name
                yield from _leaves(member)
        case list():
            for item in value:
                yield from _leaves(item)


def _joined(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(as_characters(name), value) for name, value in pairs]


def as_characters(text: str) -> str:
    """Two halves of a surrogate pair that stand side by side are one character in JSON."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
