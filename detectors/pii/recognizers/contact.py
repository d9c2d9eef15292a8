"""E-mail addresses, telephone numbers and web addresses."""

from __future__ import annotations

from detectors.pii.checks import Checks
from detectors.pii.rows import AT, DOT, GAP, NUMBER, SCHEME, WORD, Recognizer

_LABEL = r"[0-9A-Za-z\xff\xfd](?:[0-9A-Za-z\xff\xfd-]{0,61}[0-9A-Za-z\xff\xfd])?"
_TOP = r"(?:xn--[0-9A-Za-z-]{1,59}|[A-Za-z\xff]{2,63}|\xfd{2,63})"
# What a web address goes on with, as RFC 3986 3 has it, and letters beyond ASCII (RFC 3987).
_REST = r"[0-9A-Za-z\xff\-._~:/?#@!$&'()*+,;=%\[\]]"
_PHONE = (
    "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "call", "called", "fax",
    "whatsapp", "sms", "dial", "ph", "handy", "telefon", "mobil", "telefono", "movil", "contact",
    "reach", "text", "ring",
)  # fmt: skip
_RFC5321 = "RFC 5321 4.5.3.1 (lengths), RFC 5322 3.4.1, RFC 6531 3.3 (letters beyond ASCII)"
_E164 = "ITU-T E.164; numbering plans of google/libphonenumber"
_RFC3986 = "RFC 3986 3; RFC 6694 and IANA's root zone (top-level domains), by tldextract"

_APART = r"(?<![0-9A-Za-z\xff][-./])"
_PHONE_STARTS = rf"(?<![{WORD}+#$%*]){_APART}(?<![0-9]:)"
_PHONE_ENDS = rf"(?![{WORD}%@])(?!-[0-9A-Za-z\xff])(?![./:][0-9])"

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
        name="url_with_credentials",
        kind="pii.url",
        gate=SCHEME,
        before=rf"(?<![{WORD}])",
        shapes=(rf"[A-Za-z][0-9A-Za-z+]{{1,11}}://{_REST}{{3,500}}",),
        after="",
        longest=520,
        validate=Checks.url_with_credentials,
        score=0.95,
        in_context=0.98,
        source=f"{_RFC3986}; RFC 3986 3.2.1 (user information)",
        example="Clone https://jane:s3cret@git.example.org/app.git",
    ),
    Recognizer(
        name="url",
        kind="pii.url",
        gate=SCHEME,
        before=rf"(?<![{WORD}])",
        shapes=(rf"[A-Za-z][0-9A-Za-z+]{{1,11}}://{_REST}{{3,500}}",),
        after="",
        longest=520,
        validate=Checks.url,
        score=0.7,
        in_context=0.75,
        source=_RFC3986,
        example="See https://jane.example.org/photos",
    ),
    Recognizer(
        name="domain",
        kind="pii.url",
        gate=DOT,
        before=rf"(?<![{WORD}@.\-/:\\$])",
        shapes=(rf"(?:{_LABEL}\.){{1,8}}{_TOP}(?::[0-9]{{1,5}})?(?:/{_REST}{{0,200}})?",),
        after=r"(?![0-9A-Za-z\xff@(=\[])",
        longest=460,
        validate=Checks.domain,
        score=0.6,
        in_context=0.85,
        context=("website", "site", "visit", "domain", "homepage", "url", "web", "blog", "page"),
        source=_RFC3986,
        example="Her website is janeroe.com",
    ),
    Recognizer(
        name="domain_ambiguous",
        kind="pii.url",
        gate=DOT,
        before=rf"(?<![{WORD}@.\-/:\\$])",
        shapes=(rf"(?:{_LABEL}\.){{1,8}}{_TOP}(?::[0-9]{{1,5}})?(?:/{_REST}{{0,200}})?",),
        after=r"(?![0-9A-Za-z\xff@(=\[])",
        longest=460,
        validate=Checks.ambiguous_domain,
        score=0.25,
        in_context=0.7,
        context=("website", "site", "visit", "domain", "homepage", "url", "web", "blog"),
        source=_RFC3986,
        example="Her website is janeroe.md",
    ),
)
