"""Telephone numbers, as they are written all over the world."""

from __future__ import annotations

from detectors.pii import values
from detectors.pii.checks import Checks
from detectors.pii.rows import GAP, NUMBER, WORD, Recognizer

_PHONE = (
    "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "call", "called", "fax",
    "whatsapp", "sms", "dial", "ph", "handy", "telefon", "mobil", "telefono", "movil", "contact",
    "reach", "text", "ring",
)  # fmt: skip
_CALLED = (
    "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "whatsapp", "sms", "dial",
    "phone number", "call me", "telefon", "telefono", "téléphone", "handy", "mobil", "movil",
    "celular", "portable", "reach me", "text me", "call", "call us", "contact number", "hotline",
    "my number", "your number", "his number", "her number", "their number", "new number",
    "landline", "direct line", "helpline", "toll free", "voicemail", "emergency contact", "contact",
    "contact me", "contact us", "phone no", "tlf", "gsm", "home number", "work number",
    "office number", "called", "calling", "texted", "dialed", "dialled", "rang",
)  # fmt: skip
_OTHER = (
    "account", "case", "claim", "ein", "id", "invoice", "isbn", "member", "nip", "npi",
    "order", "part", "pesel", "policy", "reference", "serial", "ticket", "tracking",
    "account number", "case number", "claim number", "customer number", "customer id",
    "customer no", "invoice number",
    "member number", "nip number", "order number", "part number", "pesel number", "policy number",
    "reference number", "serial number", "ticket number", "tracking number",
)  # fmt: skip
"""What a number is called that is no telephone's."""
_E164 = "ITU-T E.164; numbering plans of google/libphonenumber"

_APART = r"(?<![0-9A-Za-z\xff][-./])"
_PHONE_STARTS = rf"(?<![{WORD}+#$%*]){_APART}(?<![0-9]:)"
_EXTENSION = (
    r"(?:,?[ ]{0,2}(?:[Ee]xt(?:ension|\.|n\.?)?|EXT\.?|[Xx]|#)[ .:]{0,2}[0-9]{1,6}"
    rf"(?![{WORD}%@])(?![.,/-][0-9]))?"
)
_EXTENDED = 24
"""What an extension adds to a number at the most."""
_PHONE_ENDS = rf"(?![{WORD}%@])(?!-[0-9A-Za-z\xff])(?![./:][0-9])"

