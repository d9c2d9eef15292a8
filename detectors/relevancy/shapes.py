"""Answers and requests that similarity says nothing about, told by their wording.

All of it is for English; what is written in another language is told as such.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from detectors.relevancy.overlap import telling
from detectors.sentences import words

if TYPE_CHECKING:
    from collections.abc import Callable


class Shape(StrEnum):
    """What a text is, where it is no ordinary one."""

    EMPTY = "empty"
    SHORT = "short"
    GREETING = "greeting"
    REFUSAL = "refusal"
    QUESTION = "question"
    CODE = "code"
    FOREIGN = "foreign"


_SHORT = 3  # words; "Yes, on Monday." says too little to be compared
_ENOUGH = 2  # telling words
_REFUSAL_WORDS = 80
_QUESTION_WORDS = 60
_PROSE_IN_CODE = 8  # words around a code block that introduce it and say nothing themselves

_FENCED = re.compile(r"^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_CODE_LINE = re.compile(
    r"^\s*(?:(?:def|class|import|from|return|for|while|if|elif|else|try|except|with|func|fn|let|"
    r"const|var|public|private|static|void|int|#include|package|use|SELECT|INSERT|UPDATE|CREATE|"
    r"FROM|WHERE)\b.*[:;{}()=,*]|[\w.]+\s*(?:=|\+=|:=)\s*\S|[\w.]+\(.*\)\s*[;{]?\s*$"
    r"|[{}()\[\];]+\s*$|<\/?\w+[^>]*>|.*[;{]\s*$|//|#!|\$ )"
)
_GREETING = re.compile(
    r"\s*(?:(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day)|welcome|thanks?"
    r"(?: you)?(?: (?:so|very) much)?|you(?:'re| are) welcome|bye|goodbye|see you|cheers|"
    r"have a (?:nice|great|good) (?:day|one|evening)|nice to meet you|my pleasure)"
    r"(?: a (?:lot|bunch|million)| there| again| everyone| for your help| for that)?\b"
    r"[\s,.!\U0001f300-\U0001faff]*+)+"
    r"(?:how (?:can|may) I (?:help|assist)(?: you)?(?: \w+)?\??|how are you(?: \w+)?\??|"
    r"what can I do for you(?: \w+)?\??)?\s*",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\bI(?:'m| am) (?:\w+ )?(?:sorry|afraid)\b|\bI apologi[sz]e\b"
    r"|\bI(?:'m| am) (?:\w+ )?(?:unable|not able|not allowed|not permitted)\b"
    r"|\bI (?:can(?:no|'|\u2019)t|can not|could not|couldn't|"
    r"won't|will not|must decline|have to decline|do(?:n't| not) (?:know|have))\b"
    r"|\b(?:not|isn't) something I (?:can|am able)\b"
    r"|\bagainst (?:my|our) (?:policy|policies|rules)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\s*(?:what|who|where|when|why|how|which|define|explain|describe|translate|write)\b[^?]*\w{3}",
    re.IGNORECASE,
)
_TO_THE_USER = re.compile(r"\b(?:you|your|which|do|would|could|can|shall|should)\b", re.IGNORECASE)

_ENGLISH_WORDS = (
    "the of and to in is are was for that it with on as you your this be have not at by from or "
    "an can i we what how will do my a but if which there"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
# German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish, Turkish: their commonest.
_OTHER_WORDS = (
    "der das und ist nicht ein eine mit auf sie ich zu den dem wir auch wie fur f\u00fcr le les "
    "des est et une un pas que qui dans pour vous nous sur avec la el los las por para con una "
    "es del se il di che non per sono della o os um uma nao n\u00e3o em com de het een niet van "
    "dat zijn en voor och att det som inte \u00e4r jag jest nie na si\u0119 w z i bir ve bu "
    "i\u00e7in da ne du je su como m\u00e1s mais ao au aux ce sich von im"
)
_OTHERS = frozenset(_OTHER_WORDS.split()) - _ENGLISH


def shape_of(text: str) -> Shape | None:
    """What the text is, or None for an ordinary one."""
    said = len(words(text))
    return next((shape for shape, holds in _SHAPES if holds(text, said)), None)


def request_shape_of(text: str) -> Shape | None:
    """The same of a request: a short one that asks for something is ordinary.

    "What is amber?" does, and so do two words that say something: "passport cost".
    """
    shape = shape_of(text)
    asks = _ASKS.match(text) or len(telling(text)) >= _ENOUGH
    return None if shape is Shape.SHORT and asks else shape


def is_greeting(text: str) -> bool:
    """Whether it is a greeting or thanks, with an offer to help at most."""
    return bool(_GREETING.fullmatch(text))


def is_refusal(text: str) -> bool:
    """Whether it begins by saying that it will not, or cannot, answer."""
    return bool(_REFUSAL.search(text[:200]))


def _is_question(text: str, said: int) -> bool:
    asks = text.rstrip().endswith("?") and bool(_TO_THE_USER.search(text))
    return asks and said <= _QUESTION_WORDS


def is_code(text: str) -> bool:
    """Whether it is code with no prose but an introduction."""
    prose, blocks = _FENCED.subn("", text)
    if blocks:
        return len(words(prose)) <= _PROSE_IN_CODE
    lines = [line for line in text.splitlines() if line.strip()]
    code = sum(bool(_CODE_LINE.match(line)) for line in lines)
    return len(lines) > 1 and 4 * code >= 3 * len(lines)


def is_foreign(text: str) -> bool:
    """Whether most of it is in another script, or its small words are of another language."""
    letters = [one for one in text if one.isalpha()]
    if not letters:
        return False
    latin = sum(one < "\u0250" for one in letters)
    if 2 * latin < len(letters):
        return True
    said = [word.text for word in words(text)]
    ours = sum(word in _ENGLISH for word in said)
    theirs = sum(word in _OTHERS for word in said)
    return theirs >= 2 and theirs > 2 * ours


_SHAPES: tuple[tuple[Shape, Callable[[str, int], bool]], ...] = (
    (Shape.EMPTY, lambda text, _: not text.strip()),
    (Shape.CODE, lambda text, _: is_code(text)),
    (Shape.FOREIGN, lambda text, _: is_foreign(text)),
    (Shape.GREETING, lambda text, said: said <= _REFUSAL_WORDS and is_greeting(text)),
    (Shape.SHORT, lambda _, said: said <= _SHORT),
    (Shape.REFUSAL, lambda text, said: said <= _REFUSAL_WORDS and is_refusal(text)),
    (Shape.QUESTION, _is_question),
)
