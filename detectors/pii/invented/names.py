"""People, places and firms that are nobody's, from the name lists of Faker."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from detectors.pii.invented.draws import DIGITS, LOWER, UPPER, Draws
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Callable

# By the first script of which a text holds a letter: kana stand before Han, which Japanese has too.
_LOCALES = tuple(
    (re.compile(f"[{letters}]"), locale)
    for letters, locale in (
        ("\u3040-\u30ff", "ja_JP"),
        ("\uac00-\ud7af", "ko_KR"),
        ("\u4e00-\u9fff", "zh_CN"),
        ("\u0370-\u03ff", "el_GR"),
        ("\u0400-\u04ff", "ru_RU"),
        ("\u0590-\u05ff", "he_IL"),
        ("\u0600-\u06ff", "fa_IR"),
        ("\u0900-\u097f", "hi_IN"),
        ("\u0e00-\u0e7f", "th_TH"),
    )
)
_UNSPACED = frozenset({"ja_JP", "ko_KR", "zh_CN", "th_TH"})
_NAME = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*\.?")
_KEPT = frozenset(
    (  # noqa: SIM905 - words, to be read
        "mr mrs ms miss mx dr prof sir dame lady lord rev fr herr frau m mme mlle sr sra srta don "
        "jr madam phd md esq von van de der den del della di da la le bin ibn al ten ter zu"
    ).split()
)
"""Titles and particles, which stay: they are no name."""
_TRIES = 8
_PLAIN = re.compile(r"[^a-z]")
_NATIONALITIES = (  # noqa: SIM905 - words, to be read
    "Australian Austrian Belgian Bolivian Canadian Chilean Colombian Croatian Danish Ecuadorian "
    "Egyptian Estonian Ethiopian Fijian Finnish Georgian Ghanaian Hungarian Icelandic Indonesian "
    "Jamaican Jordanian Kenyan Latvian Lithuanian Malaysian Maltese Mongolian Moroccan Namibian "
    "Nepalese Nigerian Norwegian Panamanian Peruvian Portuguese Romanian Samoan Senegalese Slovak "
    "Slovenian Swedish Tanzanian Tunisian Ugandan Uruguayan Zambian"
).split()


class Names:
    """Draws from Faker's lists, those of `locale` for texts in Latin letters.

    Raises WarmUpError without the library.
    """

    def __init__(self, locale: str = "en_US") -> None:
        try:
            from faker import Faker  # noqa: PLC0415 - a library of the extra, loaded when needed
        except ImportError as error:
            raise WarmUpError(
                f"surrogates need the library {error.name!r}: "
                "pip install 'llm-policyengine[surrogates]'"
            ) from error
        self._locale = locale
        self._make: Callable[[str], Any] = lambda one: Faker(one, use_weighting=False)
        self._fakers: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._faker(locale)

    def person(self, value: str, draws: Draws) -> str | None:
        """As many names as the value has, in its case; titles and initials stay what they are."""
        locale = self._locale_of(value)
        if locale in _UNSPACED and " " not in value:
            return self._draw("last_name", locale, draws) + self._draw("first_name", locale, draws)
        parts = [part for part in _NAME.finditer(value) if not _is_kept(part[0])]
        if not parts:
            return None
        family = _family(value, parts)
        taken = {part[0].casefold() for part in parts}
        made, done = [], 0
        for at, part in enumerate(parts):
            what = "last_name" if at == family else "first_name"
            name = _initial(part[0], draws) or self._other(what, locale, draws, taken)
            made += [value[done : part.start()], _as(name, part[0])]
            done = part.end()
        return "".join((*made, value[done:]))

    def location(self, value: str, draws: Draws) -> str:
        """A town, or a postal code that begins with the zeros that no town's does."""
        digits = [one for one in value if one.isdecimal()]
        if not digits:
            return _as(self._draw("city", self._locale_of(value), draws), value)
        made = draws.like(value)
        return "00" + made[2:] if len(digits) > 4 and value[:2].isdecimal() else made

    def organization(self, value: str, draws: Draws) -> str:
        """A firm named after nobody in particular."""
        locale = self._locale_of(value)
        if locale != self._locale:
            return self._draw("company", locale, draws)
        name = self._draw("last_name", locale, draws)
        return _as(f"{name} {self._draw('company_suffix', locale, draws)}", value)

    def street_address(self, value: str, draws: Draws) -> str:
        """A street, and a town where the value names one: a part after the first without digits."""
        locale = self._locale_of(value)
        street = self._draw("street_address", locale, draws)
        if any(not re.search(r"\d", part) for part in re.split(r"[,\n]", value)[1:]):
            street = f"{street}, {self._draw('city', locale, draws)}"
        return _as(street, value)

    def nationality(self, value: str, draws: Draws) -> str | None:
        """Another nationality, for a text in Latin letters."""
        return _as(draws.one_of(_NATIONALITIES), value) if value.isascii() else None

    def email(self, _value: str, draws: Draws) -> str:
        """An address at a domain that is kept for examples (RFC 2606)."""
        domain = draws.one_of(("example.org", "example.com", "example.net"))
        return f"{self._plain('first_name', draws)}.{self._login(draws)}@{domain}"

    def username(self, value: str, draws: Draws) -> str:
        """A name and a number."""
        return ("@" if value.startswith("@") else "") + draws.one_of(LOWER) + self._login(draws)

    def url(self, value: str, draws: Draws) -> str:
        """A page of a domain that is kept for examples (RFC 2606)."""
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", value)
        host = "www." if value[scheme.end() if scheme else 0 :].lower().startswith("www.") else ""
        page = self._login(draws)
        return f"{scheme[0] if scheme else ''}{host}example.com/{page}"

    def _login(self, draws: Draws) -> str:
        return self._plain("last_name", draws) + draws.characters(DIGITS[1:], 2)

    def _plain(self, what: str, draws: Draws) -> str:
        return _PLAIN.sub("", self._draw(what, "en_US", draws).lower())

    def _other(self, what: str, locale: str, draws: Draws, taken: set[str]) -> str:
        """A name that is none of the value's."""
        for _ in range(_TRIES):
            name = self._draw(what, locale, draws)
            if name.casefold() not in taken:
                return name
        return draws.one_of(UPPER) + draws.characters(LOWER, 6)

    def _draw(self, what: str, locale: str, draws: Draws) -> str:
        with self._lock:  # its generators keep their state
            faker = self._faker(locale)
            faker.seed_instance(draws.below(2**32))
            return str(getattr(faker, what)()).replace("\n", ", ")

    def _faker(self, locale: str) -> Any:
        if locale not in self._fakers:
            self._fakers[locale] = self._make(locale)
        return self._fakers[locale]

    def _locale_of(self, value: str) -> str:
        if value.isascii():
            return self._locale
        return next((name for letters, name in _LOCALES if letters.search(value)), self._locale)


def _is_kept(name: str) -> bool:
    return name.rstrip(".").lower() in _KEPT and not (len(name) > 2 and name.isupper())


def _family(value: str, parts: list[re.Match[str]]) -> int:
    """Which of the names is the family's: the last, or what stands before a comma."""
    if len(parts) == 1:
        return -1
    comma = value.find(",")
    before = [at for at, part in enumerate(parts) if part.end() <= comma]
    return before[-1] if before else len(parts) - 1


def _initial(name: str, draws: Draws) -> str | None:
    if len(name.rstrip(".")) > 1:
        return None
    return draws.one_of(UPPER) + name[1:]


def _as(name: str, like: str) -> str:
    """In capitals or small letters, where the other text is."""
    if like.isupper() and len(like) > 2:
        return name.upper()
    return name.lower() if like.islower() else name
