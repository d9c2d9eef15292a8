"""Numbers of people and firms in the south and east of Europe."""

from __future__ import annotations

from detectors.pii.recognizers.numbers import DOUBTFUL, LIKELY, OECD, SURE, Number, rows_of

RECOGNIZERS = rows_of(
    Number(
        "fr_social_security", "fr.nir",
        ("nir", "sécurité sociale", "securite sociale", "insee", "numéro de sécu", "sécu"),
        "NIR 2 95 10 99 126 111 93|numéro de sécurité sociale 295109912611193",
        ("0 00 00 00 000 000 00", "0 00 00 0A 000 000 00"),
        ("000000000000000", "000000A00000000"), SURE,
        source="https://fr.wikipedia.org/wiki/Numéro_de_sécurité_sociale_en_France",
    ),
    Number(
        "fr_tax_number", "fr.nif", ("numéro fiscal", "numero fiscal", "spi", "nif"),
        "Numéro fiscal 30 23 217 600 053|Numéro fiscal 3023217600053",
        ("00 00 000 000 000",), ("0000000000000",), SURE, source=OECD,
    ),
    Number(
        "fr_siren", "fr.siren", ("siren", "rcs"), "SIREN 552 008 443|SIREN 552008443",
        ("000 000 000",), ("000000000",), DOUBTFUL,
    ),
    Number(
        "fr_siret", "fr.siret", ("siret",), "SIRET 732 829 320 00074|SIRET 73282932000074",
        ("000 000 000 00000",), ("00000000000000",), LIKELY,
    ),
    Number(
        "fr_vat", "fr.tva", ("tva", "intracommunautaire"),
        "TVA FR 40 303 265 045|TVA FR40303265045",
        ("AA 00 000 000 000", "AA00000000000", "AA00 000000000", "AA00 000 000 000"), (), SURE,
    ),
    Number(
        "es_dni", "es.dni", ("dni", "nif", "documento nacional"), "DNI 54362315-K|DNI 54362315K",
        ("00000000-A", "00.000.000-A"), ("00000000A",), LIKELY, DOUBTFUL, source=OECD,
    ),
    Number(
        "es_nie", "es.nie", ("nie", "extranjero", "nif"), "NIE X-2482300-W|NIE X2482300W",
        ("A-0000000-A", "A-0000000A"), ("A0000000A",), SURE, DOUBTFUL, source=OECD,
    ),
    Number(
        "es_cif", "es.cif", ("cif", "nif"), "CIF J-99216582|CIF J99216582",
        ("A-00000000", "A-0000000A"), ("A00000000", "A0000000A"), LIKELY,
    ),
    Number(
        "pt_nif", "pt.nif", ("nif", "contribuinte", "nipc", "número fiscal"),
        "NIF 501 964 843|NIF 501964843", ("000 000 000", "AA000000000"), ("000000000",), DOUBTFUL,
        source=OECD,
    ),
    Number(
        "pt_citizen_card", "pt.cc", ("cartão de cidadão", "cartao de cidadao", "bi"),
        "Cartão de cidadão 00000000 0 ZZ4|cartão de cidadão 000000000ZZ4",
        ("00000000 0 AA0", "00000000 0 XX0"), ("000000000AA0", "000000000XX0"), SURE,
    ),
    Number(
        "it_codice_fiscale", "it.codicefiscale", ("codice fiscale", "cf", "cod fisc"),
        "Codice fiscale RCCMNL83S18D969H", (),
        ("AAAAAA00A00A000A",), plain_strength=SURE, source=OECD,
    ),
    Number(
        "it_vat", "it.iva", ("partita iva", "iva", "p iva", "piva"),
        "Partita IVA IT00743110157|Partita IVA 00743110157",
        ("AA00000000000",), ("00000000000",), LIKELY,
    ),
    Number(
        "gr_amka", "gr.amka", ("amka", "αμκα"), "AMKA 01013099997", (), ("00000000000",),
    ),
    Number(
        "gr_vat", "gr.vat", ("afm", "vat", "αφμ"), "AFM EL094259216|AFM 094259216",
        ("AA000000000",), ("000000000",), LIKELY, source=OECD,
    ),
    Number(
        "hr_oib", "hr.oib", ("oib",), "OIB HR33392005961|OIB 33392005961", ("AA00000000000",),
        ("00000000000",),
        LIKELY, source=OECD,
    ),
    Number(
        "si_emso", "si.emso", ("emso", "emšo"), "EMŠO 0101006500006", (), ("0000000000000",),
    ),
    Number(
        "si_tax_number", "si.ddv", ("davčna", "davcna", "ddv", "davčna številka"),
        "Davčna številka SI50223054|Davčna številka 50223054",
        ("AA00000000",), ("00000000",), LIKELY, source=OECD,
    ),
    Number(
        "hu_tax_number", "hu.anum", ("adószám", "adoszam", "anum"),
        "Adószám HU12892312|Adószám 12892312",
        ("AA00000000", "AA-00000000"), ("00000000",), LIKELY, source=OECD,
    ),
    Number(
        "cz_sk_birth_number", "cz.rc", ("rodné číslo", "rodne cislo", "rč", "rc"),
        "Rodné číslo 710319/2745|rodné číslo 7103192745",
        ("000000/0000", "000000/000"), ("0000000000",), LIKELY, source=OECD,
    ),
    Number(
        "cz_vat", "cz.dic", ("dič", "dic", "ičo", "ico"), "DIČ CZ25123891|DIČ 25123891",
        ("AA00000000", "AA0000000000"), ("00000000",), LIKELY,
    ),
    Number(
        "sk_vat", "sk.dph", ("dph", "ič dph", "ic dph"), "IČ DPH SK2022749619|IČ DPH 2022749619",
        ("AA0000000000",), ("0000000000",), LIKELY,
    ),
    Number(
        "pl_pesel", "pl.pesel", ("pesel",), "PESEL 44051401359", (), ("00000000000",),
        source=OECD,
    ),
    Number(
        "pl_nip", "pl.nip", ("nip",), "NIP 856-734-62-15|NIP 8567346215",
        ("000-000-00-00", "000-00-00-000", "AA0000000000"), ("0000000000",), SURE, source=OECD,
    ),
    Number("pl_regon", "pl.regon", ("regon",), "REGON 192598184", (), ("000000000",)),
    Number(
        "ro_cnp", "ro.cnp", ("cnp", "cod numeric personal"), "CNP 1630615123457", (),
        ("0000000000000",), source=OECD,
    ),
    Number(
        "ro_company", "ro.cui", ("cui", "cif", "cod fiscal"), "CUI RO18547290|CUI 18547290",
        ("AA00000000",),
        ("00000000", "0000000"), LIKELY,
    ),
    Number(
        "bg_egn", "bg.egn", ("egn", "егн"), "EGN 752316 926 3|EGN 7523169263",
        ("000000 000 0",), ("0000000000",), LIKELY,
    ),
    Number(
        "bg_vat", "bg.vat", ("dds", "eik", "bulstat"), "EIK BG175074752|EIK 175074752",
        ("AA000000000",),
        ("000000000",), LIKELY,
    ),
    Number(
        "tr_identity_number", "tr.tckimlik", ("tc kimlik", "tckn", "kimlik no", "kimlik"),
        "TC Kimlik No 17291716060", (), ("00000000000",),
    ),
    Number(
        "tr_tax_number", "tr.vkn", ("vkn", "vergi", "vergi no", "vergi kimlik"), "VKN 4540536920",
        (), ("0000000000",), source=OECD,
    ),
)  # fmt: skip
