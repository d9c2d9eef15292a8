"""Numbers of the United States."""

from __future__ import annotations

from detectors.pii import check_digits
from detectors.pii.checks import Checks
from detectors.pii.recognizers.numbers import (
    DOUBTFUL,
    LIKELY,
    SURE,
    Number,
    Strength,
    rows_of,
)
from detectors.pii.rows import NUMBER, TOKENS, WORD, Recognizer

_SSN = ("ssn", "ssns", "social", "ss", "taxpayer", "tin")
_SSA = "https://www.ssa.gov/employer/randomization.html, SSA POMS RM 10201.035 (never issued)"
_APART = r"(?<![0-9A-Za-z\xff][-./])"

_SOCIAL_SECURITY = (
    Recognizer(
        name="us_ssn",
        kind="pii.us_ssn",
        gate=NUMBER,
        before=rf"(?<![{WORD}]){_APART}",
        shapes=(r"[0-9]{3}-[0-9]{2}-[0-9]{4}",),
        after=rf"(?![{WORD}])(?!-[0-9A-Za-z\xff])(?![.][0-9])",
        longest=11,
        validate=Checks.us_ssn,
        score=0.85,
        in_context=0.98,
        context=_SSN,
        source=_SSA,
        example="SSN 536-90-4399",
    ),
    Recognizer(
        name="us_ssn_spaced",
        kind="pii.us_ssn",
        gate=NUMBER,
        before=rf"(?<![{WORD}])(?<![0-9] ){_APART}",
        shapes=(r"[0-9]{3}(?:[ ][0-9]{2}[ ]|[.][0-9]{2}[.])[0-9]{4}",),
        after=rf"(?![{WORD}])(?![-. ][0-9])",
        longest=11,
        validate=Checks.us_ssn,
        score=0.55,
        in_context=0.9,
        context=_SSN,
        source=_SSA,
        example="Social security number: 536 90 4399",
    ),
    Recognizer(
        name="us_ssn_unissued",
        kind="pii.us_ssn",
        gate=TOKENS,
        shapes=("000-00-0000", "000 00 0000"),
        before=rf"(?<![{WORD}])(?<![0-9][ ]){_APART}",
        after=rf"(?![{WORD}])(?![-. ][0-9])",
        longest=11,
        score=0.0,
        in_context=0.7,
        context=("ssn", "ssns", "social security"),
        source="https://www.ssa.gov/employer/randomization.html (form): masked or invented",
        example="Her SSN on file, 987-65-4321, is not valid.",
    ),
    Recognizer(
        name="us_ssn_digits",
        kind="pii.us_ssn",
        gate=NUMBER,
        before=rf"(?<![{WORD}+#$]){_APART}",
        shapes=(r"[0-9]{9}",),
        after=rf"(?![{WORD}])(?!-[0-9A-Za-z\xff])(?![.,][0-9])",
        longest=9,
        validate=Checks.us_ssn,
        score=0.0,
        in_context=0.7,
        context=_SSN,
        source=_SSA,
        example="Her SSN is 536904399.",
    ),
)
RECOGNIZERS = _SOCIAL_SECURITY + rows_of(
    Number(
        "us_itin", "us.itin", ("itin", "individual taxpayer"), "ITIN 912-90-3456|ITIN 912903456",
        ("000-00-0000",), ("000000000",), Strength(0.5, 0.95),
        source="https://www.irs.gov/individuals/individual-taxpayer-identification-number",
        has_check_digit=False,
    ),
    Number(
        "us_ein", "us.ein", ("ein", "employer identification", "fein", "federal tax"),
        "EIN 91-1144442|EIN 911144442", ("00-0000000",), ("000000000",), DOUBTFUL,
        source="https://www.irs.gov/businesses/small-businesses-self-employed/"
        "how-eins-are-assigned-and-valid-ein-prefixes", has_check_digit=False,
    ),
    Number(
        "us_medicare", check_digits.mbi, ("mbi", "medicare", "beneficiary"),
        "MBI 1EG4-TE5-MK73|Medicare 1EG4TE5MK73", ("0AX0-AX0-AA00",), ("0AX0AX0AA00",), SURE,
        LIKELY, source="https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi.pdf",
        has_check_digit=False,
    ),
    Number(
        "us_npi", check_digits.npi, ("npi", "provider", "physician", "prescriber", "doctor"),
        "NPI 1234567893", (), ("0000000000",), source="45 CFR 162.406", own_words_only=True,
    ),
    Number(
        "us_dea", check_digits.dea, ("dea", "prescriber", "registration"), "DEA AB1234563", (),
        ("AA0000000", "A00000000"), plain_strength=DOUBTFUL,
        source="https://en.wikipedia.org/wiki/DEA_number", own_words_only=True,
    ),
    Number(
        "us_bank_routing", "us.rtn",
        ("routing", "aba", "rtn", "transit", "bank", "wire", "ach"),
        "Routing number 111000025", (), ("000000000",), kind="pii.bank_account",
        source="https://www.aba.com/about-us/routing-number", own_words_only=True,
    ),
)  # fmt: skip
