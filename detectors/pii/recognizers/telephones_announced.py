"""Telephone numbers that only a word tells from other numbers."""

from __future__ import annotations

from detectors.pii import dialling
from detectors.pii.recognizers.labels import labelled
from detectors.pii.recognizers.telephones import E164, ENDS, EXTENDED, EXTENSION, OTHER, STARTS
from detectors.pii.rows import GAP, NUMBER, Recognizer

_CALLED = (
    "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "whatsapp", "sms", "dial",
    "phone number", "call me", "telefon", "telefono", "téléphone", "handy", "mobil", "movil",
    "celular", "portable", "reach me", "text me", "call", "call us", "contact number", "hotline",
    "my number", "your number", "his number", "her number", "their number", "new number",
    "landline", "direct line", "helpline", "toll free", "voicemail", "emergency contact", "contact",
    "contact me", "contact us", "phone no", "tlf", "gsm", "home number", "work number",
    "office number", "called", "calling", "texted", "dialed", "dialled", "rang", "reach us",
    "reach him", "reach her", "reach them", "ring me", "ring us", "text us", "text him", "text her",
    "on this number", "at this number", "following number",
)  # fmt: skip

RECOGNIZERS = (
    Recognizer(
        name="phone_grouped",
        kind="pii.phone",
        gate=NUMBER,
        before=STARTS + "(?<![0-9][ ])",
        shapes=(
            r"[0-9]{3}-[0-9]{4}",
            (
                r"[(]?[0-9]{1,6}(?:[)][ .\-/]?|[ .\-/])(?:[0-9][ .\-/])?[0-9]{2,8}"
                r"(?:[ .\-/][0-9]{2,8}){0,3}"
            ),
            r"(?:[0-9]{1,3}[ .\-/]|[(][0-9]{1,3}[)][ ]?)[0-9]{9,10}",
        ),
        after=ENDS,
        tail=EXTENSION,
        longest=46 + EXTENDED,
        validate=dialling.phone,
        score=0.0,
        in_context=0.75,
        context=_CALLED,
        contrary=OTHER,
        source="how numbers are written (ITU-T E.123), in any country",
        example="My phone number is 06-123 45678",
    ),
    Recognizer(
        name="phone_bare",
        kind="pii.phone",
        gate=NUMBER,
        before=STARTS,
        shapes=(r"[0-9]{7,13}",),
        after=ENDS,
        tail=EXTENSION,
        longest=13 + EXTENDED,
        score=0.0,
        in_context=0.55,
        context=_CALLED,
        contrary=OTHER,
        source="ITU-T E.164 (length), in any country",
        example="My phone number is 0612345678",
    ),
    labelled(
        "phone_short",
        "pii.phone",
        dialling.short_phone,
        (
            "phone",
            "telephone",
            "tel",
            "fax",
            "mobile",
            "phone number",
            "telefon",
            "tel no",
            "mobile number",
            "telephone number",
            "fax number",
        ),
        r"[.\"]?(?:[ ]is)?[ ]?:?[ ]?\"?(?P<value>[0-9]{5,6}|[0-9]{1,3}(?:[ .\-][0-9]{2,3}){1,2})"
        + ENDS
        + "(?![ ][0-9])",
        0.75,
        "Tel. 82 12 34",
        "numbering plans of small countries (ITU-T E.164)",
        after="",
        longest=9,
    ),
    labelled(
        "phone_to_text",
        "pii.phone",
        dialling.phone,
        ("text", "txt", "text me", "text us"),
        rf"[ ](?:(?:at|on)[ ])?(?P<value>[(]?[0-9](?:{GAP}?[0-9]){{6,14}})" + ENDS,
        0.8,
        "Text 0969 099 903 when you arrive.",
        E164,
        after="",
        longest=44,
    ),
)
