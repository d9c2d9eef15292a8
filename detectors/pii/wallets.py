"""Addresses of crypto wallets, by their check sums."""

from __future__ import annotations

import hashlib

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUM, _BECH32M_SUM = 1, 0x2BC830A3
_WORD = (1 << 64) - 1
_RATE = 136


def bitcoin(candidate: str) -> int:
    """An address of Bitcoin's main network: base58check, or bech32 (BIP 173, BIP 350)."""
    right = bech32(candidate) if candidate[:3].lower() == "bc1" else base58check(candidate)
    return len(candidate) if right else 0


def base58check(address: str) -> bool:
    """Whether 25 bytes of version 0 or 5 end with their own check sum."""
    number = 0
    for character in address:
        value = _BASE58.find(character)
        if value < 0:
            return False
        number = number * 58 + value
    if number >> 200:
        return False
    data = number.to_bytes(25, "big")
    ones = len(address) - len(address.lstrip("1"))
    zeros = len(data) - len(data.lstrip(b"\0"))
    digest = hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()
    return data[0] in {0, 5} and ones == zeros and digest[:4] == data[21:]


def bech32(address: str) -> bool:
    """Whether a segregated witness address has the right check sum and length."""
    lower = address.lower()
    if address not in {lower, address.upper()} or not lower.startswith("bc1"):
        return False
    values = [_BECH32.find(character) for character in lower[3:]]
    if -1 in values or len(values) < 8:
        return False
    residue = 1
    for value in (3, 3, 0, 2, 3, *values):  # the prefix "bc", spread out
        top = residue >> 25
        residue = (residue & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_BECH32_GENERATOR):
            residue ^= generator if top >> place & 1 else 0
    expected = _BECH32_SUM if values[0] == 0 else _BECH32M_SUM
    program = (len(values) - 7) * 5 // 8
    sized = program in {20, 32} if values[0] == 0 else 2 <= program <= 40
    return residue == expected and values[0] <= 16 and sized


def ethereum(candidate: str) -> int:
    """An address of Ethereum; where its case is mixed, that is its check sum (EIP-55)."""
    digits = candidate[2:]
    lower = digits.lower()
    if candidate[:2] != "0x" or not set(lower) <= set("0123456789abcdef"):
        return 0
    if digits in {lower, digits.upper()}:
        return len(candidate)
    digest = keccak_256(lower.encode()).hex()
    right = all(
        character.isdigit() or character.isupper() == (nibble in "89abcdef")
        for character, nibble in zip(digits, digest, strict=False)
    )
    return len(candidate) if right else 0


def keccak_256(message: bytes) -> bytes:
    """Keccak as Ethereum took it, before FIPS 202 changed the padding."""
    padded = bytearray(message + b"\1" + bytes(-(len(message) + 1) % _RATE))
    padded[-1] |= 0x80
    state = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            word = int.from_bytes(padded[start + 8 * lane : start + 8 * lane + 8], "little")
            state[lane % 5][lane // 5] ^= word
        _permute(state)
    lanes = (state[lane % 5][lane // 5] for lane in range(4))
    return b"".join(lane.to_bytes(8, "little") for lane in lanes)


def _permute(state: list[list[int]]) -> None:
    """Keccak-f[1600], as the Keccak team's pseudo-code has it (https://keccak.team)."""
    register = 1
    for _ in range(24):
        columns = [a ^ b ^ c ^ d ^ e for a, b, c, d, e in state]
        for x in range(5):
            parity = columns[x - 1] ^ _rotated(columns[(x + 1) % 5], 1)
            state[x] = [lane ^ parity for lane in state[x]]
        x, y, lane = 1, 0, state[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            lane, state[x][y] = state[x][y], _rotated(lane, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [state[x][y] for x in range(5)]
            for x in range(5):
                state[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        for bit in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) % 256
            if register & 2:
                state[0][0] ^= 1 << ((1 << bit) - 1)


def _rotated(lane: int, bits: int) -> int:
    bits %= 64
    return (lane << bits | lane >> (64 - bits)) & _WORD
