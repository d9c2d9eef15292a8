"""Numbers with a check: a valid and an invalid one each, with the page that they come from.

Unless a comment says otherwise, the valid one stands in the documentation of python-stdnum's
module, at https://arthurdejong.org/python-stdnum/doc/2.2/stdnum.<module>, and the invalid one does
too or is the valid one with another check digit.
"""

from __future__ import annotations

from functools import cache

import pytest

from detectors.pii.checks import Checks
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.scanning import Scanner
from detectors.pii.shapes import Standins, shape_of

# The name of a row, what announces the number, a valid one and an invalid one.
NUMBERS = [
    ("be_national_number", "NN", "85.07.30-033.28", "85.07.30-033.29"),
    ("be_vat", "BTW", "0428.759.497", "0428.759.498"),
    ("nl_bsn_plain", "BSN", "111222333", "111252333"),
    ("nl_vat", "BTW", "NL004495445B01", "NL123456789B90"),
    ("de_tax_id", "IdNr", "36 574 261 809", "36 574 261 890"),
    ("de_vat", "USt", "DE136695976", "DE136695978"),
    ("at_social_security", "SVNR", "1237 010180", "2237 010180"),
    ("at_tax_number", "Steuernummer", "59-119/9013", "59-119/9012"),
    ("at_vat", "UID", "ATU13585627", "ATU13585626"),
    ("ch_social_security", "AHV", "756.9217.0769.85", "756.9217.0769.84"),
    ("ch_uid", "UID", "CHE-100.155.212", "CHE-100.155.213"),
    ("ie_pps", "PPS", "6433435F", "6433435E"),
    ("dk_cpr", "CPR", "211062-5629", "511062-5629"),
    ("dk_cvr_plain", "CVR", "13585628", "13585627"),
    ("no_organisation_plain", "orgnr", "988077917", "988077918"),
    ("se_organisation", "orgnr", "123456-7897", "123456-7891"),
    ("fi_business_id", "Y-tunnus", "2077474-0", "2077474-1"),
    ("no_personal_number", "fnr", "151086 95088", "151086 95077"),
    ("se_personal_number", "personnummer", "880320-0016", "880320-0018"),
    ("fi_personal_code", "hetu", "131052-308T", "131052-308U"),
    ("ee_personal_code", "isikukood", "36805280109", "36805280108"),
    ("lt_personal_code", "asmens kodas", "33309240064", "33309240164"),
    ("lv_personal_code", "PVN", "161175-19997", "161375-19997"),
    ("fr_social_security", "NIR", "2 95 10 99 126 111 93", "2 95 10 99 126 111 92"),
    ("fr_tax_number", "numéro fiscal", "30 23 217 600 053", "30 23 217 600 054"),
    ("fr_siren", "SIREN", "552 008 443", "404 833 047"),
    ("fr_siret", "SIRET", "732 829 320 00074", "732 829 320 00079"),
    ("fr_vat", "TVA", "FR40303265045", "FR84323140391"),
    ("es_dni", "DNI", "54362315-K", "54362315-Z"),
    ("es_nie", "NIE", "X-2482300-W", "X-2482300-A"),
    ("es_cif_plain", "CIF", "J99216582", "J99216583"),
    ("pt_nif_plain", "NIF", "501964843", "501964842"),
    ("pt_citizen_card_plain", "cartão de cidadão", "000000000ZZ4", "000000000ZZ3"),
    ("it_codice_fiscale", "codice fiscale", "RCCMNL83S18D969H", "RCCMNL83S18D969K"),
    ("it_vat_plain", "partita IVA", "00743110157", "00743110158"),
    ("gr_amka", "AMKA", "01013099997", "01013099999"),
    ("gr_vat_plain", "AFM", "094259216", "123456781"),
    ("hr_oib_plain", "OIB", "33392005961", "33392005962"),
    ("si_emso", "EMSO", "0101006500006", "0101006500007"),
    ("si_tax_number_plain", "DDV", "50223054", "50223055"),
    ("hu_tax_number", "adószám", "HU12892312", "HU12892313"),
    ("cz_sk_birth_number", "rodné číslo", "710319/2745", "710319/2746"),
    ("cz_vat", "DIČ", "CZ25123891", "CZ25123890"),
    ("sk_vat", "IČ DPH", "SK2022749619", "SK2022749618"),
    ("pl_pesel", "PESEL", "44051401359", "44051401358"),
    ("pl_nip", "NIP", "856-734-62-15", "856-734-62-16"),
    ("pl_regon", "REGON", "192598184", "192598183"),
    ("ro_cnp", "CNP", "1630615123457", "1630615123458"),
    ("ro_company_plain", "CUI", "18547290", "18547291"),
    ("bg_egn", "EGN", "752316 926 3", "852316 926 3"),
    ("bg_vat_plain", "EIK", "175074752", "175074751"),
    ("tr_identity_number", "kimlik", "17291716060", "17291716050"),
    ("tr_tax_number", "VKN", "4540536920", "4540536921"),
    ("ca_sin", "SIN", "123-456-782", "123-456-783"),
    ("ca_business_number", "BN", "12302 6635 RC 0001", "12302 6635 AA 0001"),
    ("mx_curp", "CURP", "BOXW310820HNERXN09", "BOXW310820HNERXN08"),
    ("br_cpf", "CPF", "390.533.447-05", "231.002.999-00"),
    ("br_cnpj", "CNPJ", "16.727.230/0001-97", "16.727.230.0001/98"),
    ("cl_rut", "RUT", "12.531.909-2", "76.086.428-4"),
    ("co_nit", "NIT", "213.123.432-1", "213.123.432-2"),
    ("ar_cuit", "CUIT", "20-05536168-2", "20-05536168-3"),
    ("au_tfn", "TFN", "123 456 782", "999 999 999"),
    ("au_abn", "ABN", "83 914 571 673", "99 999 999 999"),
    ("au_acn", "ACN", "004 085 616", "010 499 967"),
    ("nz_ird", "IRD", "49-091-850", "49-091-851"),
    ("in_aadhaar", "aadhaar", "2341 2341 2346", "2341 2341 2347"),
    ("in_pan", "PAN", "ACUPA7085R", "ABMXA3211G"),
    ("in_voter_id", "voter", "WKH1186253", "WKH1186263"),
    ("in_gstin", "GSTIN", "27AAPFU0939F1ZV", "27AAPFU0939F1O1"),
    ("jp_my_number", "my number", "6214 9832 0257", "6214 9832 0258"),
    ("jp_corporate_number", "corporate number", "5-8356-7825-6246", "2-8356-7825-6246"),
    ("kr_resident_number", "RRN", "971013-9019902", "971013-9019903"),
    ("kr_business_number", "BRN", "116-82-00276", "000-82-00276"),
    ("cn_resident_identity", "RIC", "360426199101010071", "360426199113010079"),
    ("cn_credit_code", "USCC", "91110000600037341L", "A1110000600037341L"),
    ("tw_business_number", "UBN", "00501503", "00501502"),
    ("th_citizen_number", "Thai ID", "1-2345-45678-78-1", "1-2345-45678-78-9"),
    ("sg_uen", "UEN", "00192200M", "00192200C"),
    ("za_identity_number_plain", "ID number", "7503305044089", "8503305044089"),
    ("uk_nhs", "NHS", "943 476 5870", "943 476 5871"),
    ("uk_tax_reference_plain", "UTR", "1955839661", "2955839661"),
    ("uk_vat_plain", "VAT reg", "980780684", "802311781"),
    ("us_itin", "ITIN", "912-90-3456", "123-45-6789"),
    ("us_ein", "EIN", "91-1144442", "07-1144442"),
    ("us_bank_routing", "routing", "111000025", "112000025"),
    # 49 CFR 565.15, and https://en.wikipedia.org/wiki/Vehicle_identification_number
    ("vin", "VIN", "1M8GDM9AXKP042788", "1M8GDM9A1KP042788"),
    # https://en.wikipedia.org/wiki/International_Mobile_Equipment_Identity, Luhn's check digit
    ("imei_plain", "IMEI", "490154203237518", "490154203237517"),
    # CMS, National Provider Identifier standard: the check digit
    ("us_npi", "NPI", "1234567893", "1234567894"),
    # https://en.wikipedia.org/wiki/DEA_number
    ("us_dea", "DEA", "F91234563", "F91234564"),
    # https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi.pdf (no letter S)
    ("us_medicare", "MBI", "1EG4-TE5-MK73", "1SG4-TE5-MK73"),
    # https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110 (prefixes)
    ("uk_national_insurance", "NINO", "AB 12 34 56 C", "GB 12 34 56 C"),
    # https://en.wikipedia.org/wiki/Driving_licence_in_the_United_Kingdom (a month 17)
    ("uk_driving_licence", "driving licence", "MORGA657054SM9IJ", "MORGA677054SM9IJ"),
    # https://en.wikipedia.org/wiki/Postcodes_in_the_United_Kingdom (no C in the inward code)
    ("uk_postcode", "postcode", "SW1A 1AA", "SW1A 1AC"),
    # https://en.wikipedia.org/wiki/Postal_codes_in_Canada (no D)
    ("ca_postal_code", "postal code", "K1A 0B1", "D1A 0B1"),
    # https://en.wikipedia.org/wiki/National_Registration_Identity_Card
    ("sg_nric", "NRIC", "S1234567D", "S1234567A"),
    # https://en.wikipedia.org/wiki/National_identification_card_(Taiwan)
    ("tw_identity_number", "national id", "A123456789", "A123456788"),
    # https://meteor.aihw.gov.au/content/270101
    ("au_medicare", "medicare", "2123 45670 1", "2123 45671 1"),
    # https://en.bitcoin.it/wiki/Address, and BIP 173 and BIP 350, test vectors
    ("bitcoin", "wallet", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
     "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"),
    ("bitcoin", "wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
     "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
    ("bitcoin", "wallet", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
     "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"),
    # https://eips.ethereum.org/EIPS/eip-55
    ("ethereum", "wallet", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
     "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    # ISO 9362, and https://en.wikipedia.org/wiki/ISO_9362 (no country ZZ)
    ("bic", "BIC:", "DEUTDEFF", "DEUTZZFF"),
    # Dates that there are, and that there are not
    ("date_year_first", "on", "2024-02-29", "2024-02-30"),
    ("date_with_seconds", "on", "2024-02-29 10:30:00", "2024-02-30 10:30:00"),
    ("date_numeric", "on", "31/12/1999", "31/13/1999"),
]  # fmt: skip


@cache
def checks() -> Checks:
    return Checks(("US", "GB"))


@pytest.mark.parametrize(("name", "label", "valid", "invalid"), NUMBERS)
def test_a_valid_number_is_found_and_an_invalid_one_is_not(
    name: str, label: str, valid: str, invalid: str
) -> None:
    (row,) = (row for row in RECOGNIZERS if row.name == name)
    scanner = Scanner([row], checks())

    def found(text: str) -> list[str]:
        return [text[hit.start : hit.end] for hit in scanner.scan(shape_of(text, Standins()))]

    assert found(f"{label} {valid}") == [valid]
    assert found(f"{label} {invalid}") == []


def test_every_row_with_a_check_digit_has_its_numbers() -> None:
    named = {name.removesuffix("_plain") for name, *_ in NUMBERS}
    rows = {row.name.removesuffix("_plain") for row in RECOGNIZERS if row.gate == "tokens"}
    checked = {row.name.removesuffix("_plain") for row in RECOGNIZERS if row.checksum}
    assert not (rows & checked) - named
