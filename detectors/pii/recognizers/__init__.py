"""The recognisers: rows for each shape of personal data, with the page that its rule comes from.

Of two rows that are equally sure of one place the earlier is told.
"""

from __future__ import annotations

from detectors.pii.recognizers import (
    contact,
    dates,
    devices,
    elsewhere,
    europe_north,
    europe_south_east,
    finance,
    people,
    places,
    telephones,
    telephones_announced,
    united_kingdom,
    united_states,
)

RECOGNIZERS = (
    *contact.RECOGNIZERS,
    *telephones.RECOGNIZERS,
    *telephones_announced.RECOGNIZERS,
    *finance.RECOGNIZERS,
    *devices.RECOGNIZERS,
    *united_states.RECOGNIZERS,
    *united_kingdom.RECOGNIZERS,
    *europe_north.RECOGNIZERS,
    *europe_south_east.RECOGNIZERS,
    *elsewhere.RECOGNIZERS,
    *dates.RECOGNIZERS,
    *people.RECOGNIZERS,
    *places.RECOGNIZERS,
)
"""All of them, in the order of their precedence."""
