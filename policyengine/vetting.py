"""What a detector returned, held against what it declared, before anything is decided on it.

A detector that raises is easy to handle; one that lies about its spans would have the wrong text
rewritten, and one that quotes would put the text of an exchange into the detections. So nothing
that a detector returns is used unread. The reasons given here never quote it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policyengine.detector import Finding, Position, Span
from policyengine.exchange import Segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from policyengine.detector import Kind, View

NOT_A_LIST = "findings are not a list"
NOT_ONE_EACH = "not one list of findings for each view"
NOT_A_FINDING = "not a finding"
UNDECLARED_KIND = "undeclared kind"
SCORE = "score is not a number from 0 to 1"
UNKNOWN_PATH = "unknown path"
SPAN_WITHOUT_PATH = "span without a path"
SPAN_NOT_DECLARED = "span for a kind without spans"
NOT_A_SPAN = "span is not a pair of integers"
SPAN_OUTSIDE = "span outside the text"
EVIDENCE_SHAPE = "evidence is not a mapping from declared field names"
EVIDENCE_TEXT = "evidence holds text"
EVIDENCE_NUMBER = "evidence holds a number that JSON cannot carry"
EVIDENCE_OTHER = "evidence holds something else than numbers, positions and words"
EVIDENCE_POSITION = "evidence points outside the view"
UNREADABLE = "findings cannot be read"

# The exact types: a subclass could give another answer when it is looked at again.
_LISTS = (list, tuple)
_MAPPINGS = (dict, MappingProxyType)
_LARGEST = 2**63

EVIDENCE_FIELDS = frozenset(
    {
        "about",
        "alike",
        "best",
        "checksum",
        "context",
        "distance",
        "nearest",
        "passage",
        "pattern",
        "recognizer",
        "similarity",
        "system",
        "term",
        "topic",
        "where",
        "words",
        "worst",
    }
)
"""The names of fields that evidence may have without the detector declaring them as its words."""


def with_plain_scores(answer: Any) -> Any:
    """The answer with scores that can be looked at twice; raises what looking at one raises.

    A number of a type of its own could give another value each time. Of a subclass of float its
    value counts, whatever its methods say.
    """
    if type(answer) not in _LISTS:
        return answer
    return [_with_plain_scores(found) for found in answer]


def _with_plain_scores(found: Any) -> Any:
    if type(found) not in _LISTS or all(_is_plain(finding) for finding in found):
        return found
    return [
        finding if _is_plain(finding) else replace(finding, score=_plain(finding.score))
        for finding in found
    ]


def _is_plain(finding: Any) -> bool:
    return type(finding) is not Finding or type(finding.score) is float


def _plain(score: Any) -> Any:
    if isinstance(score, float):
        return float.__float__(score)
    if isinstance(score, bool) or not isinstance(score, Real):
        return score  # which is refused
    return float(score)


def vet_batch(
    answer: Any, views: Sequence[View], kinds: Mapping[str, Kind], words: AbstractSet[str]
) -> list[str | None]:
    """For each view, why its findings cannot be used, or None where they can.

    What is wrong with the answer as a whole is wrong for every view.
    """
    if type(answer) not in _LISTS:
        return [NOT_A_LIST] * len(views)
    if len(answer) != len(views):
        return [NOT_ONE_EACH] * len(views)
    return [vet(answer[i], view, kinds, words) for i, view in enumerate(views)]


def vet(
    findings: Any, view: View, kinds: Mapping[str, Kind], words: AbstractSet[str]
) -> str | None:
    """Why these findings of one view cannot be used, or None where they can.

    `kinds` are the detector's by name, `words` those that its evidence may hold. Takes anything
    and never raises. Scores may be any real number, numpy's among them (see `with_plain_scores`);
    kinds, paths, spans and evidence are plain texts and numbers, since they are told as they are.
    The names of evidence's fields are those that any detector may use, or its own words: a name
    that it makes up while it looks at a text could be of the text.
    """
    if type(findings) not in _LISTS:
        return NOT_A_LIST
    if not findings:
        return None
    try:
        texts = {segment.path: segment.text for segment in view.examined}
        for finding in findings:
            if type(finding) is not Finding:
                return NOT_A_FINDING
            reason = (
                _claim(finding.kind, finding.score, kinds)
                or _place(finding.path, finding.span, texts, kinds[finding.kind])
                or _evidence(finding.evidence, view, words)
            )
            if reason is not None:
                return reason
    except Exception:  # noqa: BLE001 - an object may do anything when it is looked at
        return UNREADABLE
    return None


def _claim(kind: Any, score: Any, kinds: Mapping[str, Kind]) -> str | None:
    if type(kind) is not str or kind not in kinds:
        return UNDECLARED_KIND
    return None if _is_number(score) and 0 <= score <= 1 else SCORE


def _is_number(value: Any) -> bool:
    # The exact type first: asking whether something is Real is the slowest question here.
    return type(value) is float or (not isinstance(value, bool) and isinstance(value, Real))


def _place(path: Any, span: Any, texts: Mapping[str, str], kind: Kind) -> str | None:
    if path is None:
        return None if span is None else SPAN_WITHOUT_PATH
    if type(path) is not str or path not in texts:
        return UNKNOWN_PATH
    if span is None:
        return None
    return _span(span, texts[path]) if kind.spans else SPAN_NOT_DECLARED


def _span(span: object, text: str) -> str | None:
    if type(span) is not Span:
        return NOT_A_SPAN
    start, end = span.start, span.end
    if type(start) is not int or type(end) is not int:
        return NOT_A_SPAN
    return None if 0 <= start < end <= len(text) else SPAN_OUTSIDE


def _evidence(evidence: Any, view: View, words: AbstractSet[str]) -> str | None:
    if type(evidence) not in _MAPPINGS:
        return EVIDENCE_SHAPE
    for name, value in evidence.items():
        if type(name) is not str or not (name in EVIDENCE_FIELDS or name in words):
            return EVIDENCE_SHAPE
        for one in value if type(value) in _LISTS else (value,):
            reason = _evidence_value(one, view, words)
            if reason is not None:
                return reason
    return None


def _evidence_value(value: Any, view: View, words: AbstractSet[str]) -> str | None:
    sort = type(value)
    if value is None or sort is bool:
        return None
    if sort is str:
        return None if value in words else EVIDENCE_TEXT
    if sort is int:
        return None if -_LARGEST <= value < _LARGEST else EVIDENCE_NUMBER
    if sort is float:
        return None if math.isfinite(value) else EVIDENCE_NUMBER
    if sort is Position:
        return _position(value.segment, value.span, view)
    return EVIDENCE_TEXT if isinstance(value, str) else EVIDENCE_OTHER


def _position(segment: Any, span: Any, view: View) -> str | None:
    if type(segment) is not Segment:
        return EVIDENCE_POSITION
    if segment not in view.examined and segment not in view.reference:
        return EVIDENCE_POSITION
    inside = span is None or _span(span, segment.text) is None
    return None if inside else EVIDENCE_POSITION
