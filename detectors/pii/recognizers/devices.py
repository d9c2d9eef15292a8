"""Machines: internet addresses, hardware addresses, mobile devices, vehicles."""

from __future__ import annotations

from detectors.pii import check_digits
from detectors.pii.checks import Checks
from detectors.pii.rows import COLONS, NUMBER, TOKENS, WORD, Recognizer

_IP = (
    "ip", "ipv", "address", "addr", "host", "server", "client", "from", "inet", "ping", "login",
    "dns", "gateway", "subnet", "connection",
)  # fmt: skip
_NOT_IP = (
    "version", "versions", "ver", "release", "released", "build", "rev", "revision", "section",
    "chapter", "firmware", "driver", "upgrade", "upgraded", "oid", "clause", "v",
)  # fmt: skip
_VIN = ("vin", "vehicle", "chassis", "vehicle identification", "car", "fahrgestellnummer")

_APART = r"(?<![0-9A-Za-z\xff][-./])"
# Not after a colon, which would make it the rest of something, but for one as in `IPv6:`.
_IPV6_STARTS = rf"(?<![{WORD}.])(?:(?<![0-9A-Fa-f:]:)|(?<=[g-zG-Z][0-9]:))"

RECOGNIZERS = (
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
    Recognizer(
        name="mac_address",
        kind="pii.device_id",
        gate=COLONS,
        before=rf"(?<![{WORD}:.\-])",
        shapes=(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}",),
        after=rf"(?![{WORD}:])(?!-[0-9A-Za-z])",
        longest=17,
        validate=check_digits.mac,
        score=0.85,
        in_context=0.97,
        context=("mac", "hardware", "ether", "hwaddr", "bluetooth", "wifi", "device"),
        source="IEEE 802-2014 8.1, textual form",
        example="MAC address 00:1A:2B:3C:4D:5E",
    ),
    Recognizer(
        name="mac_address_hyphens",
        kind="pii.device_id",
        gate=TOKENS,
        shapes=("XX-XX-XX-XX-XX-XX",),
        longest=17,
        validate=check_digits.mac,
        score=0.6,
        in_context=0.95,
        context=("mac", "hardware", "physical", "ether", "bluetooth", "wifi", "device"),
        source="IEEE 802-2014 8.1, textual form",
        example="Physical address: 00-1A-2B-3C-4D-5E",
    ),
    Recognizer(
        name="imei",
        kind="pii.device_id",
        gate=TOKENS,
        shapes=("00-000000-000000-0", "00 000000 000000 0"),
        longest=18,
        validate=check_digits.imei,
        checksum=True,
        score=0.6,
        in_context=0.97,
        context=("imei", "imeisv", "handset", "device"),
        source="3GPP TS 23.003 6.2 and annex B",
        example="IMEI 35-209900-176148-1",
    ),
    Recognizer(
        name="imei_plain",
        kind="pii.device_id",
        gate=TOKENS,
        shapes=("000000000000000",),
        validate=check_digits.imei,
        checksum=True,
        score=0.0,
        in_context=0.95,
        context=("imei", "imeisv", "handset"),
        source="3GPP TS 23.003 6.2 and annex B",
        example="IMEI 490154203237518",
    ),
    Recognizer(
        name="vin",
        kind="pii.vehicle",
        gate=TOKENS,
        shapes=("X" * 17,),
        validate=check_digits.vin,
        checksum=True,
        score=0.6,
        in_context=0.97,
        context=_VIN,
        source="49 CFR 565.15",
        example="VIN 1M8GDM9AXKP042788",
    ),
    Recognizer(
        name="vin_unchecked",
        kind="pii.vehicle",
        gate=TOKENS,
        shapes=("X" * 17,),
        validate=check_digits.vin_form,
        score=0.0,
        in_context=0.85,
        context=_VIN,
        source="ISO 3779",
        example="Chassis number WDB9066351S123456",
    ),
)
