"""What is known by the words that announce it, and no shape of its own."""

from __future__ import annotations

from detectors.pii import values
from detectors.pii.checks import Checks
from detectors.pii.recognizers.labels import AFTER, JOIN, SAID, labelled
from detectors.pii.rows import AROUND, WORD, Recognizer

_ICAO = "ICAO Doc 9303-3 4.2.2 (document numbers)"
_PID = "HL7 v2.5 3.4.2.3 (PID-3, patient identifier list)"
_USUAL = "labels as forms, mail and configuration files use them"

RECOGNIZERS = (
    labelled(
        "password", "pii.password", values.password,
        ("password", "passwd", "pwd", "passcode", "passphrase", "passwort", "kennwort",
         "contraseña", "mot de passe", "senha", "wachtwoord", "pass"),
        r"[\"'*_`]{0,3}[ ]{0,2}(?:[:=]|->|=>|[:=][ ]?is)[ ]{0,2}[\"'`]?(?P<value>[!-~\xff]{4,64})",
        0.9, "Password: hunter2-Blue", _USUAL, longest=64,
    ),
    labelled(
        "password_in_sentence", "pii.password", values.strange_password,
        ("password", "passwd", "pwd", "passcode", "passphrase", "passwort", "kennwort",
         "contraseña", "senha", "wachtwoord"),
        r"[\"'*_`]{0,2}[ ](?:(?:for|to)[ ][a-zA-Z' ]{2,20}[ ])?"
        r"(?:(?:is|was|as|to|ist|es|lautet|now)[ ]"
        r"){1,2}(?:now[ ]|set to[ ])?[\"'`*]{0,2}(?P<value>[!-~\xff]{6,64})",
        0.8, "my password is Tr0ub4dor&3", _USUAL, longest=64,
    ),
    labelled(
        "username", "pii.username", values.username,
        ("username", "user name", "userid", "user id", "login", "login id", "screen name",
         "account name", "nickname", "benutzername", "nombre de usuario", "identifiant", "handle"),
        r"[\"'*_`]{0,3}[ ]{0,2}[:=][ ]{0,2}[\"'`]?(?P<value>@?[0-9A-Za-z\xff_.\-]{3,40})",
        0.8, "Username: jdoe84", _USUAL, after=r"(?![0-9A-Za-z\xff@(])", longest=41,
    ),
    labelled(
        "username_in_sentence", "pii.username", values.username,
        ("username", "user name", "userid", "login name", "screen name", "handle", "nickname"),
        r"[ ](?:is|was|ist|es)[ ][\"'`*]{0,2}"
        r"(?P<value>@?(?=[0-9A-Za-z_.\-]*[0-9_.@])[0-9A-Za-z_.\-]{3,40})",
        0.75, "My username is jane_roe", _USUAL, after=r"(?![0-9A-Za-z\xff@(])", longest=41,
    ),
    labelled(
        "username_of_user", "pii.username", values.strange_username, ("user",),
        r"[\"'*_`]{0,3}[ ]{0,2}[:=][ ]{0,2}[\"'`]?(?P<value>@?[0-9A-Za-z_.\-]{3,40})",
        0.7, "user=jane_roe84", _USUAL, after=r"(?![0-9A-Za-z\xff@(:])", longest=41,
    ),
    labelled(
        "password_beside", "pii.password", values.strange_password,
        ("password", "passwd", "passcode", "passphrase", "passwort", "contraseña"),
        r"[ ]{1,2}[\"'`(]{0,2}(?P<value>(?=[!-~]{0,40}[0-9])(?=[!-~]{0,40}[A-Za-z])[!-~]{6,40})",
        0.6, "log in with password Summer2024!", _USUAL, longest=64,
    ),
    labelled(
        "password_of_somebody", "pii.password", values.spoken_password,
        ("my password", "his password", "her password", "their password", "our password",
         "new password", "old password", "current password", "temporary password",
         "default password", "initial password"),
        r"[ ](?:is|was)[ ](?:now[ ]|set to[ ])?(?P<value>[!-~\xff]{4,64})(?=[.,;!?]?(?:\s|\Z))",
        0.7, "My new password is sunflower.", _USUAL, longest=64,
    ),
    labelled(
        "password_quoted", "pii.password", values.password,
        ("password", "passwd", "pwd", "passcode", "passphrase", "passwort", "contraseña"),
        r"[ ](?:(?:is|was|of|as|to|ist|es)[ ]){0,2}"
        r"(?P<quote>[\"'])(?P<value>[!-~\xff]{4,64}?)(?P=quote)",
        0.8, 'Use the password "sunflower" to open it.', _USUAL, longest=64,
    ),
    labelled(
        "pin", "pii.password", values.pin,
        ("pin", "pin code", "pin number", "pin no", "passcode", "security code", "access code",
         "pincode", "unlock code", "door code", "entry code", "code pin"),
        rf"{JOIN}(?P<value>[0-9]{{4}}|[0-9]{{6}})",
        0.75, "My PIN is 4821.", "ISO 9564-1 8.1 (PIN length)", longest=6,
    ),
    labelled(
        "us_npi_labelled", "pii.national_id", values.number, ("npi", "npi number", "npi no"),
        rf"{JOIN}(?P<value>[0-9]{{10}})",
        0.75, "NPI: 1234567890", "45 CFR 162.406 (form)", longest=10,
    ),
    labelled(
        "bank_routing_labelled", "pii.bank_account", values.number,
        ("routing number", "routing no", "aba number", "aba", "routing", "sort code"),
        rf"{JOIN}(?P<value>[0-9]{{9}}|[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}})",
        0.8, "Sort code: 12-34-56", "https://www.aba.com/about-us/routing-number; "
        "https://en.wikipedia.org/wiki/Sort_code", longest=9,
    ),
    labelled(
        "medical_record", "pii.medical_record", values.number,
        ("mrn", "medical record", "medical record number", "medical record no", "patient id",
         "patient number", "patient no", "chart number", "chart no", "health record",
         "hospital number", "hospital no", "patient identifier", "mrn number", "mrn no",
         "medical id", "medical record id", "chart id", "hospital id", "patient mrn", "mr number",
         "mr no", "patient", "record number", "record no", "record id", "medical chart",
         "medical file number", "health record number"),
        rf"(?!-[0-9]){JOIN}(?P<value>(?:[A-Z]{{1,5}}-?){{0,2}}[0-9][0-9A-Za-z\-]{{3,15}})",
        0.9, "MRN: 00483920", _PID, longest=24,
    ),
    Recognizer(
        name="medical_record_joined", kind="pii.medical_record", gate=AROUND, labels=("mrn",),
        before=rf"(?<![{WORD}\-])", after=AFTER,
        shapes=(r"(?i:MRN)[_\-]?[0-9][0-9A-Z\-]{3,15}",), validate=values.number,
        score=0.0, in_context=0.92, example="Chart MRN-00483920 was updated.", source=_PID,
        longest=20,
    ),
    labelled(
        "bank_account_number", "pii.bank_account", values.number,
        ("account number", "account no", "account num", "acct number", "acct no", "account nr",
         "bank account", "bank account number", "checking account", "savings account",
         "kontonummer",
         "konto nr", "numéro de compte", "número de cuenta", "acct", "a c no", "a c", "rekening",
         "account ending in"),
        rf"{JOIN}(?P<value>(?:[A-Z]{{1,7}}[ \-]?)?[0-9][0-9 \-]{{4,24}}[0-9])",
        0.85, "Account number: 0012345678", "https://en.wikipedia.org/wiki/Bank_account",
        longest=26,
    ),
    labelled(
        "account_number", "pii.bank_account", values.number, ("account",),
        rf"{JOIN}(?P<value>[0-9][0-9\-]{{5,18}}[0-9])",
        0.55, "from account 12345678", "https://en.wikipedia.org/wiki/Bank_account", longest=20,
    ),
    labelled(
        "bic", "pii.bic", Checks.bic,
        ("bic", "swift", "swift code", "bic code", "swift bic", "bic swift"),
        rf"{JOIN}(?P<value>[A-Z]{{4}}[ ]?[A-Z]{{2}}[ ]?[0-9A-Z]{{2}}(?:[ ]?[0-9A-Z]{{3}})?)",
        0.95, "BIC: DEUTDEFF", "ISO 9362", longest=14,
    ),
    labelled(
        "passport", "pii.passport", values.number,
        ("passport", "passport number", "passport no", "passport num", "pasaporte", "passeport",
         "reisepass", "reisepassnummer", "passaporto", "paspoort"),
        rf"{JOIN}(?P<value>[A-Z]{{0,2}}[0-9][0-9A-Z]{{5,8}})",
        0.9, "Passport number: X1234567", _ICAO, longest=11,
    ),
    labelled(
        "driver_license", "pii.driver_license", values.licence,
        ("driver license", "drivers license", "driver s license", "driving licence",
         "driving license", "driver licence", "drivers licence", "driver s licence", "dl", "dl no",
         "dl number", "license number", "licence number", "license no", "licence no",
         "führerschein", "führerscheinnummer", "permis de conduire", "rijbewijs", "patente"),
        rf"{JOIN}(?P<value>[A-Z]?[0-9A-Z](?:[ -]?[0-9A-Z]){{3,17}})",
        0.8, "Driver's license: D1234-5678-9012",
        "AAMVA DL/ID Card Design Standard, annex D (element DAQ)", longest=24,
    ),
    labelled(
        "plate", "pii.vehicle", values.plate,
        ("license plate", "licence plate", "number plate", "plate number", "plate no", "plate",
         "registration plate", "vehicle registration", "reg no", "kennzeichen", "matricula",
         "matrícula", "immatriculation", "registration number"),
        rf"{JOIN}(?P<value>[0-9A-Z]{{1,4}}[ \-]?[0-9A-Z]{{1,4}}(?:[ \-]?[0-9A-Z]{{1,4}})?)",
        0.75, "License plate: 7ABC123",
        "https://en.wikipedia.org/wiki/Vehicle_registration_plate", longest=16,
    ),
    labelled(
        "identity_number", "pii.national_id", values.number,
        ("national id", "national id number", "national identity number", "id card",
         "id card number",
         "identity card", "identity card number", "identity number", "citizen id",
         "citizenship number",
         "tax id", "tax id number", "taxpayer id", "tax number", "tax identification number",
         "national identification number", "personal identification number", "government id",
         "voter id", "insurance number", "social insurance number", "personalausweis",
         "aadhaar", "aadhar", "pan number", "pan card", "pesel", "nip", "curp", "cpf", "cnpj",
         "dni", "nif", "bsn", "nino", "nric", "personnummer", "codice fiscale", "steuer id",
         "steuernummer", "itin", "nhs number", "national insurance number",
         "medicare number", "tax file number", "tin number"),
        rf"{JOIN}(?P<value>[A-Z]{{0,5}}[ \-]?[0-9][0-9A-Z]{{0,14}}"
        r"(?:[ \-./][0-9A-Z]{1,6}){0,4})",
        0.65, "National ID: 29384-AK-221", SAID, longest=40,
    ),
    labelled(
        "social_security", "pii.us_ssn", values.number,
        ("ssn", "social security", "social security number", "social security no"),
        rf"{JOIN}(?P<value>[0-9]{{3}}[ \-.][0-9]{{2}}[ \-.][0-9]{{4}})",
        0.7, "SSN: 912-45-6789", "https://www.ssa.gov/employer/randomization.html (form)",
        longest=11,
    ),
)  # fmt: skip
