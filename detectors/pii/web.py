"""Web addresses: where they end, what they give away, and which names are names of hosts."""

from __future__ import annotations

import re
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

_HOST = re.compile(
    r"[A-Za-z][0-9A-Za-z+]*://(?P<user>[^/?#@\s]{1,100}@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z\xff](?:[0-9A-Za-z\xff\-]*\.)+[0-9A-Za-z\xff\-]+)(?=[:/?#]|\Z)"
)
_SECRET = re.compile(
    r"[?&#](?:[a-z_\-]*(?:token|secret|passw(?:or)?d|pwd|api_?key|apikey|signature|sig|auth|session|"
    r"credential)[a-z_\-]*|key|code|sid|jwt)=[^&#]{6,}",
    re.IGNORECASE,
)
_ENDINGS = ".,;:!?'*_"
_PAIRS = {")": "(", "]": "["}

# Country codes that end files' names or are words, which prose without its spaces makes.
_AMBIGUOUS = frozenset((
    "py", "md", "rs", "sh", "pl", "cc", "so", "ps", "zip", "mov", "ts", "mm", "gz", "la", "ml",
    "ai", "id", "is", "in", "it", "me", "to", "at", "by", "do", "my", "no", "am", "be", "pm",
    "as", "us", "tv", "im", "ax", "vi", "nu", "st", "gs", "sc", "tm", "va", "mk", "pn", "rip",
    "py", "bz", "cu", "cs", "js", "ms", "bin", "map", "name", "run", "call", "list", "box",
    "data", "link", "click", "now", "live",
))  # fmt: skip
_USUAL = frozenset((
    "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "pro", "mobi", "jobs",
    "travel", "museum", "coop", "aero", "asia", "cat", "tel", "post", "eu", "app", "dev", "xyz",
    "online", "site", "website", "shop", "store", "tech", "cloud", "blog", "page", "club", "io",
    "ai", "me", "tv",
))  # fmt: skip


def url(candidate: str) -> int:
    """How much of a candidate is the address of a host with a dot in its name."""
    end = len(candidate)
    while end and (
        candidate[end - 1] in _ENDINGS
        or (
            candidate[end - 1] in _PAIRS
            and candidate.count(candidate[end - 1], 0, end)
            > candidate.count(_PAIRS[candidate[end - 1]], 0, end)
        )
    ):
        end -= 1
    return end if _HOST.match(candidate[:end]) else 0


def credentials(candidate: str) -> bool:
    """Whether an address holds a password before its host or a token after it."""
    host = _HOST.match(candidate)
    user = host["user"] if host else None
    return bool(user and ":" in user) or _SECRET.search(candidate) is not None


class Domains:
    """Names of hosts, by the top-level domains that there are."""

    def __init__(self) -> None:
        # The library's list is read without the library, which would load an HTTP client.
        spec = find_spec("tldextract")
        if spec is None or not spec.submodule_search_locations:
            raise ImportError("no list of domains", name="tldextract")
        self._list = Path(spec.submodule_search_locations[0]) / ".tld_set_snapshot"

    @cached_property
    def _known(self) -> frozenset[str]:
        lines = self._list.read_text(encoding="utf-8").splitlines()
        return frozenset(line for line in lines if line.isalpha())

    def usual(self, candidate: str) -> int:
        """How much is a host under a domain that is seldom anything else."""
        host, top, end = _parts(candidate)
        certain = top in _USUAL or (len(top) == 2 and top not in _AMBIGUOUS)
        certain = certain or host.lower().startswith("www.") or host.count(".") > 1
        return end if certain and self._is_top(host, top) else 0

    def unusual(self, candidate: str) -> int:
        """How much is a host under any domain."""
        host, top, end = _parts(candidate)
        return end if self._is_top(host, top) else 0

    def _is_top(self, host: str, top: str) -> bool:
        # A sentence that goes on without a space begins with a capital.
        written = host.rpartition(".")[2]
        cased = written.islower() or host.isupper() or "\xff" in written
        return cased and ("\xff" in top or top.startswith("xn--") or top in self._known)


def _parts(candidate: str) -> tuple[str, str, int]:
    """The host, its last label and how long the candidate is without what ends the sentence."""
    end = len(candidate.rstrip(_ENDINGS))
    host = re.split("[:/]", candidate[:end], maxsplit=1)[0]
    return host, host.rpartition(".")[2].lower(), end
