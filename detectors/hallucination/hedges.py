"""The phrases by which a clause says nothing of the world, or only leads to what does."""

from __future__ import annotations

import re

from detectors.relevancy.shapes import is_greeting

_NOT = r"(?: not|n['\u2019]t)"
_AM = r"I(?: am|['\u2019]m)(?: \w+)?"
_WE_ARE = r"we(?: are|['\u2019]re)(?: \w+)?"
_CAN = r"I(?: can| could| will|['\u2019]ll| would|['\u2019]d)(?: be)?(?: \w+)?"
_GLAD = r"(?:happy|glad|pleased|delighted|sorry)"
_ASSISTANT = r"an? (?:AI|language model|(?:virtual |digital )?assistant)\b"
_TO_TELL = r"to (?:say|report|confirm|see|hear|inform you|tell you|let you know)"
_THAT = (
    r"(?: that\b(?!,)|(?= (?:the|an?|your|our|its|their|this|these|it|they|he|she|we|you|there|I)"
    r"\b))"
)
"""Where a clause follows, with its word or without."""

CONNECTS = (
    r"(?:(?:and|but|so|or|yet|however|though|although|while|because|since|as(?! an? )|also|then|"
    r"which|only|just|please|unfortunately|sadly|regrettably)\b,?\s+)*"
)
"""What joins a clause to the one before it."""

_TALK = re.compile(
    rf"(?:{_AM} (?:{_GLAD}|afraid|unable|not (?:able|sure|certain)|here|{_ASSISTANT})\b"
    rf"|{_WE_ARE} {_GLAD}\b|{_CAN} (?:help|assist|happy|glad|love|like)\b"
    rf"|I (?:\w+ )?(?:can(?:not|['\u2019]t| not)|could{_NOT}|won['\u2019]t|will not|was unable|"
    rf"was{_NOT} able)\b"
    rf"|I (?:\w+ )?do{_NOT} (?:\w+ )?(?:know|have|see|find|understand|recall|remember|want|"
    r"think so)\b"
    r"|(?:I|we) (?:\w+ )?(?:hope|wish|apologi[sz]e|appreciate)\b|I have no\b"
    r"|I (?:\w+ )?understand (?:your|how|why)\b"
    r"|(?:hope|hoping|hopefully,?) (?:this|that|it) helps\b|thank(?:s| you)\b|unable to\b"
    r"|if you (?:have|need|want|would like) (?:\w+ )?(?:questions?|help|assistance|more|else|"
    r"further|anything)\b"
    rf"|as {_ASSISTANT}|(?:so |very )?sorry\b"
    r"|(?:that|this|it)(?: is|['\u2019]s) against (?:my|our)\b)",
    re.IGNORECASE,
)
"""Of oneself and the talk: no context bears it out."""
_OFFER = re.compile(
    r"(?:let (?:me|us) know|feel free|(?:contact|consult|ask|reach out to)"
    r" (?:us|me|them|him|her|your?|the|an?|our|any|with|customer|support)\b)",
    re.IGNORECASE,
)
_EXACT = re.compile(r"\d|@|://|www\.", re.IGNORECASE)
"""An offer with an hour, a telephone number or an address says something all the same."""