RECOGNIZERS = (
    Recognizer(
        name="phone_international",
        kind="pii.phone",
        gate=NUMBER,
        before=rf"(?<![{WORD}+])",
        shapes=(rf"[+][ (]?[0-9](?:{GAP}?[0-9]){{6,15}}",),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=63 + _EXTENDED,
        validate=Checks.international_phone,
        score=0.95,
        in_context=0.99,
        context=_PHONE,
        source=_E164,
        example="Call +44 20 7946 0958.",
    ),
    Recognizer(
        name="phone_dialled_abroad",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS,
        shapes=(rf"[0-9]{{2,3}}[ .\-]?[0-9](?:{GAP}?[0-9]){{6,15}}",),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=65 + _EXTENDED,
        validate=Checks.phone_dialled_abroad,
        score=0.6,
        in_context=0.95,
        context=_PHONE,
        contrary=_OTHER,
        source=f"{_E164}; ITU-T E.123 and NANPA (international prefixes 00 and 011)",
        example="Phone 0049 30 901820",
    ),
    Recognizer(
        name="phone_national",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS + "(?<![0-9][ ])",
        shapes=(
            rf"[0-9]{{1,6}}(?:{GAP}[0-9]{{2,8}}){{1,5}}",
            rf"[(][0-9]{{1,5}}[)][ .\-/]?[0-9]{{2,8}}(?:{GAP}[0-9]{{2,8}}){{0,4}}",
        ),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=61 + _EXTENDED,
        validate=Checks.national_phone,
        score=0.7,
        in_context=0.95,
        context=_PHONE,
        contrary=_OTHER,
        source=_E164,
        example="Phone: (415) 555-2671",
    ),
    Recognizer(
        name="phone_digits",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS,
        shapes=(r"[0-9]{7,17}",),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=17 + _EXTENDED,
        validate=Checks.national_phone,
        score=0.3,
        in_context=0.8,
        context=_PHONE,
        contrary=_OTHER,
        source=_E164,
        example="My mobile is 4155552671.",
    ),
    Recognizer(
        name="phone_with_extension",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS,
        shapes=(rf"[(+]?[0-9](?:{GAP}?[0-9]){{6,17}}[ ]?[A-Za-z][0-9]{{1,6}}",),
        after=rf"(?![{WORD}%@])",
        longest=71,
        validate=Checks.phone_with_extension,
        score=0.9,
        in_context=0.97,
        context=_PHONE,
        source=f"{_E164}; RFC 3966 5.3 (extension)",
        example="Phone: 415-555-2671x123",
    ),
    Recognizer(
        name="phone_unassigned",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS + "(?<![0-9][ ])",
        shapes=(
            r"[+][0-9]{1,3}(?:[ .\-][(]?[0-9]{1,4}[)]?){2,5}",
            r"[+][0-9]{1,3}[ ]?[(][0-9]{1,4}[)](?:[ .\-]?[0-9]{2,8}){1,4}",
            r"[+][0-9]{9,13}",
            r"(?:[0-9]{1,3}[ .\-]?)?[(][0-9]{3}[)][ .\-]?[0-9]{3}[-. ][0-9]{4}",
            r"(?:[0-9]{1,3}-)?[0-9]{3}-[0-9]{3}-[0-9]{4}",
            r"(?:[0-9]{1,3}\.)?[0-9]{3}\.[0-9]{3}\.[0-9]{4}",
        ),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=44 + _EXTENDED,
        validate=values.unassigned_phone,
        score=0.55,
        in_context=0.9,
        context=_PHONE,
        contrary=_OTHER,
        source="how numbers are written (ITU-T E.123), whether or not they are assigned",
        example="Call (555) 123-4567",
    ),
    Recognizer(
        name="phone_from_zero",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS + "(?<![0-9][ ])",
        shapes=(
            r"[0-9]{2,5}(?:[ .\-/][0-9]{2,5}){2,4}",
            r"[(][0-9]{2,5}[)][ ]?[0-9]{2,8}(?:[ .\-][0-9]{2,4}){0,3}",
            r"[0-9]{2,5}[ /\-][0-9]{6,8}",
        ),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=32 + _EXTENDED,
        validate=values.trunk_phone,
        score=0.55,
        in_context=0.9,
        context=_PHONE,
        contrary=_OTHER,
        source="ITU-T E.123 (groups), E.164 (lengths): the trunk prefix of most countries",
        example="You find us at 0475 93 39 51",
    ),
    Recognizer(
        name="phone_grouped",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS + "(?<![0-9][ ])",
        shapes=(
            r"[0-9]{3}-[0-9]{4}",
            r"[(]?[0-9]{1,5}[)]?(?:[ .\-/][0-9]{2,8}){1,4}",
        ),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=46 + _EXTENDED,
        validate=values.phone,
        score=0.0,
        in_context=0.75,
        context=_CALLED,
        contrary=_OTHER,
        source="how numbers are written (ITU-T E.123), in any country",
        example="My phone number is 06-123 45678",
    ),
    Recognizer(
        name="phone_bare",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS,
        shapes=(r"[0-9]{7,13}",),
        after=_PHONE_ENDS,
        tail=_EXTENSION,
        longest=13 + _EXTENDED,
        score=0.0,
        in_context=0.55,
        context=_CALLED,
        contrary=_OTHER,
        source="ITU-T E.164 (length), in any country",
        example="My phone number is 0612345678",
    ),
)
