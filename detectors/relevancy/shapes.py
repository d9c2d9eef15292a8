"""Answers and requests that similarity says nothing about, told by their wording.

All of it is for English; what is written in another language is told as such.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING

from detectors.relevancy.overlap import telling
from detectors.sentences import sentences, words

if TYPE_CHECKING:
    from collections.abc import Callable


class Shape(StrEnum):
    """What a text is, where it is no ordinary one."""

    EMPTY = "empty"
    SHORT = "short"
    AGREEMENT = "agreement"
    GREETING = "greeting"
    REFUSAL = "refusal"
    QUESTION = "question"
    CODE = "code"
    FOREIGN = "foreign"


_SHORT = 3  # words; "Yes, on Monday." says too little to be compared
_SHORT_CHARACTERS = 100  # a word without end is none of them
_AGREEMENT_WORDS = 8
_ENOUGH = 2  # telling words
_REFUSAL_WORDS = 80
_QUESTION_WORDS = 60
_SHARE_ASKED = 0.4
_PROSE_IN_CODE = 8  # words around a code block that introduce it and say nothing themselves
_PROSE_AROUND = 20  # the same with an offer of help after it
_LONGEST_LINE = 1000

_FENCED = re.compile(r"^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_CODE_LINE = re.compile(
    r"^\s*(?:(?:def|class|import|from|return|for|while|if|elif|else|try|except|with|func|fn|let|"
    r"const|var|public|private|static|void|int|#include|package|use|SELECT|INSERT|UPDATE|CREATE|"
    r"FROM|WHERE)\b.*[:;{}()=,*]|[\w.]+\s*(?:=|\+=|:=)\s*\S|[\w.]+\(.*\)\s*[;{]?\s*$"
    r"|[{}()\[\];]+\s*$|<\/?\w+[^>]*>|.*[;{]\s*$|//|#!|\$ )"
)
_LINE_OF_CODE = re.compile(
    r"[\w.]+\(.*\);?|SELECT\s.+\sFROM\s.+|<(\w+)[^>]*>.*</\1>|.*[=()].*[;{}]|`[^`]+`"
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
_NOT = r"(?: not|n['\u2019]t)"
_REFUSAL = re.compile(
    r"\b(?:I|we)(?:['\u2019](?:m|re)| am| are) (?:\w+ )?"
    r"(?:sorry|afraid|unable|not (?:able|allowed|permitted|comfortable))\b"
    r"|\b(?:I|we) (?:apologi[sz]e|(?:(?:must|have to|need to) )?(?:\w+ )?decline)\b"
    r"|\bI (?:can(?:no|['\u2019])t|can not|won['\u2019]t|will not)\b"
    rf"|\bI (?:could{_NOT}|do{_NOT} (?:know|have))\b"
    r"|\bwe (?:can(?:no|['\u2019])t|can not) (?:help|assist|answer|provide|share|discuss|process)\b"
    rf"|\b(?:I|we) (?:have no|do{_NOT} have) (?:\w+ ){{0,2}}"
    r"(?:information|access|details|data|idea)\b"
    rf"|\b(?:not|isn['\u2019]t) something (?:I|we) (?:can|am able|are able)\b"
    r"|\b(?:outside|beyond)(?: of)? (?:what (?:I|we) (?:can|am|are)\b|"
    r"(?:my|our) (?:scope|remit|knowledge|abilit|capabilit|expertise))"
    r"|\bagainst (?:my|our) (?:policy|policies|rules)\b"
    r"|\b(?:context|documents?|passages?|sources?|texts?)\b(?: \w+){0,3}"
    rf" do(?:es)?{_NOT} (?:\w+ )?"
    r"(?:answer|contain|cover|give|include|mention|provide|say|specify|state)\b"
    r"|^\W*(?:there is )?no (?:information|mention|answer)\b",
    re.IGNORECASE,
)
_AGREEMENT = re.compile(
    r"\s*(?:yes|no|yeah|yep|nope|sure|certainly|of course|absolutely|definitely|exactly|indeed|"
    r"correct|ok|okay|not (?:yet|really)|please do|go ahead)"
    r"(?:\s*[,.!;:\u2013\u2014-]|\s+please\b|\s*$)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\s*(?:what|who|where|when|why|how|which|define|explain|describe|translate|write)\b[^?]*\w{3}",
    re.IGNORECASE,
)
_TO_THE_USER = re.compile(r"\b(?:you|your|which|do|would|could|can|shall|should)\b", re.IGNORECASE)
_ASKED_BACK = re.compile(
    r"(?:please|kindly|could you|can you)\b.{0,30}?\b(?:tell|let me know|specify|clarify|confirm|"
    r"provide|share|give me|say)\b",
    re.IGNORECASE | re.DOTALL,
)

_LEANING = re.compile(
    r"\b(?:that|it|this|them|these|those|again|more|same|another|shorter|longer)\b", re.IGNORECASE
)

_ENGLISH_WORDS = (
    "the of and to in is are was for that it with on as you your this be have not at by from or "
    "an can i we what how will do my a but if which there"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
# German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Polish, Czech, Finnish,
# Hungarian, Romanian, Turkish, Vietnamese, Indonesian, Tagalog, Swahili: their commonest.
_OTHER_WORDS = (
    "der das und ist nicht ein eine mit auf sie ich zu den dem wir auch wie fur f\u00fcr was le "
    "les des est et une un pas que qui dans pour vous nous sur avec la el los las por para con "
    "una es del se il di che non per sono della o os um uma nao n\u00e3o em com de het een niet "
    "van dat zijn en voor och att det som inte \u00e4r jag og er til af ikke jeg jest nie na "
    "si\u0119 w z je \u017ee jsou nebo ja ei ett\u00e4 oli mutta ovat voi az \u00e9s hogy nem "
    "egy \u0219i este pentru bir ve bu i\u00e7in da ne du su como m\u00e1s mais ao au aux ce "
    "sich von im l\u00e0 v\u00e0 c\u1ee7a c\u00f3 kh\u00f4ng cho m\u1ed9t yang dan untuk dengan "
    "itu adalah tidak dari ang ng sa mga ya kwa"
)
_OTHERS = frozenset(_OTHER_WORDS.split()) - _ENGLISH
_OURS = _ENGLISH - frozenset(_OTHER_WORDS.split()) - {"a", "i"}
_LOWER = re.compile(r"(?<!\w)[a-z\u00df-\u024f\u1e00-\u1eff]{2,}(?!\w)")
_ACCENTED = 5
"""One in so many words in small letters has a letter that English has not."""
_ENOUGH_TOLD = 6


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


def leans(request: str) -> bool:
    """Whether it says little without the turns before it: "Can you explain that again?"."""
    return len(telling(request)) < _ENOUGH and bool(_LEANING.search(request))


def is_greeting(text: str) -> bool:
    """Whether it is a greeting or thanks, with an offer to help at most."""
    return bool(_GREETING.fullmatch(text))


def is_refusal(text: str) -> bool:
    """Whether it begins by saying that it will not, or cannot, answer."""
    return bool(_REFUSAL.search(text[:200]))


def _is_question(text: str, said: int) -> bool:
    """Whether it asks the user for something; a question after an answer makes none of it."""
    if not 0 < said <= _QUESTION_WORDS:
        return False
    parts = [text[span.start : span.end] for span in sentences(text)]
    asked = (one for one in parts if _ASKED_BACK.match(one) or _is_asked(one))
    return sum(len(words(one)) for one in asked) >= _SHARE_ASKED * said


def _is_asked(sentence: str) -> bool:
    return sentence.endswith("?") and bool(_TO_THE_USER.search(sentence))


def _is_agreement(text: str, said: int) -> bool:
    return said <= _AGREEMENT_WORDS and bool(_AGREEMENT.match(text))


def is_code(text: str, around: int = _PROSE_IN_CODE) -> bool:
    """Whether it is code with no prose but an introduction."""
    prose, blocks = _FENCED.subn("", text)
    if blocks:
        return len(words(prose)) <= around
    lines = [line for line in text.splitlines() if line.strip()]
    code = sum(map(is_code_line, lines))
    return len(lines) > 1 and 4 * code >= 3 * len(lines)


def _is_code_or_data(text: str) -> bool:
    """Whether nothing in it is prose, be it one line."""
    line = text.strip()
    if len(line) <= _LONGEST_LINE and "\n" not in line and _LINE_OF_CODE.fullmatch(line):
        return True
    return is_code(text, _PROSE_AROUND) or _is_data(line)


def _is_data(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def is_code_line(line: str) -> bool:
    """Whether a line has the form of a statement."""
    return bool(_CODE_LINE.match(line))


def is_foreign(text: str) -> bool:
    """Whether most of it is in another script, or its small words are of another language."""
    letters = [one for one in text if one.isalpha()]
    if not letters:
        return False
    latin = sum(one < "\u0250" for one in letters)
    if 2 * latin < len(letters):
        return True
    said = [word.text for word in words(text)]
    ours = sum(word in _OURS for word in said)
    theirs = sum(word in _OTHERS for word in said)
    return (theirs >= 2 and theirs > 2 * ours) or (not ours and _is_accented(text, len(said)))


def _is_accented(text: str, said: int) -> bool:
    """Whether many words have letters that English has not; names do not count."""
    accented = sum(not one.isascii() for one in _LOWER.findall(text))
    return said >= _ENOUGH_TOLD and _ACCENTED * accented >= said


def _is_short(text: str, said: int) -> bool:
    return said <= _SHORT and len(text.strip()) <= _SHORT_CHARACTERS


_SHAPES: tuple[tuple[Shape, Callable[[str, int], bool]], ...] = (
    (Shape.EMPTY, lambda text, _: not text.strip()),
    (Shape.CODE, lambda text, _: _is_code_or_data(text)),
    (Shape.FOREIGN, lambda text, _: is_foreign(text)),
    (Shape.GREETING, lambda text, said: said <= _REFUSAL_WORDS and is_greeting(text)),
    (Shape.SHORT, _is_short),
    (Shape.AGREEMENT, _is_agreement),
    (Shape.REFUSAL, lambda text, said: said <= _REFUSAL_WORDS and is_refusal(text)),
    (Shape.QUESTION, _is_question),
)
