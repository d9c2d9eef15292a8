"""What a pipeline finds, and how the labels of pipelines map to the kinds of `pii`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("person", "location", "organization", "street_address", "nationality")
"""The kinds that a pipeline may find, without their prefix."""

LABELS: Mapping[str, str] = {
    # OntoNotes 5, section 2.6: https://catalog.ldc.upenn.edu/docs/LDC2013T19/OntoNotes-Release-5.0.pdf
    "PERSON": "person",
    "GPE": "location",
    "LOC": "location",
    "FAC": "location",
    "ORG": "organization",
    "NORP": "nationality",
    # CoNLL 2003 and WikiNER, as in spaCy's de, fr, es, it, pt, xx: https://spacy.io/models
    "PER": "person",
    # Other pipelines of spaCy: pl and ro, ja and ko, sv, da, nb, fi, lt, hr.
    "persName": "person",
    "PRS": "person",
    "PS": "person",
    "placeName": "location",
    "geogName": "location",
    "LC": "location",
    "GPE_LOC": "location",
    "orgName": "organization",
    "ORGANISATION": "organization",
    "OG": "organization",
    "NAT_REL_POL": "nationality",
    # The packaged pipeline.
    "LOCATION": "location",
    "ORGANIZATION": "organization",
    "STREET_ADDRESS": "street_address",
    "NATIONALITY": "nationality",
}
"""A pipeline's label and our kind; a label that is not here (DATE, MONEY, MISC) is left out."""

TITLE = re.compile(
    r"(?i)(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|herr|frau|monsieur|madame|señora?)"
    r"\b\.?\s*)+"
)
"""Forms of address: pipelines differ on whether they are a part of a name; here they are not."""

POSTAL_CODE = re.compile(r"\d{3,7}|\d{2,5}[ -]\d{2,5}")
"""Figures that can be a postal code: three in Iceland, seven in Chile, nine in the USA."""

STREET = re.compile(
    r"(?i)\b(?:street|str|st|road|rd|avenue|ave?|lane|ln|drive|dr|court|ct|boulevard|blvd|place|pl|"
    r"way|terrace|circle|parkway|pkwy|highway|hwy|square|close|crescent|grove|trail|row|hill|gardens|"
    r"mews|walk|loop|plaza|alley|run|ridge|route|broadway|green|box|apt|apartment|suite|ste|unit|flat|"
    r"house|plot|block|rue|via|viale|piazza|calle|avenida|rua|carrera|plac|ul|ulica)\b|"
    r"(?:stra(?:ss|ß|at)e?|gasse|weg|platz|laan|plein|gatan|vägen|vej|gade|katu|tie|utca|caddesi)\b"
)
"""Words for a street, a house or a box: in small letters nothing else tells one from a count."""

FOREIGN_SCORE = 0.85
"""The score of what a pipeline of spaCy finds: its NER gives none.

About the precision that spaCy states for its English pipelines: https://spacy.io/models/en
"""


@dataclass(frozen=True, slots=True)
class Entity:
    """A named thing in a text: `text[start:end]`, in code points.

    `kind` is one of `KINDS`; `score` the share of such entities that were right when measured.
    """

    start: int
    end: int
    kind: str
    score: float
