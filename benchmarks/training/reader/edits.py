"""Small changes that make a faithful sentence unfaithful, each with the characters it changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

CONTRADICTED, UNSUPPORTED = "contradicted", "unsupported"


class Edit(NamedTuple):
    """A changed text: the places of what was put in, and what it is now."""

    kind: str
    text: str
    spans: tuple[tuple[int, int], ...]
    label: str


_NUMBER = re.compile(
    r"(?<![\w.,])[$£€]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,])[$£€]?\d+(?:\.\d+)?(?!\w)"
)
_SPELT = {
    word: at
    for at, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), 1
    )
}
_SPELT_WORD = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_CALENDAR = re.compile(rf"\b(?:{'|'.join(_MONTHS + _DAYS)})\b")
_NAME = re.compile(
    r"\b[A-Z][\w\u00c0-\u024f'\u2019-]+(?: (?:of|de|van|von|the|and|&) [A-Z][\w'\u2019-]+"
    r"| [A-Z][\w\u00c0-\u024f'\u2019-]+){0,3}"
)
_NO_NAMES = frozenset(
    "The A An In On At It He She They This That These Those His Her Its Their There We I You As By "
    "For From With And But Or If When While After Before During Since Until However Although "
    "Despite According Following Also Then Based Here Yes No Not Some Many Most Both Each All One "
    "Two Three First Second Third Any Over Under Into What Who Where Why How".split()
) | set(_MONTHS + _DAYS)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|does|did|should|must|may|might)\b"
    r"(?! (?:not|never|no)\b)(?!n['\u2019]t)"
)
_DENIED = re.compile(r"\b(?:not|never) |(?<=[a-z])n['\u2019]t\b")
_PAST = {
    "became": "become", "began": "begin", "won": "win", "lost": "lose", "led": "lead",
    "received": "receive", "included": "include", "made": "make", "took": "take", "gave": "give",
    "opened": "open", "closed": "close", "joined": "join", "played": "play", "served": "serve",
    "worked": "work", "moved": "move", "released": "release", "published": "publish",
    "announced": "announce", "reported": "report", "said": "say", "found": "find",
    "created": "create", "developed": "develop", "married": "marry", "died": "die",
    "studied": "study", "graduated": "graduate", "returned": "return", "reached": "reach",
    "started": "start", "remained": "remain", "supported": "support", "helped": "help",
    "killed": "kill", "appeared": "appear", "wrote": "write", "directed": "direct",
    "produced": "produce", "held": "hold", "ran": "run", "saw": "see", "went": "go", "came": "come",
    "signed": "sign", "agreed": "agree", "accepted": "accept", "scored": "score", "beat": "beat",
    "increased": "increase", "decreased": "decrease", "built": "build", "founded": "found",
    "used": "use", "provided": "provide", "offered": "offer", "showed": "show", "called": "call",
}  # fmt: skip
_PAST_WORD = re.compile(rf"(?<!was )(?<!were )(?<!been )(?<!be )\b(?:{'|'.join(_PAST)})\b(?! by\b)")
_OPPOSITES = (
    "increase/decrease increased/decreased increases/decreases increasing/decreasing rise/fall "
    "rose/fell rising/falling higher/lower highest/lowest high/low more/fewer more/less most/least "
    "first/last before/after earlier/later early/late older/younger oldest/newest old/new "
    "largest/smallest larger/smaller large/small big/small long/short longer/shorter north/south "
    "northern/southern east/west eastern/western northeast/southwest left/right top/bottom "
    "above/below inside/outside male/female man/woman men/women boy/girl boys/girls father/mother "
    "son/daughter brother/sister husband/wife king/queen actor/actress won/lost win/lose "
    "winner/loser victory/defeat accepted/rejected accept/reject approved/rejected agreed/refused "
    "supported/opposed support/oppose supports/opposes allowed/banned allow/prohibit legal/illegal "
    "public/private positive/negative strong/weak strength/weakness success/failure "
    "successful/unsuccessful passed/failed included/excluded including/excluding began/ended "
    "begin/end start/finish started/ended opened/closed open/closed buy/sell bought/sold "
    "gained/lost added/removed arrived/left entered/left alive/dead born/died major/minor "
    "always/never often/rarely all/some many/few always/sometimes everyone/nobody both/neither "
    "with/without same/different similar/different hot/cold warm/cool summer/winter day/night "
    "morning/evening young/old rich/poor hard/soft fast/slow faster/slower better/worse best/worst "
    "easy/difficult common/rare major/minor maximum/minimum upper/lower internal/external "
    "domestic/foreign national/local permanent/temporary guilty/innocent convicted/acquitted "
    "hired/fired joined/left accelerate/slow growth/decline profit/loss revenue/expenses "
    "encouraged/discouraged confirmed/denied true/false possible/impossible likely/unlikely "
    "safe/dangerous able/unable used/unused known/unknown official/unofficial live/recorded"
).split()
_OPPOSITE: dict[str, list[str]] = {}
for _pair in _OPPOSITES:
    _one, _two = _pair.split("/")
    _OPPOSITE.setdefault(_one, []).append(_two)
    _OPPOSITE.setdefault(_two, []).append(_one)
_OPPOSITE_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b")
_BEFORE_NOUN = re.compile(r"\b(?:the|a|his|her|its|their|this) (?=[a-z]{4,})")
_BETWEEN = re.compile(
    r"\b(?:the|a|an|his|her|its|their|this) ([a-z]{4,}(?:-[a-z]+)?) (?=[a-z]{4,})"
)


def _put(text: str, start: int, end: int, new: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    return text[:start] + new + text[end:], ((start, start + len(new)),)


def _other_number(said: str, others: Sequence[str], rng: random.Random) -> str:
    sign = said[0] if said[0] in "$£€" else ""
    bare = said[len(sign) :]
    alike = [
        one.lstrip("$£€")
        for text in others
        for one in _NUMBER.findall(text)
        if len(one.lstrip("$£€").split(".")[0]) == len(bare.split(".")[0])
        and one.lstrip("$£€") != bare
    ]
    if alike and rng.random() < 0.55:
        return sign + rng.choice(alike)
    value = float(bare.replace(",", ""))
    if "." in bare:
        places = len(bare.split(".")[1])
        new = f"{max(0.1, value * rng.choice((0.5, 0.7, 1.2, 1.5, 2, 3)) + 0.1):.{places}f}"
    elif 1000 <= value <= 2100 and "," not in bare:
        new = str(int(value) + rng.choice((-30, -12, -7, -4, -2, -1, 1, 2, 3, 5, 9, 14)))
    elif value >= 100:
        new = str(int(value * rng.choice((0.4, 0.6, 0.8, 1.3, 1.6, 2.2))) + 1)
    else:
        new = str(max(0, int(value) + rng.choice((-9, -5, -3, -2, -1, 1, 2, 3, 4, 7, 11))))
    if "," in bare:
        new = f"{float(new):,.0f}"
    return sign + (new if new != bare else f"{new}1")


def _numbers(text: str, others: Sequence[str], rng: random.Random) -> Iterator[Edit]:
    found = [*_NUMBER.finditer(text)]
    if found:
        match = rng.choice(found)
        new, spans = _put(text, *match.span(), _other_number(match[0], others, rng))
        yield Edit("number", new, spans, CONTRADICTED)
    spelt = [*_SPELT_WORD.finditer(text)]
    if spelt:
        match = rng.choice(spelt)
        word = rng.choice([one for one in _SPELT if one != match[0]])
        yield Edit("number", *_put(text, *match.span(), word), CONTRADICTED)
    dated = [*_CALENDAR.finditer(text)]
    if dated:
        match = rng.choice(dated)
        pool = _MONTHS if match[0] in _MONTHS else _DAYS
        word = rng.choice([one for one in pool if one != match[0]])
        yield Edit("date", *_put(text, *match.span(), word), CONTRADICTED)


def names(text: str) -> list[tuple[int, int]]:
    """What is written as a name; the first word of a sentence only where it is longer."""
    found = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        first = match[0].split(" ")[0]
        if first in _NO_NAMES:
            start += len(first) + 1
            if start >= end:
                continue
        begins = start == 0 or text[:start].rstrip()[-1:] in ".!?:"
        if begins and " " not in text[start:end]:
            continue
        found.append((start, end))
    return found


def _names(text: str, others: Sequence[str], rng: random.Random) -> Iterator[Edit]:
    own = names(text)
    said = {text[start:end] for start, end in own}
    if own:
        start, end = rng.choice(own)
        size = text[start:end].count(" ")
        pool = sorted(
            {
                one[a:b]
                for one in others
                for a, b in names(one)
                if one[a:b].count(" ") == size
                and not any(one[a:b] in name or name in one[a:b] for name in said)
            }
        )
        if pool:
            new, spans = _put(text, start, end, rng.choice(pool))
            yield Edit("name", new, spans, CONTRADICTED)
    if len(own) >= 2:
        (a, b), (c, d) = sorted(rng.sample(own, 2))
        one, two = text[a:b], text[c:d]
        apart = re.search(r"\b(?!and\b|or\b)[a-z]{2,}", text[b:c])
        if apart and one not in two and two not in one:
            new = text[:a] + two + text[b:c] + one + text[d:]
            moved = a + len(two) + (c - b)
            spans = ((a, a + len(two)), (moved, moved + len(one)))
            yield Edit("attribution", new, spans, CONTRADICTED)


def _denials(text: str, others: Sequence[str], rng: random.Random) -> Iterator[Edit]:
    del others
    found = [*_AUXILIARY.finditer(text)]
    if found:
        match = rng.choice(found[:3])
        word = rng.choice(("not", "not", "not", "never"))
        new = f"{match[0]} {word}"
        text_new = text[: match.start()] + new + text[match.end() :]
        yield Edit("negation", text_new, ((match.start(), match.start() + len(new)),), CONTRADICTED)
    denied = [*_DENIED.finditer(text)]
    if denied:
        match = rng.choice(denied)
        before = text[: match.start()]
        begin = before.rstrip().rfind(" ") + 1
        new = before + text[match.end() :]
        yield Edit("affirmed", new, ((begin, len(before.rstrip())),), CONTRADICTED)
    past = [*_PAST_WORD.finditer(text)]
    if past:
        match = rng.choice(past[:2])
        new, spans = _put(text, *match.span(), f"did not {_PAST[match[0]]}")
        yield Edit("negation", new, spans, CONTRADICTED)


def _opposites(text: str, others: Sequence[str], rng: random.Random) -> Iterator[Edit]:
    del others
    found = [*_OPPOSITE_WORD.finditer(text)]
    if found:
        match = rng.choice(found)
        new, spans = _put(text, *match.span(), rng.choice(_OPPOSITE[match[0]]))
        yield Edit("opposite", new, spans, CONTRADICTED)


def _inserted(text: str, others: Sequence[str], rng: random.Random) -> Iterator[Edit]:
    found = [*_BEFORE_NOUN.finditer(text)]
    # From a list of adjectives, a reader would learn the list and not to look.
    known = sorted({one for other in others for one in _BETWEEN.findall(other) if one not in text})
    if found and known:
        match = rng.choice(found)
        word = rng.choice(known)
        new, spans = _put(text, match.end(), match.end(), word)
        new = new[: spans[0][1]] + " " + new[spans[0][1] :]
        yield Edit("adjective", new, spans, UNSUPPORTED)


def appended(text: str, sister: str, rng: random.Random) -> Edit | None:
    """The sentence with a clause of another one at its end."""
    parts = re.split(r", | and | which | who | because ", sister.rstrip(".!? "))
    good = [one for one in parts if 3 <= len(one.split()) <= 12]
    if not good or not text.endswith("."):
        return None
    clause = rng.choice(good)
    if clause.split()[0] in _NO_NAMES:
        clause = clause[0].lower() + clause[1:]
    joint = rng.choice((", and ", ", which ", ", with ", ", while ", " and "))
    new = text[:-1] + joint + clause + "."
    begins = len(text) - 1 + len(joint) - len(joint.lstrip(", "))
    return Edit("clause", new, ((begins, len(new) - 1),), UNSUPPORTED)


_SORTS: tuple[Callable[..., Iterator[Edit]], ...] = (
    _numbers, _names, _denials, _opposites, _inserted,
)  # fmt: skip


def edits(text: str, others: Sequence[str], rng: random.Random) -> list[Edit]:
    """One of each sort that the text allows; `others` hold what is put in."""
    made = ([one for one in sort(text, others, rng) if one.text != text] for sort in _SORTS)
    return [rng.choice(found) for found in made if found]


def looks_edited(text: str) -> bool:
    """Whether it holds a word that an edit could have put in: a denial, one of two opposites."""
    return _OPPOSITE_WORD.search(text) is not None or _DENIED.search(text) is not None


_SYNONYMS = dict(
    pair.split("/")
    for pair in (
        "began/started located/situated approximately/about additionally/also however/but "
        "received/got obtained/got children/kids purchased/bought residence/home created/made "
        "constructed/built numerous/many primary/main attempted/tried assist/help "
        "commenced/started concluded/ended utilized/used individuals/people film/movie "
        "stated/said announced/said discovered/found established/founded deceased/dead "
        "physician/doctor employed/hired automobile/car large/big famous/well-known "
        "wrote/authored portrayed/played required/needed selected/chosen entire/whole "
        "several/some often/frequently town/city area/region company/firm award/prize "
        "participated/took-part appointed/named released/put-out approximately/around "
        "near/close-to during/in throughout/across prior/earlier injured/hurt "
        "remained/stayed departed/left demonstrated/showed significant/important"
    ).split()
)
_SYNONYM = re.compile(rf"\b(?:{'|'.join(_SYNONYMS)})\b")
_PARENTHESES = re.compile(r" \([^()]{1,60}\)")
_LEADING = re.compile(r"^((?:In|On|At|During|After|Before|Since|By|From) [^,.;]{3,40}), (\w)")
_FILLER = re.compile(r"\b(?:also|then|however|officially|later|originally|eventually),? ")


def paraphrased(text: str, rng: random.Random) -> str:
    """The same said a little differently."""
    if rng.random() < 0.7:
        text = _PARENTHESES.sub("", text)
    match = _LEADING.match(text)
    if match and text.endswith(".") and rng.random() < 0.5:
        rest = text[match.end() - 1 : -1]
        when = match[1][0].lower() + match[1][1:]
        text = f"{rest[0].upper()}{rest[1:]} {when}."
    if rng.random() < 0.4:
        text = _FILLER.sub("", text)
    if rng.random() < 0.6:
        text = _SYNONYM.sub(
            lambda one: _SYNONYMS[one[0]].replace("-", " ") if rng.random() < 0.6 else one[0], text
        )
    return text[:1].upper() + text[1:]
