"""E-mail addresses and web addresses."""

from __future__ import annotations

from detectors.pii.checks import Checks
from detectors.pii.rows import AT, DOT, SCHEME, WORD, Recognizer

_LABEL = r"[0-9A-Za-z\xff\xfd](?:[0-9A-Za-z\xff\xfd-]{0,61}[0-9A-Za-z\xff\xfd])?"
_TOP = r"(?:xn--[0-9A-Za-z-]{1,59}|[A-Za-z\xff]{2,63}|\xfd{2,63})"
# What a web address goes on with, as RFC 3986 3 has it, and letters beyond ASCII (RFC 3987).
_REST = r"[0-9A-Za-z\xff\-._~:/?#@!$&'()*+,;=%\[\]]"
_RFC5321 = "RFC 5321 4.5.3.1 (lengths), RFC 5322 3.4.1, RFC 6531 3.3 (letters beyond ASCII)"
_RFC3986 = "RFC 3986 3; RFC 6694 and IANA's root zone (top-level domains), by tldextract"

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
