"""Telephone numbers by the look of them: how they are grouped, and what they begin with."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from detectors.pii.phones import Formed

if TYPE_CHECKING:
    from collections.abc import Callable

_WRITTEN_DATE = re.compile(
    r"[(]?(?:[0-9]{4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,2}"
    r"|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[0-9]{4}|[0-9]{2}))\Z"
)


def phone(candidate: str) -> int:
    """Seven to fifteen digits in groups that are no date and no list of years or small numbers."""
    groups = re.findall("[0-9]+", candidate)
    digits = "".join(groups)
    if not 7 <= len(digits) <= 15 or _WRITTEN_DATE.match(candidate) or not int(digits):
        return 0
    balanced = candidate.count("(") == candidate.count(")") and candidate.count("/") < 2
    plain = max(map(len, groups)) > len("00") or candidate.startswith("+")
    return len(candidate) if balanced and (plain or _paired(candidate, groups)) else 0


def short_phone(candidate: str) -> int:
    """A number of five or six digits, as small countries have them, that is no date."""
    digits = "".join(re.findall("[0-9]", candidate))
    is_date = _WRITTEN_DATE.match(candidate) and " " not in candidate
    return len(candidate) if 5 <= len(digits) <= 6 and not is_date else 0


def _paired(candidate: str, groups: list[str]) -> bool:
    """Four or five pairs, as many countries write their numbers, and no list that counts.

    The first may be apart from the others, or a single digit before four of them.
    """
    paired = [len(group) for group in groups] in ([2] * 4, [2] * 5, [1, *[2] * 4])
    alike = len(set(_gaps(candidate)[1:])) == 1 and "." not in candidate
    return paired and alike and not _counted(groups)


def _gaps(candidate: str) -> list[str]:
    """What stands between the digits of a number, and no parenthesis opens."""
    return re.findall("[0-9]([^0-9(]+)(?=[0-9])", candidate)


def _counted(groups: list[str]) -> bool:
    """Whether each number is as much more than the one before."""
    return len({int(after) - int(before) for before, after in pairwise(groups)}) == 1


def unassigned_phone(candidate: str) -> int:
    """A number with a sign or prefix for a country, or of ten digits as North America has them."""
    digits = "".join(re.findall("[0-9]+", candidate))
    domestic = len(digits) == 10 or digits.startswith("1" if len(digits) == 11 else "001")
    return phone(candidate) if candidate.startswith(("+", "(+")) or domestic else 0


_PAGES = range(1, 100)
"""How many pages an article has, whose volume, number and pages are written in the same way."""
_SPREAD = 20
"""How far the pairs of a number are apart at least; results of games and the like are alike."""
_YEARS = range(1900, 2101)
_ELSEWHERE = {(3, 2, 3): "489", (3, 2, 2, 2): "456789", (3, 4, 4): "1", (1, 3, 3, 2, 2): "8",
              (2, 2, 2, 2): "23456789", (3, 6): "6789", (3, 7): "23456789",
              (4, 4): "23456789", (2, 3, 4): "23456789", (1, 4, 4): "29"}  # fmt: skip


def phone_elsewhere(candidate: str) -> int:
    """A national number of a few forms that little else has; it neither counts nor spans a range.

    What no number begins with is left out: three, two and three digits are Norwegian mobiles,
    three, four and four Chinese ones; behind an eight and a code in parentheses stand Russian ones.
    """
    groups = re.findall("[0-9]+", candidate)
    sizes = [len(group) for group in groups]
    begins = _ELSEWHERE.get(tuple(sizes), "123456789")
    if groups[0][0] not in begins or _listed(groups):
        return 0
    pages = candidate[0] == "(" and "-" in candidate and sizes[-1] == sizes[-2]
    return len(candidate) if not pages or int(groups[-1]) - int(groups[-2]) not in _PAGES else 0


def _listed(groups: list[str]) -> bool:
    """Whether groups are the numbers of a list, two years, or a place on a map."""
    values = [*map(int, groups)]
    if len(groups) > 2 and _counted(groups):
        return True
    sizes = {*map(len, groups)}
    alike = values == sorted(values) or max(values) - min(values) < _SPREAD
    rounded = all(group.endswith("00") for group in groups)
    halves = len(groups) == 2 and (rounded or any(value in _YEARS for value in values))
    return (sizes == {2} and alike) or (sizes == {4} and halves)


_OF_TAXES = ([3, 3, 3], [2, 3, 3, 3], [2, 2, 2, 3], [2, 2, 2, 2, 3])
"""As numbers of firms are grouped, and hardly a telephone number from a zero."""


def trunk_phone(candidate: str) -> int:
    """A telephone number of nine to eleven digits from a zero, and no list of numbers.

    Behind the area's code it is grouped in one way; a few groupings are those of tax numbers.
    """
    groups = re.findall("[0-9]+", candidate)
    digits = "".join(groups)
    begun = digits.startswith("0") and not digits.startswith("00")
    sizes = [len(group) for group in groups]
    otherwise = (
        (_counted(groups) and len(groups) > 2)
        or sizes in _OF_TAXES
        or max(sizes[2:], default=0) > 4
    )
    gaps = _gaps(candidate)
    longest = 12 if candidate.startswith("(") else 11
    if not begun or otherwise or len(set(gaps[1:])) > 1 or not 9 <= len(digits) <= longest:
        return 0
    paired = sizes == [2] * 5
    return len(candidate) if paired else phone(candidate)


def _phone_formed(form: str) -> Formed | None:
    if re.fullmatch("[(]?00?[)]?[ /-]{0,2}00(?:[ -]00){2,3}", form):
        return Formed("0123456789(", phone)
    return Formed("0123456789+(", _not_zero) if phone(form.replace("0", "7")) else None


def unassigned_formed(form: str, check: Callable[[str], int]) -> Formed | None:
    """What is left of `unassigned_phone`, and of a check that asks it last."""
    if form.startswith(("+", "(+")):
        return Formed("+(", check) if phone(form.replace("0", "7")) else None
    if form.count("0") == 10:
        return _phone_formed(form)
    return Formed("01(", check) if phone(form.replace("0", "7")) else None


def _trunk_formed(form: str) -> Formed | None:
    return Formed("0(", trunk_phone) if 9 <= form.count("0") <= 12 else None


def _elsewhere_formed(form: str) -> Formed | None:
    rest = (form.partition(")")[2] or form).strip()
    return Formed("123456789(", phone_elsewhere) if len({*rest} - {"0"}) < 2 else None


def _not_zero(candidate: str) -> int:
    return len(candidate) if candidate.strip("0 -./()+") else 0


FORMED: dict[Callable[..., int], Callable[[str], Formed | None]] = {
    phone: _phone_formed,
    phone_elsewhere: _elsewhere_formed,
    trunk_phone: _trunk_formed,
}
"""What is left of a check where a candidate's form is known, with 0 for each digit."""
