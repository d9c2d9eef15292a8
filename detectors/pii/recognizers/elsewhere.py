"""Numbers of people and firms in the Americas but the United States, Asia, Africa and Oceania."""

from __future__ import annotations

from detectors.pii import check_digits
from detectors.pii.recognizers.numbers import (
    DOUBTFUL,
    LIKELY,
    OECD,
    SURE,
    WORDS_ONLY,
    Number,
    rows_of,
)

RECOGNIZERS = rows_of(
    Number(
        "ca_sin", "ca.sin", ("sin", "social insurance", "nas", "assurance sociale"),
        "SIN 123-456-782|SIN: 123456782", ("000-000-000", "000 000 000"), ("000000000",),
        DOUBTFUL, source=OECD,
    ),
    Number(
        "ca_business_number", "ca.bn", ("business number", "gst", "hst", "bn"),
        "BN 12302 6635 RC 0001|BN 123026635RC0001", ("00000 0000 AA 0000",),
        ("000000000AA0000",), SURE, SURE,
    ),
    Number(
        "mx_curp", "mx.curp", ("curp",), "CURP BOXW310820HNERXN09", (),
        ("AAAA000000AAAAAAX0",), plain_strength=SURE, source=OECD,
    ),
    Number(
        "mx_rfc", "mx.rfc", ("rfc",), "RFC GODE-561231-GR8|RFC GODE561231GR8", ("AAAA-000000-XXX",
        "AAA-000000-XXX"),
        ("AAAA000000XXX", "AAA000000XXX"), LIKELY, LIKELY, source=OECD, has_check_digit=False,
    ),
    Number(
        "br_cpf", "br.cpf", ("cpf", "cadastro de pessoas"), "CPF 390.533.447-05|cpf 39053344705",
        ("000.000.000-00",), ("00000000000",), SURE, source=OECD,
    ),
    Number(
        "br_cnpj", "br.cnpj", ("cnpj",), "CNPJ 16.727.230/0001-97|cnpj 16727230000197",
        ("00.000.000/0000-00",), ("00000000000000",), SURE, source=OECD,
    ),
    Number(
        "cl_rut", "cl.rut", ("rut", "run", "rol único", "rol unico"),
        "RUT 76.086.428-5|RUT 76086428-5",
        ("00.000.000-0", "00.000.000-A", "0.000.000-0", "0.000.000-A"),
        ("00000000-0", "00000000-A", "0000000-0", "0000000-A"), LIKELY, DOUBTFUL, source=OECD,
    ),
    Number(
        "co_nit", "co.nit", ("nit", "rut", "cédula", "cedula"),
        "NIT 213.123.432-1|NIT 213123432-1",
        ("000.000.000-0", "00.000.000-0"), ("000000000-0", "0000000000"), LIKELY, source=OECD,
    ),
    Number(
        "ar_cuit", "ar.cuit", ("cuit", "cuil"), "CUIT 20-05536168-2|cuit 20055361682",
        ("00-00000000-0",), ("00000000000",), LIKELY, source=OECD,
    ),
    Number(
        "ar_dni", "ar.dni", ("dni", "documento"), "DNI 20.123.456", ("00.000.000",),
        (), WORDS_ONLY, own_words_only=True, has_check_digit=False,
    ),
    Number(
        "au_tfn", "au.tfn", ("tfn", "tax file"), "TFN 123 456 782|tax file number 123456782",
        ("000 000 000", "000-000-000"), ("000000000",), DOUBTFUL, source=OECD,
    ),
    Number(
        "au_abn", "au.abn", ("abn", "australian business"),
        "ABN 83 914 571 673|abn 83914571673", ("00 000 000 000",), ("00000000000",), SURE,
    ),
    Number(
        "au_acn", "au.acn", ("acn", "australian company"), "ACN 004 085 616|acn 004085616",
        ("000 000 000",), ("000000000",), DOUBTFUL,
    ),
    Number(
        "au_medicare", check_digits.au_medicare, ("medicare", "medicare card", "irn"),
        "Medicare 2123 45670 1|medicare number 2123456701",
        ("0000 00000 0", "0000-00000-0", "0000 00000 0/0"), ("0000000000",), DOUBTFUL,
        source="https://meteor.aihw.gov.au/content/270101 (Medicare card number)",
    ),
    Number(
        "nz_ird", "nz.ird", ("ird", "ird number", "inland revenue"),
        "IRD 49-091-850|IRD number 49091850", ("00-000-000", "000-000-000"),
        ("00000000", "000000000"), DOUBTFUL, source=OECD,
    ),
    Number(
        "in_aadhaar", "in_.aadhaar", ("aadhaar", "aadhar", "uidai", "uid", "adhaar"),
        "Aadhaar 2341 2341 2346|aadhaar 234123412346", ("0000 0000 0000", "0000-0000-0000"),
        ("000000000000",), DOUBTFUL,
        source="https://uidai.gov.in/en/my-aadhaar/about-your-aadhaar.html",
    ),
    Number(
        "in_pan", "in_.pan", ("pan", "permanent account", "income tax"), "PAN ACUPA7085R", (),
        ("AAAAA0000A",), plain_strength=LIKELY, source=OECD, has_check_digit=False,
    ),
    Number(
        "in_gstin", "in_.gstin", ("gst", "gstin"), "GSTIN 27AAPFU0939F1ZV", (),
        ("00AAAAA0000AXAX",), plain_strength=SURE,
    ),
    Number(
        "in_voter_id", "in_.epic", ("epic", "voter", "voter id", "election"), "Voter ID WKH1186253",
        (), ("AAA0000000",), plain_strength=DOUBTFUL,
    ),
    Number(
        "jp_my_number", "jp.in_", ("my number", "mynumber", "individual number", "kojin bango"),
        "My Number 6214 9832 0257|my number 621498320257",
        ("0000 0000 0000", "0000-0000-0000"), ("000000000000",), DOUBTFUL, source=OECD,
    ),
    Number(
        "jp_corporate_number", "jp.cn", ("corporate number", "hojin bango"),
        "Corporate number 5-8356-7825-6246|corporate number 5835678256246",
        ("0-0000-0000-0000",), ("0000000000000",), LIKELY,
    ),
    Number(
        "kr_resident_number", "kr.rrn", ("rrn", "resident registration", "jumin"),
        "RRN 971013-9019902|resident registration number 9710139019902",
        ("000000-0000000",), ("0000000000000",), LIKELY, source=OECD,
    ),
    Number(
        "kr_business_number", "kr.brn", ("brn", "business registration"),
        "BRN 116-82-00276|business registration number 1168200276", ("000-00-00000",),
        ("0000000000",), DOUBTFUL,
    ),
    Number(
        "cn_resident_identity", "cn.ric", ("ric", "resident identity", "shenfenzheng", "id"),
        "Resident identity card 360426199101010071", (),
        ("000000000000000000", "00000000000000000A"), plain_strength=SURE, source=OECD,
    ),
    Number(
        "cn_credit_code", "cn.uscc", ("uscc", "credit code", "social credit"),
        "USCC 91110000600037341L", (), ("X" * 18,),
        plain_strength=SURE,
    ),
    Number(
        "tw_identity_number", check_digits.tw_identity, ("national id", "id number", "arc"),
        "National ID A123456789", (), ("A000000000",), plain_strength=DOUBTFUL,
        source="https://en.wikipedia.org/wiki/National_identification_card_(Taiwan)",
    ),
    Number(
        "tw_business_number", "tw.ubn", ("ubn", "uniform number", "unified business", "gui"),
        "UBN 00501503", (), ("00000000",),
    ),
    Number(
        "th_citizen_number", "th.pin", ("pin", "citizen", "thai id", "thai national"),
        "Thai ID 1-2345-45678-78-1|citizen ID 1234545678781",
        ("0-0000-00000-00-0", "0 0000 00000 00 0"), ("0000000000000",), SURE,
    ),
    Number(
        "sg_nric", check_digits.sg_nric, ("nric", "fin", "singpass"), "NRIC S1234567D", (),
        ("A0000000A",), plain_strength=LIKELY,
        source="https://en.wikipedia.org/wiki/National_Registration_Identity_Card",
    ),
    Number(
        "sg_uen", "sg.uen", ("uen", "acra"), "UEN 197401143C", (),
        ("000000000A", "00000000A", "A00AA0000A"), source=OECD,
    ),
    Number(
        "za_identity_number", "za.idnr", ("said", "south african id", "rsa id", "id number",
        "idnr"),
        "South African ID 750330 5044 08 9|ID number 7503305044089",
        ("000000 0000 00 0", "000000 0000 000"), ("0000000000000",), SURE,
    ),
)  # fmt: skip