_SOURCE = r"(?:context|passages?|texts?|documents?|articles?|information|sources?|excerpts?)"
_WHICH = (
    "(?:the|these|this|those|your|our|any|none|neither|both|all|of|in|from|my|\\w+ed|given|"
    "available|following|above|two|three|four|\\d+)"
)
_TOLD = (
    "(?:say|stat|mention|specif|provid|contain|includ|giv|discuss|answer|address|cover|explain|"
    "indicat|tell|list|describ)"
)
_DETAIL = r"(?:\w+ ){0,2}(?:information|mentions?|details?|answers?|indication|references?)\b"
_BETWEEN = r"(?: (?!(?:and|but|who|which|that)\b)[^\s.!?,;:]+){0,8}?"
_ANCHOR = r"(?:^|, |\b(?:that|and|seems|appears|found|since|as|because|from|on|in|by|to) )"
_SAYS_NOTHING = re.compile(
    rf"(?:{_ANCHOR}(?:{_WHICH} ){{0,5}}{_SOURCE}|\b(?:passages?|context))\b{_BETWEEN}"
    r"(?:, (?:however|though|unfortunately),)? "
    rf"(?:(?:does|do|did){_NOT} (?:[^\s.!?]+ ){{0,5}}?{_TOLD}"
    rf"|lacks?\b|(?:contains?|gives?|provides?) no\b|(?:has|have|includes?) no {_DETAIL})"
    rf"|\bdo(?:es)?{_NOT} (?:\w+ )?(?:provide|contain|give|offer|include) (?:any|enough|sufficient|"
    rf"further|more|specific) {_DETAIL}"
    rf"|\binformation\b{_BETWEEN} (?:is|are){_NOT} (?:\w+ly )?(?:provided|given|"
    r"available|included)\b"
    rf"|^(?:nothing|nowhere|none of|neither of)\b{_BETWEEN} {_SOURCE} {_TOLD}"
    r"|^it(?: is|['\u2019]s) (?:not |un)(?:clear|specified|stated|mentioned)\b"
    rf"|^there(?: is|['\u2019]s| are) no {_DETAIL}"
    rf"|^(?:it|they) do(?:es)?{_NOT} (?:\w+ )?(?:mention|specify|say|state)\b"
    r"|\b(?:not|never) (?:\w+ )?(?:mentioned|specified|stated|provided|given|discussed) (?:in|by) "
    rf"(?:the|this|these|those|any|your)\b[^.!?,;]{{0,30}}?\b{_SOURCE}\b"
    rf"|(?:is|are|was|were){_NOT} (?:\w+ly )?(?:mentioned|specified|stated)\W*$"
    r"|\bunable to answer\b",
    re.IGNORECASE,
)

_LEADS = re.compile(
    rf"{CONNECTS}(?:(?:I|we) (?:\w+ )?(?:think|believe|guess|suppose|assume){_THAT}"
    r"|I (?:\w+ )?(?:found|find|see|read|heard|understand|know) that\b|I found(?= the\b[^,]* is\b)"
    rf"|{_CAN} (?:see|confirm|say|tell you|assure you){_THAT}"
    rf"|{_AM} (?:sure|certain|afraid){_THAT}"
    rf"|(?:{_AM}|{_WE_ARE}) {_GLAD}(?: that\b(?!,)| {_TO_TELL}{_THAT})"
    rf"|(?:please )?(?:note|remember)(?:{_THAT}|(?=:))|(?:did|do) you know{_THAT})[\s:]*",
    re.IGNORECASE,
)
_WORDS = re.compile("[a-z]+")
_HINTING = (
    "i we my our us me sorry thank thanks hope hoping hopefully unable ai assistant if let feel "
    "contact consult ask reach not t no none nothing nowhere neither never lacks lack unclear "
    "unspecified unstated unmentioned note remember hi hello hey greetings good welcome you bye "
    "goodbye cheers nice"
)
_HINTS = frozenset(_HINTING.split())
"""`t` is that of "don't"."""
_DENIED = re.compile(rf"I (?:\w+ )?do{_NOT} (?:think|believe)(?: that)? (?!so\b)", re.IGNORECASE)
_JOINT = re.compile(rf"\s*{CONNECTS}(?:that\b\s*)?", re.IGNORECASE)


def may_hedge(text: str) -> bool:
    """Whether it holds a word of any hedge, lead or question; quick, and true of many others."""
    return "?" in text or not _HINTS.isdisjoint(_WORDS.findall(text.lower()))


def after_lead(text: str, start: int = 0) -> int:
    """Where begins what is claimed behind "I think that", "please note that" and the like."""
    while lead := _LEADS.match(text, start):
        start = lead.end()
    return start


def after_joint(text: str, start: int = 0) -> int:
    """Where a clause begins behind "and", "but", "only that"."""
    joint = _JOINT.match(text, start)
    return joint.end() if joint else start


def opens(text: str, start: int = 0) -> bool:
    """Whether talk or an offer begins here."""
    start = after_joint(text, start)
    return bool(_TALK.match(text, start) or _OFFER.match(text, start))


def is_hedge(clause: str) -> bool:
    """Whether a clause is talk, an offer, or says that nothing is said."""
    said = clause[after_joint(clause) :]
    if denied := _DENIED.match(said):  # a denial belongs to what it denies
        return is_hedge(said[denied.end() :])
    return bool(
        _TALK.match(said)
        or _SAYS_NOTHING.search(said)
        or (_OFFER.match(said) and not _EXACT.search(said))
        or is_greeting(said)
    )
