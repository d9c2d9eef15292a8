"""The recognisers: a row for each shape of personal data, with the page that its rule comes from.

Shapes are written over the bytes of `shapes.shape_of`: ASCII, and a stand-in for every other code
point. A row's `gate` says where to look; its `shapes` say what a candidate is; `validate` has the
last word. A shape is tried at every place, so that what is found depends on nothing but the text
within `longest` and a few characters around it.
"""

from __future__ import annotations

from detectors.pii.checks import Checks
from detectors.pii.rows import ACCOUNT, AT, COLONS, GAP, NUMBER, WORD, Recognizer

_LABEL = r"[0-9A-Za-z\xff\xfd](?:[0-9A-Za-z\xff\xfd-]{0,61}[0-9A-Za-z\xff\xfd])?"
_TOP = r"(?:xn--[0-9A-Za-z-]{1,59}|[A-Za-z\xff]{2,63}|\xfd{2,63})"

_CARD = (
    "card", "cards", "credit", "debit", "visa", "mastercard", "amex", "express", "discover",
    "diners", "jcb", "maestro", "unionpay", "cc", "cvv", "cvc", "expiry", "payment", "kreditkarte",
    "tarjeta", "carte",
)  # fmt: skip
_PHONE = (
    "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "call", "called", "fax",
    "whatsapp", "sms", "dial", "ph", "handy", "telefon", "mobil", "telefono", "movil", "contact",
    "reach", "text", "ring",
)  # fmt: skip
_SSN = ("ssn", "ssns", "social", "ss", "taxpayer", "tin")
_IBAN = ("iban", "account", "bank", "transfer", "swift", "bic", "konto", "compte", "cuenta")
_IP = (
    "ip", "ipv", "address", "addr", "host", "server", "client", "from", "inet", "ping", "login",
    "dns", "gateway", "subnet", "connection",
)  # fmt: skip
_NOT_IP = (
    "version", "versions", "ver", "release", "released", "build", "rev", "revision", "section",
    "chapter", "firmware", "driver", "upgrade", "upgraded", "oid", "clause", "v",
)  # fmt: skip

_RFC5321 = "RFC 5321 4.5.3.1 (lengths), RFC 5322 3.4.1, RFC 6531 3.3 (letters beyond ASCII)"
_E164 = "ITU-T E.164; numbering plans of google/libphonenumber"
_ISO7812 = (
    "ISO/IEC 7812-1 (check digit, issuers), https://en.wikipedia.org/wiki/Payment_card_number"
)
_SSA = "https://www.ssa.gov/employer/randomization.html, SSA POMS RM 10201.035 (never issued)"

# A number does not start or end inside a word, a decimal fraction, or groups joined by hyphens.
_NUMBER_STARTS = rf"(?<![{WORD}])(?<![0-9][.])"
_NUMBER_ENDS = rf"(?![{WORD}])(?![.][0-9])"
_APART = r"(?<![0-9A-Za-z\xff][-./])"
_PHONE_STARTS = rf"(?<![{WORD}+#$%*]){_APART}(?<![0-9]:)"
_PHONE_ENDS = rf"(?![{WORD}%@])(?!-[0-9A-Za-z\xff])(?![./:][0-9])"

# Not after a colon, which would make it the rest of something, but for one as in `IPv6:`.
_IPV6_STARTS = rf"(?<![{WORD}.])(?:(?<![0-9A-Fa-f:]:)|(?<=[g-zG-Z][0-9]:))"

