"""Telephone numbers, by the numbering plans of the library phonenumbers.

The library answers in 20 to 80 microseconds, several times for a number, which would be most of
the detector's time. Its data is therefore compiled to one pattern for each region, asked as
`phonenumbers.is_valid_number` asks it; what does not fit plainly is left to the library itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_BETWEEN = " -./()+"
_SEPARATORS = str.maketrans(dict.fromkeys(_BETWEEN, " "))
_NO_SEPARATORS = str.maketrans("", "", _BETWEEN)
_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12][0-9]|3[01])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])[-./ ](?:0?[1-9]|[12][0-9]|3[01])[-./ ](?:19|20)[0-9]{2})"
    r"(?![0-9])"
)
# How numbers of the North American plan are grouped (https://www.nanpa.com/numbering).
_NANP_GROUPS = frozenset({(10,), (3, 3, 4), (3, 7), (11,), (1, 10), (1, 3, 3, 4), (1, 3, 7)})
_TYPES = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan",
          "voicemail", "fixed_line", "mobile")  # fmt: skip
_LONGEST = 17
_SHORTEST = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """A region's national numbers as they are written."""

    region: str
    code: int
    lengths: frozenset[int]
    trunk: str

    @property
    def begins(self) -> str:
        """What its national numbers begin with, as a pattern."""
        if self.code == 1:
            gap = "[^0-9]{0,3}"
            return rf"[(]?(?:1{gap})?[0-9]{{3}}{gap}[0-9]{{3}}{gap}[0-9]{{4}}(?![0-9])"
        # Where numbers have a trunk prefix, a national number is not written without it.
        return rf"[(]?{self.trunk}"

    def begin(self, groups: list[str], size: int) -> str:
        """The digits that a national number in such groups, of so many digits, can begin with."""
        if self.code == 1:
            fits = tuple(len(group) for group in groups) in _NANP_GROUPS
            return ("1" if size == 11 else "23456789") if fits else ""
        sized = size in self.lengths or 9 <= size <= _LONGEST
        return (self.trunk or "0123456789") if sized else ""

    def dialled(self, groups: list[str], digits: str) -> bool:
        """Whether a national number can be written so."""
        if self.code == 1:
            # Nobody groups these otherwise, and dates and readings look the same without this.
            return tuple(len(group) for group in groups) in _NANP_GROUPS
        if digits.startswith("00"):
            return 9 <= len(digits) <= _LONGEST
        return len(digits) in self.lengths and digits.startswith(self.trunk)


class Numbering:
    """The numbering plans; raises ImportError without the library."""

    def __init__(self, regions: Sequence[str]) -> None:
        import phonenumbers  # noqa: PLC0415 - a heavy library, loaded when it is needed

        self._phones: Any = phonenumbers
        self._codes = {str(code): code for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
        self._validators: dict[int, Callable[[str], bool]] = {}
        self._plans = tuple(self._plan(region) for region in regions)
        begins = "|".join(plan.begins for plan in self._plans)
        self._begins = re.compile(begins or r"(?!)")
        for plan in self._plans:
            self._valid(plan.code, "")  # compiles its pattern now, not in the first exchange

    def international(self, candidate: str) -> int:
        """How much of `candidate` is a number with its country code (ITU-T E.164)."""
        digits = candidate.translate(_NO_SEPARATORS)
        if _SHORTEST <= len(digits) < _LONGEST and self._assigned(digits):
            return len(candidate)
        for end, groups in _ends(candidate):
            digits = "".join(groups)
            if _SHORTEST <= len(digits) < _LONGEST and self._assigned(digits):
                return end
        return 0

    def national(self, candidate: str) -> int:
        """How much of `candidate` is a number as one of the configured regions dials it."""
        if not self._begins.match(candidate) or _DATE.match(candidate):
            return 0
        for end, groups in _ends(candidate):
            digits = "".join(groups)
            if len(digits) < _SHORTEST:
                return 0
            for plan in self._plans:
                if plan.dialled(groups, digits) and self._in_plan(digits, plan):
                    return end
        return 0

    def beginnings(self, form: str) -> str:
        """What a national number of this form, with 0 for each digit, can begin with."""
        begins = ""
        for _, groups in _ends(form):
            size = sum(len(group) for group in groups)
            for plan in self._plans:
                begins += plan.begin(groups, size) if size >= _SHORTEST else ""
        return begins + "(" if begins else ""

    def _plan(self, region: str) -> Plan:
        metadata = self._phones.PhoneMetadata.metadata_for_region(region)
        trunk = metadata.national_prefix or ""
        lengths = metadata.general_desc.possible_length
        return Plan(
            region,
            metadata.country_code,
            frozenset(size + extra for size in lengths for extra in (0, len(trunk))),
            trunk if trunk in {"0", "1"} else "",
        )

    def _assigned(self, digits: str) -> bool:
        for size in (1, 2, 3):  # no country code is the beginning of another
            code = self._codes.get(digits[:size])
            if code is not None:
                return self._valid(code, digits[size:]) or self._parsed("+" + digits, None)
        return False

    def _in_plan(self, digits: str, plan: Plan) -> bool:
        if plan.code == 1:
            return self._valid(1, digits[-10:])
        if plan.trunk and digits[1:2] != "0" and self._valid(plan.code, digits[1:]):
            return True
        return self._parsed(digits, plan.region)

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


def _validator(plans: Iterable[Any]) -> Callable[[str], bool]:
    """What `phonenumbers.is_valid_number` says of the significant numbers of one country code."""
    regions = [
        (re.compile(plan.leading_digits) if plan.leading_digits else None, _pattern(plan))
        for plan in plans
        if plan is not None
    ]

    def valid(significant: str) -> bool:
        for leading, pattern in regions:
            if leading is None:
                if pattern.match(significant):
                    return True
            elif leading.match(significant):
                return pattern.match(significant) is not None
        return len(regions) == 1 and regions[0][1].match(significant) is not None

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
