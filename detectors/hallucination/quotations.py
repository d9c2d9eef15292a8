"""What is quoted in a text, by typographic marks or plain ones."""

from __future__ import annotations

import re

from policyengine import Span

_LENGTHS = "{12,400}"
"""Shorter ones are titles and words set apart."""
_QUOTED = re.compile(
    rf"[\"\u201c\u201e]([^\"\u201c\u201d\u201e\n]{_LENGTHS})[\"\u201d\u201c]"
    rf"|[\u00ab\u00bb]([^\u00ab\u00bb\n]{_LENGTHS})[\u00ab\u00bb]"
    rf"|[\u300c\u300e]([^\u300c-\u300f\n]{_LENGTHS})[\u300d\u300f]"
    rf"|(?<!\w)(?:\u2018([^\u2018\n]{_LENGTHS}?)\u2019|'([^'\n]{_LENGTHS})')(?!\w)"
)


def quotations(text: str) -> list[Span]:
    """What stands between quotation marks, without them."""
    return [Span(*one.span(one.lastindex or 0)) for one in _QUOTED.finditer(text)]
