"""Numbers of people and firms in the north and west of Europe."""

from __future__ import annotations

from detectors.pii.recognizers.numbers import (
    DOUBTFUL,
    OECD,
    SURE,
    WORDS_ONLY,
    Number,
    rows_of,
)

RECOGNIZERS = rows_of(
    Number(
        "be_national_number", "be.nn",
        ("rijksregisternummer", "registre national", "nn", "nrn", "insz", "niss"),
        "Rijksregisternummer 85.07.30-033.28|NN: 85073003328",
        ("00.00.00-000.00", "00.00.00-000-00"), ("00000000000",), SURE, source=OECD,
    ),
    Number(
        "be_vat", "be.vat", ("btw", "tva", "ondernemingsnummer"),
        "BTW BE 0428.759.497|btw nr 0428759497",
        ("0000.000.000", "AA0000000000", "AA 0000.000.000"), ("0000000000",), SURE,
    ),
    Number(
        "nl_bsn", "nl.bsn", ("bsn", "burgerservicenummer", "sofinummer", "sofi"),
        "BSN 1112.22.333|burgerservicenummer: 111222333",
        ("0000.00.000", "000.000.000", "0000 00 000"), ("000000000",), DOUBTFUL, source=OECD,
    ),
    Number(
        "nl_vat", "nl.btw", ("btw", "omzetbelasting"), "BTW: NL004495445B01",
        ("AA000000000A00", "AA 000000000 A00", "0000.00.000.A.00"), (), SURE,
    ),
    Number(
        "de_tax_id", "de.idnr",
        ("steuer id", "idnr", "steueridentifikationsnummer", "steuer idnr", "identifikationsnummer",
         "steuerliche identifikationsnummer"),
        "Steuer-ID 36 574 261 809|IdNr. 36574261809",
        ("00 000 000 000",), ("00000000000",), SURE, source=OECD,
    ),
    Number(
        "de_tax_number", "de.stnr", ("steuernummer", "st nr", "stnr"),
        "Steuernummer 181/815/08155|Steuernummer 2181081508155", ("000/000/00000", "00/000/00000",
        "000/0000/0000"),
        ("0000000000000",), DOUBTFUL, source=OECD, has_check_digit=False,
    ),
    Number(
        "de_vat", "de.vat", ("ust", "umsatzsteuer", "ustid", "ust idnr", "mwst"),
        "USt-IdNr. DE136695976",
        ("AA000000000", "AA 000000000", "AA 000 000 000"), (), SURE,
    ),
    Number(
        "at_tax_number", "at.tin", ("steuernummer", "abgabenkontonummer", "stnr"),
        "Steuernummer 59-119/9013|Abgabenkontonummer 591199013",
        ("00-000/0000", "00 000/0000"), ("000000000",), DOUBTFUL, source=OECD,
    ),
    Number(
        "at_social_security", "at.vnr",
        ("svnr", "sozialversicherungsnummer", "versicherungsnummer", "sv nummer"),
        "SVNR 1237 010180|Sozialversicherungsnummer 1237010180",
        ("0000 000000",), ("0000000000",), DOUBTFUL, source=OECD,
    ),
    Number(
        "at_vat", "at.uid", ("uid", "ust", "umsatzsteuer", "atu"),
        "UID ATU13585627", ("AAA00000000",), (), SURE,
    ),
    Number(
        "ch_social_security", "ch.ssn", ("ahv", "avs", "sozialversicherungsnummer", "navs"),
        "AHV 756.9217.0769.85|AHV-Nummer 7569217076985",
        ("000.0000.0000.00",), ("0000000000000",), SURE, source=OECD,
    ),
    Number(
        "ch_uid", "ch.uid", ("uid", "unternehmens", "mwst", "tva", "iva"),
        "UID CHE-107.787.577", ("AAA-000.000.000", "AAA 000.000.000", "AAA000000000"), (), SURE,
    ),
    Number(
        "ie_pps", "ie.pps", ("pps", "ppsn", "pps number", "personal public service"),
        "PPS number 6433435F", (), ("0000000A", "0000000AA"), plain_strength=DOUBTFUL,
        source=OECD,
    ),
    Number(
        "dk_cpr", "dk.cpr", ("cpr", "cpr nummer", "personnummer", "cpr nr"),
        "CPR 211062-5629|CPR-nummer: 2110625629",
        ("000000-0000",), ("0000000000",), DOUBTFUL, source=OECD,
    ),
    Number(
        "dk_cvr", "dk.cvr", ("cvr", "se nummer", "moms"), "CVR DK13585628|CVR 13585628",
        ("AA00000000", "AA 00 00 00 00"), ("00000000",), DOUBTFUL,
    ),
    Number(
        "no_personal_number", "no.fodselsnummer",
        ("fødselsnummer", "fodselsnummer", "personnummer", "fnr", "d nummer"),
        "Fødselsnummer 151086 95088|fnr 15108695088",
        ("000000 00000", "000000-00000"), ("00000000000",), SURE, source=OECD,
    ),
    Number(
        "no_organisation", "no.orgnr",
        ("orgnr", "org nr", "organisasjonsnummer", "mva", "foretaksregisteret"),
        "Org.nr. 988 077 917|orgnr 988077917",
        ("000 000 000", "000 000 000 AAA"), ("000000000",), WORDS_ONLY,
    ),
    Number(
        "se_personal_number", "se.personnummer", ("personnummer", "pnr", "person nr"),
        "Personnummer 880320-0016|personnummer: 198803200016",
        ("000000-0000", "00000000-0000"), ("0000000000", "000000000000"), DOUBTFUL, source=OECD,
    ),
    Number(
        "se_organisation", "se.orgnr", ("orgnr", "org nr", "organisationsnummer"),
        "Org.nr 123456-7897|organisationsnummer 1234567897",
        ("000000-0000",), ("0000000000",), DOUBTFUL,
    ),
    Number(
        "fi_personal_code", "fi.hetu", ("hetu", "henkilötunnus", "henkilotunnus", "sosiaaliturva"),
        "Henkilötunnus 131052-308T", ("000000-000A", "000000A000A", "000000-0000", "000000A0000"),
        (), SURE, source=OECD,
    ),
    Number(
        "fi_business_id", "fi.ytunnus", ("y tunnus", "ytunnus", "business id"),
        "Y-tunnus 2077474-0", ("0000000-0",), (), DOUBTFUL,
    ),
    Number(
        "ee_personal_code", "ee.ik", ("isikukood", "ik"), "Isikukood 36805280109",
        (), ("00000000000",), source=OECD,
    ),
    Number(
        "lv_personal_code", "lv.pvn", ("personas kods", "pvn", "pk"),
        "Personas kods 161175-19997|PVN 40003521600",
        ("000000-00000",), ("00000000000", "AA00000000000"), DOUBTFUL, source=OECD,
    ),
    Number(
        "lt_personal_code", "lt.asmens", ("asmens kodas", "asmens"), "Asmens kodas 33309240064",
        (), ("00000000000",), source=OECD,
    ),
)  # fmt: skip
