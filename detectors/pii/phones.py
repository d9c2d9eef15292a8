"""Telephone numbers, by the numbering plans of the library phonenumbers.

The library answers in 20 to 80 microseconds, several times for a number, which would be most of
the detector's time. Its data is therefore compiled to one pattern for each region, asked as
`phonenumbers.is_valid_number` asks it; what does not fit plainly is left to the library itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_BETWEEN = " -./()+"
_BETWEEN_BYTES = _BETWEEN.encode()
_SEPARATORS = str.maketrans(dict.fromkeys(_BETWEEN, " "))
_ZEROS = str.maketrans("123456789", "0" * 9)
_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12][0-9]|3[01])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-./ ](?:0?[1-9]|[12][0-9]|3[01])[-./ ](?:19|20)[0-9]{2})"
    r"(?![0-9])"
)
_DATE_FORM = re.compile(r"(?:0{4}[-./ ]0{1,2}[-./ ]0{1,2}|0{1,2}[-./ ]0{1,2}[-./ ]0{4})(?!0)")
# How numbers of the North American plan are grouped (https://www.nanpa.com/numbering).
_NANP_GROUPS = frozenset({(10,), (3, 3, 4), (3, 7), (11,), (1, 10), (1, 3, 3, 4), (1, 3, 7)})
_TYPES = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan",
          "voicemail", "fixed_line", "mobile")  # fmt: skip
_SIGN = re.compile("[^0-9()]")
_CODED = 10
"""How many digits a number has at least that begins with its country code and no sign."""
_LONGEST = 17
_SHORTEST = 7


class Formed(NamedTuple):
    """What candidates of one form can begin with, and what tells whether one of them holds."""

    begins: str
    check: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Plan:
    """A region's national numbers as they are written."""

    region: str
    code: int
    lengths: frozenset[int]
    trunk: str
    involved: re.Pattern[str] | None
    """What is left to the library: any number, where there is no pattern."""

    def begin(self, groups: list[str], size: int) -> str:
        """The digits that a national number in such groups, of so many digits, can begin with."""
        if self.code == 1:
            # Nobody groups these otherwise, and dates and readings look the same without this.
            fits = tuple(len(group) for group in groups) in _NANP_GROUPS
            return ("1" if size == 11 else "23456789") if fits else ""
        # Where numbers have a trunk prefix, a national number is not written without it.
        sized = size in self.lengths or 9 <= size <= _LONGEST
        return (self.trunk or "0123456789") if sized else ""


