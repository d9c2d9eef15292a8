"""Payment cards, bank accounts and crypto wallets."""

from __future__ import annotations

from detectors.pii import wallets
from detectors.pii.checks import Checks
from detectors.pii.rows import ACCOUNT, NUMBER, TOKENS, WORD, Recognizer

_CARD = (
    "card", "cards", "credit", "debit", "visa", "mastercard", "amex", "express", "discover",
    "diners", "jcb", "maestro", "unionpay", "cc", "cvv", "cvc", "expiry", "payment", "kreditkarte",
    "tarjeta", "carte",
)  # fmt: skip
_OTHER = (
    "barcode", "case", "ean", "gtin", "iccid", "id", "invoice", "isbn", "order", "part", "ref",
    "reference", "serial", "sku", "snowflake", "ticket", "timestamp", "tracking", "upc",
    "order number", "part number", "serial number", "tracking number",
)  # fmt: skip
"""What a number is called that only has a card's length by chance."""
_IBAN = ("iban", "account", "bank", "transfer", "swift", "bic", "konto", "compte", "cuenta")
_ISO7812 = (
    "ISO/IEC 7812-1 (check digit, issuers), https://en.wikipedia.org/wiki/Payment_card_number"
)
# A number does not start or end inside a word, a decimal fraction, or groups joined by hyphens.
_NUMBER_STARTS = rf"(?<![{WORD}])(?<![0-9][.])"
_NUMBER_ENDS = rf"(?![{WORD}])(?![.][0-9])"
_WALLET = ("wallet", "bitcoin", "btc", "ethereum", "eth", "crypto", "address", "coin", "erc")

RECOGNIZERS = (
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
            r"[0-9]{4}(?:[.][0-9]{4}){3}",
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
        shapes=(
            r"[0-9]{12,13}|[0-9]{17,19}",
            r"(?<![0-9][ -])[0-9]{4}(?:[ -][0-9]{4}){2}(?![ -][0-9])",
        ),
        after=_NUMBER_ENDS,
        longest=19,
        validate=Checks.payment_card,
        score=0.6,
        in_context=0.9,
        context=_CARD,
        contrary=_OTHER,
        source=_ISO7812,
        example="Card number: 4222222222222",
        checksum=True,
    ),
    Recognizer(
        name="iban",
        kind="pii.iban",
        gate=ACCOUNT,
        before=rf"(?<![{WORD}])",
        shapes=(
            r"[A-Z]{2}[0-9]{2}(?:[ -]?[0-9A-Z]{4}){2,7}(?:[ -]?[0-9A-Z]{1,3})?",
            r"[A-Za-z]{2}[0-9]{2}[0-9A-Za-z]{8,31}",
        ),
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
        name="payment_card_mistyped",
        kind="pii.payment_card",
        gate=TOKENS,
        shapes=(
            "0000 0000 0000 0000",
            "0000-0000-0000-0000",
            "0000.0000.0000.0000",
            "0" * 16,
            "0000 000000 00000",
            "0" * 15,
            "0000-000000-00000",
        ),
        longest=19,
        validate=Checks.unchecked_card,
        score=0.0,
        in_context=0.65,
        context=(
            "card",
            "credit",
            "debit",
            "visa",
            "mastercard",
            "amex",
            "american express",
            "cvv",
            "cvc",
            "cc number",
            "kreditkarte",
        ),
        source=f"{_ISO7812}; the check digit wrong, as in typed or invented numbers",
        example="Credit card number 4111 1111 1111 1112",
    ),
    Recognizer(
        name="iban_mistyped",
        kind="pii.iban",
        gate=ACCOUNT,
        before=rf"(?<![{WORD}])",
        shapes=(r"[A-Z]{2}[0-9]{2}(?:[ ]?[0-9A-Z]{4}){3,7}(?:[ ]?[0-9A-Z]{1,3})?",),
        after=rf"(?![{WORD}])",
        longest=42,
        score=0.0,
        in_context=0.7,
        context=("iban",),
        source="ISO 13616-1; the check digits wrong, as in typed or invented numbers",
        example="IBAN DE12 3456 7890 1234 5678 90",
    ),
    Recognizer(
        name="bitcoin",
        kind="pii.crypto_wallet",
        gate=TOKENS,
        shapes=tuple("X" * size for size in (*range(26, 36), 42, 62)),
        longest=62,
        validate=wallets.bitcoin,
        checksum=True,
        score=0.95,
        in_context=0.99,
        context=_WALLET,
        source="https://en.bitcoin.it/wiki/Base58Check_encoding; BIP 173; BIP 350",
        example="Send it to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    ),
    Recognizer(
        name="ethereum",
        kind="pii.crypto_wallet",
        gate=TOKENS,
        shapes=("X" * 42,),
        longest=42,
        validate=wallets.ethereum,
        checksum=True,
        score=0.9,
        in_context=0.98,
        context=_WALLET,
        source="EIP-55, https://eips.ethereum.org/EIPS/eip-55",
        example="My wallet: 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ),
)
