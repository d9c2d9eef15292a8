"""Postal codes, coordinates, and words for where people come from and what they believe."""

from __future__ import annotations

from detectors.pii import values
from detectors.pii.recognizers.labels import JOIN
from detectors.pii.recognizers.peoples import PEOPLES
from detectors.pii.rows import LABEL, POINT, TERM, TOKENS, WORD, Recognizer

_POSTCODE = (
    "postcode", "post code", "postal code", "zip", "zip code", "zipcode", "plz", "postleitzahl",
    "code postal", "código postal", "codigo postal", "cep", "cap", "pin code", "pincode",
)  # fmt: skip
_BRITISH = ("A0 0AA", "A00 0AA", "AA0 0AA", "AA00 0AA", "A0A 0AA", "AA0A 0AA")
_WRITTEN = (
    r"[A-Z]{1,2}[0-9][0-9A-Z]?[ ]?[0-9][A-Z]{2}|[0-9]{5}(?:-[0-9]{3,4})?|[0-9]{4}(?:[ ]?[A-Z]{2})?"
    r"|[0-9]{3}[ ][0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{6}|[0-9]{3}-[0-9]{4}"
    r"|[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]"
)
_DEGREES = r"[-+]?[0-9]{1,3}\.[0-9]{3,15}"
_UPU = "Universal Postal Union, addressing systems by country"

RECOGNIZERS = (
    Recognizer(
        name="uk_postcode",
        kind="pii.location",
        gate=TOKENS,
        shapes=_BRITISH,
        longest=8,
        validate=values.uk_postcode,
        score=0.7,
        in_context=0.9,
        context=(*_POSTCODE, "address"),
        source="BS 7666; Royal Mail, Programmers' Guide to PAF",
        example="We moved to SW1A 1AA",
    ),
    Recognizer(
        name="ca_postal_code",
        kind="pii.location",
        gate=TOKENS,
        shapes=("A0A 0A0", "A0A-0A0"),
        longest=7,
        validate=values.canadian_postal_code,
        score=0.65,
        in_context=0.9,
        context=(*_POSTCODE, "address", "canada"),
        source="https://www.canadapost-postescanada.ca (addressing guidelines)",
        example="Toronto ON M5V 3L9",
    ),
    Recognizer(
        name="us_state_and_zip",
        kind="pii.location",
        gate=TOKENS,
        shapes=("AA 00000", "AA 00000-0000"),
        longest=13,
        validate=values.us_state_and_zip,
        score=0.6,
        in_context=0.8,
        context=(*_POSTCODE, "address"),
        source="USPS Publication 28, appendix B",
        example="Springfield, IL 62704",
    ),
    Recognizer(
        name="us_zip_plus_four",
        kind="pii.location",
        gate=TOKENS,
        shapes=("00000-0000",),
        longest=10,
        score=0.4,
        in_context=0.85,
        context=(*_POSTCODE, "address"),
        source="USPS Publication 28",
        example="Zip: 62704-1234",
    ),
    Recognizer(
        name="postal_code",
        kind="pii.location",
        gate=LABEL,
        labels=_POSTCODE,
        before="",
        shapes=(f"{JOIN}(?P<value>{_WRITTEN})",),
        longest=10,
        score=0.0,
        in_context=0.85,
        source=_UPU,
        example="Zip code: 62704",
    ),
    Recognizer(
        name="coordinates",
        kind="pii.geo",
        gate=POINT,
        before=rf"(?<![{WORD}.,/\-])(?<![0-9][ ])(?<![0-9],[ ])",
        shapes=(rf"{_DEGREES}(?:\xfe?[ ]?[NS])?,[ ]?{_DEGREES}(?:\xfe?[ ]?[EW])?",),
        after=rf"(?![{WORD}])(?![.,][ ]?-?[0-9])",
        longest=44,
        validate=values.coordinates,
        score=0.55,
        in_context=0.9,
        context=("gps", "lat", "latitude", "lon", "lng", "longitude", "coordinates", "coords",
                 "location", "geo", "position"),
        source="ISO 6709 (decimal degrees)",
        example="Meet at 40.7128, -74.0060",
    ),
    Recognizer(
        name="coordinate_labelled",
        kind="pii.geo",
        gate=LABEL,
        labels=("lat", "latitude", "lon", "lng", "long", "longitude"),
        before="",
        shapes=(r"[\"'*_]{0,2}[ ]?[:=][ ]?[\"'(]?(?P<value>[-+]?[0-9]{1,3}\.[0-9]{3,15})",),
        after=rf"(?![{WORD}])(?![.,][0-9])",
        longest=20,
        validate=values.coordinates,
        score=0.0,
        in_context=0.85,
        source="ISO 6709 (decimal degrees)",
        example="latitude: 40.7128",
    ),
    Recognizer(
        name="people",
        kind="pii.nationality",
        gate=TERM,
        labels=PEOPLES,
        before=rf"(?<![{WORD}.@/\-])(?=[A-Z])",
        shapes=(),
        after=rf"(?![{WORD}@/])(?!\.[0-9A-Za-z])",
        longest=24,
        score=0.0,
        in_context=0.6,
        source="https://en.wikipedia.org/wiki/List_of_adjectival_and_demonymic_forms_for_countries"
        "_and_nations; names of religions and of their followers",
        example="Her husband is Danish.",
    ),
)  # fmt: skip