class Numbering:
    """The numbering plans; raises ImportError without the library."""

    def __init__(self, regions: Sequence[str]) -> None:
        import phonenumbers  # noqa: PLC0415 - a heavy library, loaded when it is needed

        self._phones: Any = phonenumbers
        self._codes = {str(code): code for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
        self._validators: dict[int, Callable[[str], bool]] = {}
        self._plans = tuple(self._plan(region) for region in regions)
        for plan in self._plans:
            self._valid(plan.code, "")  # compiles its pattern now, not in the first exchange

    def international(self, candidate: str) -> int:
        """How much of `candidate` is a number with its country code (ITU-T E.164)."""
        if self._assigned(_digits(candidate)):
            return len(candidate)
        shorter = islice(_ends(candidate), 1, None)
        return next((end for end, groups in shorter if self._assigned("".join(groups))), 0)

    def country(self, candidate: str) -> bool:
        """Whether a candidate begins with the code of a country."""
        digits = _digits(candidate)
        return any(digits[:size] in self._codes for size in (1, 2, 3))

    def coded(self, candidate: str) -> int:
        """How much of `candidate` is a number whose first group is its country code."""
        code, *rest = candidate.translate(_SEPARATORS).split()
        assigned = code in self._codes and self._assigned(code + "".join(rest))
        return len(candidate) if assigned and not _DATE.match(candidate) else 0

    def coded_form(self, form: str) -> Formed | None:
        """What is left of `coded` where a candidate's form is known; the code 1 has its own row."""
        signs = set(_SIGN.findall(form))
        alike = "." not in signs or len(signs) == 1
        first, second, *rest = form.translate(_SEPARATORS).split()
        # Pairs are bytes and scores as well, but behind one digit for the area or three before.
        apart = len(second) == 1 or max(map(len, (first, second, *rest))) > len("00")
        sized = form.count("0") >= _CODED
        return Formed("23456789(", self.coded) if sized and alike and apart else None

    def national(self, candidate: str) -> int:
        """How much of `candidate` is a number as one of the configured regions dials it."""
        formed = self.formed(candidate.translate(_ZEROS))
        return formed.check(candidate) if formed and candidate[0] in formed.begins else 0

    def formed(self, form: str) -> Formed | None:
        """What is left of `national` where a candidate's form is known, with 0 for each digit."""
        ends = []
        for end, groups in _ends(form):
            size = sum(len(group) for group in groups)
            for plan in self._plans if size >= _SHORTEST else ():
                begins = plan.begin(groups, size)
                if begins:
                    ends.append((end, plan, begins))
        if not ends or form.count("/") > 1:  # one may stand behind the area's code
            return None
        dated = _DATE_FORM.match(form) is not None

        def check(candidate: str) -> int:
            if dated and _DATE.match(candidate):
                return 0
            for end, plan, begins in ends:
                digits = _digits(candidate[:end])
                if digits[0] in begins and self._in_plan(digits, plan):
                    return end
            return 0

        return Formed("".join(begins for _, _, begins in ends) + "(", check)

    def _plan(self, region: str) -> Plan:
        metadata = self._phones.PhoneMetadata.metadata_for_region(region)
        trunk = metadata.national_prefix or ""
        lengths = metadata.general_desc.possible_length
        prefixes = (metadata.national_prefix_for_parsing or "").split("|")
        plainly = prefixes[0] == trunk in {"", "0", "1"} and all(
            one.isdigit() for one in prefixes[1:]
        )
        elsewhere = (
            metadata.international_prefix,
            str(metadata.country_code),
            rf"(?:{metadata.general_desc.national_number_pattern})\Z" if trunk else None,
            *prefixes[1:],
        )
        return Plan(
            region,
            metadata.country_code,
            frozenset(size + extra for size in lengths for extra in (0, len(trunk))),
            trunk if trunk in {"0", "1"} else "",
            re.compile("|".join(filter(None, elsewhere))) if plainly else None,
        )

    def _assigned(self, digits: str) -> bool:
        sized = _SHORTEST <= len(digits) < _LONGEST
        for size in (1, 2, 3) if sized else ():  # no country code is the beginning of another
            code = self._codes.get(digits[:size])
            if code is not None:
                return self._valid(code, digits[size:]) or (
                    self._prefixed(code, digits[size:]) and self._parsed("+" + digits, None)
                )
        return False

    def _in_plan(self, digits: str, plan: Plan) -> bool:
        if plan.code == 1:
            return self._valid(1, digits[-10:])
        if plan.involved is None or plan.involved.match(digits):
            return self._parsed(digits, plan.region)
        return self._valid(plan.code, digits.removeprefix(plan.trunk))

    def _prefixed(self, code: int, significant: str) -> bool:
        """Whether the library would take something off the number, as people write it too."""
        main = self._phones.PhoneMetadata.metadata_for_region_or_calling_code(
            code, self._phones.COUNTRY_CODE_TO_REGION_CODE[code][0]
        )
        prefix = main and main.national_prefix_for_parsing
        return bool(prefix) and re.match(prefix, significant) is not None

    def _valid(self, code: int, significant: str) -> bool:
        validator = self._validators.get(code)
        if validator is None:
            regions = self._phones.COUNTRY_CODE_TO_REGION_CODE[code]
            metadata = self._phones.PhoneMetadata.metadata_for_region_or_calling_code
            validator = _validator([metadata(code, region) for region in regions])
            self._validators[code] = validator
        return validator(significant)

    def _parsed(self, digits: str, region: str | None) -> bool:
        try:
            number = self._phones.parse(digits, region)
        except self._phones.NumberParseException:
            return False
        return bool(self._phones.is_valid_number(number))


def _digits(candidate: str) -> str:
    """The candidate without what stands between its digits; bytes take a third of the time."""
    return candidate.encode().translate(None, _BETWEEN_BYTES).decode()


def _validator(plans: Iterable[Any]) -> Callable[[str], bool]:
    """What `phonenumbers.is_valid_number` says of the significant numbers of one country code."""
    known = [plan for plan in plans if plan is not None]
    leading = [re.compile(plan.leading_digits) if plan.leading_digits else None for plan in known]
    # The code 1 has 25 regions, and one of them most of the numbers.
    pattern = cache(lambda region: _pattern(known[region]))

    def valid(significant: str) -> bool:
        for region, digits in enumerate(leading):
            if digits is None:
                if pattern(region).match(significant):
                    return True
            elif digits.match(significant):
                return pattern(region).match(significant) is not None
        return len(known) == 1 and pattern(0).match(significant) is not None

    return valid


def _pattern(plan: Any) -> re.Pattern[str]:
    kinds = [_description(getattr(plan, name)) for name in _TYPES]
    either = "|".join(kind for kind in kinds if kind)
    return re.compile(f"(?={_description(plan.general_desc)})(?:{either})")


def _description(description: Any) -> str:
    if description is None or not description.national_number_pattern:
        return ""
    lengths = "|".join(f"[0-9]{{{length}}}" for length in description.possible_length)
    sized = rf"(?=(?:{lengths})\Z)" if lengths else ""
    return rf"{sized}(?:{description.national_number_pattern})\Z"


def _ends(candidate: str) -> Iterator[tuple[int, list[str]]]:
    """The whole candidate, then what is left of it without its last groups after a space.

    Each with its groups of digits. Groups joined by anything but a space are not taken apart.
    """
    groups = candidate.translate(_SEPARATORS).split()
    end = len(candidate)
    yield end, groups
    while len(groups) > 1:
        gap_end = end - len(groups.pop())
        end = len(candidate[:gap_end].rstrip(_BETWEEN))
        if candidate[end] == " ":
            yield end, groups
