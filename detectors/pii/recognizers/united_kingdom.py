"""Numbers of the United Kingdom."""

from __future__ import annotations

from detectors.pii import check_digits
from detectors.pii.recognizers.numbers import DOUBTFUL, LIKELY, SURE, Number, rows_of

# Names of fewer than five letters are filled with nines.
_DRIVER = tuple("A" * size + "0" * (5 - size) + "000000AXXAA" for size in (5, 4, 3, 2))

RECOGNIZERS = rows_of(
    Number(
        "uk_national_insurance", check_digits.nino,
        ("nino", "ni number", "national insurance", "ni no", "insurance number"),
        "National Insurance number AB 12 34 56 C|NI number AB123456C",
        ("AA 00 00 00 A", "AA-00-00-00-A", "AA 000000 A"), ("AA000000A",), SURE, LIKELY,
        source="https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110",
        has_check_digit=False,
    ),
    Number(
        "uk_nhs", "gb.nhs", ("nhs", "nhs number", "nhs no", "patient"),
        "NHS number 943 476 5870|NHS number 9434765870", ("000 000 0000", "000-000-0000"),
        ("0000000000",), DOUBTFUL, own_words_only=True, kind="pii.medical_record",
        source="https://www.datadictionary.nhs.uk/attributes/nhs_number.html",
    ),
    Number(
        "uk_tax_reference", "gb.utr", ("utr", "unique taxpayer", "self assessment"),
        "UTR 19558 39661|UTR 1955839661", ("00000 00000", "000 000 0000"), ("0000000000",),
        DOUBTFUL, source="https://www.gov.uk/find-utr-number", own_words_only=True,
    ),
    Number(
        "uk_vat", "gb.vat", ("vat", "vat reg", "vat registration"),
        "VAT GB 980 7806 84|VAT reg 980780684",
        ("AA 000 0000 00", "AA000000000", "000 0000 00"), ("000000000",), LIKELY,
    ),
    Number(
        "uk_driving_licence", check_digits.uk_driving_licence,
        ("driving licence", "licence", "driver", "dvla", "licence number"),
        "Driving licence MORGA657054SM9IJ", (), _DRIVER,
        plain_strength=SURE, kind="pii.driver_license", own_words_only=True,
        source="DVLA, driver number format: https://en.wikipedia.org/wiki/"
        "Driving_licence_in_the_United_Kingdom", has_check_digit=False,
    ),
)  # fmt: skip