RECOGNIZERS = (
    Recognizer(
        name="email",
        kind="pii.email",
        gate=AT,
        before="",
        shapes=(rf"@((?:{_LABEL}\.)+{_TOP})",),
        after=r"(?![0-9A-Za-z\xff])",
        longest=254,
        validate=None,
        score=0.98,
        in_context=0.99,
        context=("email", "mail", "mailto", "contact"),
        source=_RFC5321,
        example="Write to jane.roe@example.org.",
    ),
    Recognizer(
        name="payment_card",
        kind="pii.payment_card",
        gate=NUMBER,
        before=_NUMBER_STARTS,
        shapes=(
            r"[0-9]{14,16}",
            r"(?<![0-9]-)[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5}(?!-[0-9])",
            r"(?<![0-9]-)[0-9]{4}(?:[ -][0-9]{4}){2}[ -][0-9]{1,4}(?!-[0-9])",
            r"(?<![0-9]-)[0-9]{4}(?:[ -][0-9]{4}){3}[ -][0-9]{1,3}(?!-[0-9])",
        ),
        after=_NUMBER_ENDS,
        longest=23,
        validate=Checks.payment_card,
        score=0.9,
        in_context=0.99,
        context=_CARD,
        source=_ISO7812,
        example="My card is 4111 1111 1111 1111.",
        checksum=True,
    ),
    Recognizer(
        name="payment_card_rare_length",
        kind="pii.payment_card",
        gate=NUMBER,
        before=_NUMBER_STARTS,
        shapes=(r"[0-9]{13}|[0-9]{17,19}",),
        after=_NUMBER_ENDS,
        longest=19,
        validate=Checks.payment_card,
        score=0.4,
        in_context=0.9,
        context=_CARD,
        source=_ISO7812,
        example="Card number: 4222222222222",
        checksum=True,
    ),
    Recognizer(
        name="iban",
        kind="pii.iban",
        gate=ACCOUNT,
        before=rf"(?<![{WORD}])",
        shapes=(r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]{4}){2,7}(?:[ -]?[0-9A-Za-z]{1,3})?",),
        after="",
        longest=44,
        validate=Checks.iban,
        score=0.95,
        in_context=0.99,
        context=_IBAN,
        source="ISO 13616-1; SWIFT IBAN Registry, by python-stdnum",
        example="IBAN GB82 WEST 1234 5698 7654 32",
        checksum=True,
    ),
    Recognizer(
        name="phone_international",
        kind="pii.phone",
        gate=NUMBER,
        before=rf"(?<![{WORD}+])",
        shapes=(rf"[+][ (]?[0-9](?:{GAP}?[0-9]){{6,15}}",),
        after=_PHONE_ENDS,
        longest=63,
        validate=Checks.international_phone,
        score=0.95,
        in_context=0.99,
        context=_PHONE,
        source=_E164,
        example="Call +44 20 7946 0958.",
    ),
    Recognizer(
        name="phone_national",
        kind="pii.phone",
        gate=NUMBER,
        before=_PHONE_STARTS,
        shapes=(
            rf"[0-9]{{1,6}}(?:{GAP}[0-9]{{2,8}}){{1,5}}",
            rf"[(][0-9]{{1,5}}[)][ .\-/]?[0-9]{{2,8}}(?:{GAP}[0-9]{{2,8}}){{0,4}}",
        ),
        after=_PHONE_ENDS,
        longest=61,
        validate=Checks.national_phone,
        score=0.7,
        in_context=0.95,
        context=_PHONE,
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
        longest=17,
        validate=Checks.national_phone,
        score=0.3,
        in_context=0.8,
        context=_PHONE,
        source=_E164,
        example="My mobile is 4155552671.",
    ),
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
        score=0.4,
        in_context=0.9,
        context=_SSN,
        source=_SSA,
        example="Social security number: 536 90 4399",
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
    Recognizer(
        name="ipv4",
        kind="pii.ip_address",
        gate=NUMBER,
        # `Chrome/120.0.0.0`, `lib-1.2.3.4` and `1.2.3.4.tar` are versions.
        before=rf"(?<![{WORD}.])(?<![A-Za-z\xff][-/])",
        shapes=(r"(?:[0-9]{1,3}[.]){3}[0-9]{1,3}",),
        after=rf"(?![{WORD}])(?![.][{WORD}])(?!-[A-Za-z\xff])",
        longest=15,
        validate=Checks.ipv4,
        score=0.75,
        in_context=0.95,
        context=_IP,
        source="RFC 791; textual form of RFC 6943 3.1.1, strict",
        example="The client 203.0.113.7 logged in.",
        against=0.2,
        contrary=_NOT_IP,
    ),
    Recognizer(
        name="ipv6",
        kind="pii.ip_address",
        gate=COLONS,
        before=_IPV6_STARTS,
        shapes=(r"(?:[0-9A-Fa-f]{1,4})?(?:::?[0-9A-Fa-f]{1,4}){1,7}(?:::|(?:[.][0-9]{1,3}){3})?",),
        after=rf"(?![{WORD}])(?!:[0-9A-Fa-f:])(?![.][0-9])",
        longest=57,
        validate=Checks.ipv6,
        score=0.95,
        in_context=0.99,
        context=_IP,
        source="RFC 4291 2.2",
        example="Ping 2001:db8::8a2e:370:7334 now.",
    ),
    Recognizer(
        name="ipv6_short",
        kind="pii.ip_address",
        gate=COLONS,
        before=_IPV6_STARTS,
        shapes=(r"(?:[0-9A-Fa-f]{1,4})?::(?:[0-9A-Fa-f]{1,4})?",),
        after=rf"(?![{WORD}])(?!:[0-9A-Fa-f:])(?![.][0-9])",
        longest=10,
        validate=Checks.short_ipv6,
        score=0.3,
        in_context=0.8,
        context=_IP,
        source="RFC 4291 2.2",
        example="The gateway's IP is fe80::1",
    ),
)
