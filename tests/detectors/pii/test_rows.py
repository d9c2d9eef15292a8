"""Every row finds a value of its form, and leaves what only looks like one.

The forms are those of the page that the row itself names as its source. Numbers with a check digit
have theirs in `test_numbers.py`.
"""

from __future__ import annotations

import pytest

from detectors.pii.checks import Checks
from detectors.pii.recognizers import RECOGNIZERS
from detectors.pii.rows import TOKENS
from detectors.pii.scanning import Scanner
from detectors.pii.shapes import Standins, shape_of

# The name of a row, a text with a value, the value, and a text without one.
FORMS = [
    ("email", "to jane.roe@example.org.", "jane.roe@example.org", "see @example.org/"),
    ("url", "at https://jane.example.org/a.", "https://jane.example.org/a", "http://localhost/a"),
    ("url_with_credentials", "https://j:pw@git.example.org/", "https://j:pw@git.example.org/",
     "https://git.example.org/"),
    ("domain", "on janeroe.com now", "janeroe.com", "in report.pdf now"),
    ("domain_ambiguous", "visit janeroe.md", "janeroe.md", "visit janeroe.zzz"),
    ("phone_international", "+44 20 7946 0958", "+44 20 7946 0958", "+44 20 7946 095"),
    ("phone_dialled_abroad", "0049 30 901820", "0049 30 901820", "0999 30 901820"),
    ("phone_dialled_abroad", "011 44 20 7946 0958", "011 44 20 7946 0958", "012 44 20 7946 0958"),
    ("phone_national", "(415) 555-2671", "(415) 555-2671", "(115) 555-2671"),
    ("phone_national", "415-555-2671 ext. 23", "415-555-2671 ext. 23", "530/378/3741"),
    ("phone_national", "415 555 2671", "415 555 2671", "chart 415 555 2671"),
    ("phone_national", "415 555 2671", "415 555 2671", "confirmation number 415 555 2671"),
    ("phone_unassigned", "415-555-2671", "415-555-2671", "licence: 415-555-2671"),
    ("phone_national", "415 555 2671", "415 555 2671", "her medical record is 415 555 2671"),
    ("phone_digits", "phone 4155552671", "4155552671", "phone 1155552671"),
    ("phone_with_extension", "415-555-2671x123", "415-555-2671x123", "415-555-2671y123"),
    ("phone_with_extension", "4155552671X7", "4155552671X7", "79914599X7"),
    ("phone_unassigned", "555.123.4567, #12", "555.123.4567, #12", "555.123.45678"),
    ("phone_unassigned", "001-555-123-4567 x89", "001-555-123-4567 x89", "201-555-123-4567"),
    ("phone_unassigned", "+1(555)123-4567", "+1(555)123-4567", "+1(555)1234-567-890-1234-5678"),
    ("phone_unassigned", "+91 0968078490", "+91 0968078490", "+999 0968078490"),
    ("phone_unassigned", "+(370) 89952405", "+(370) 89952405", "+(37) (0) 89952405 1 2 3"),
    ("phone_unassigned", "(+30) 2037 600968", "(+30) 2037 600968", "(+999) 2037 600968"),
    ("phone_unassigned", "+33 5 90 03 76 00", "+33 5 90 03 76 00", "33 5 90 03 76 00"),
    ("phone_unassigned", "+32720 368816", "+32720 368816", "+327201 368816"),
    ("phone_without_plus", "(351) 926 420 642", "(351) 926 420 642", "(351) 926 420 64"),
    ("phone_without_plus", "44 20 7946 0958", "44 20 7946 0958", "44 20 7946 095"),
    ("phone_without_plus", "20 11 2345 6789", "20 11 2345 6789", "20 11 2024 1234"),
    ("phone_without_plus", "86 138 1234 5678", "86 138 1234 5678", "86.138 1234 5678"),
    ("phone_without_plus", "86.138.1234.5678", "86.138.1234.5678", "1 415 555 2671"),
    ("phone_without_plus", "44 2079 460958", "44 2079 460958", "442 0794 60958"),
    ("phone_without_plus", "372 5123 4567", "372 5123 4567", "298 201 234"),
    ("phone_without_plus", "44 20 7946 0958", "44 20 7946 0958", "order 44 20 7946 0958"),
    ("phone_without_plus", "33 6 12 34 56 78", "33 6 12 34 56 78", "33 61 23 45 67 80"),
    ("phone_without_plus", "20 100 123 4567", "20 100 123 4567", "20 11 2024"),
    ("phone_as_grouped_elsewhere", "412 34 567", "412 34 567", "312 34 567"),
    ("phone_as_grouped_elsewhere", "900 12 345", "900 12 345", "900-12-345"),
    ("phone_as_grouped_elsewhere", "8 (912) 345-67-89", "8 (912) 345-67-89",
     "7 (912) 345-67-89"),
    ("phone_as_grouped_elsewhere", "612-34-56-78", "612-34-56-78", "612-34 56-78"),
    ("phone_as_grouped_elsewhere", "53 123 45 67", "53 123 45 67", "53 123 45 67 89"),
    ("phone_as_grouped_elsewhere", "138 1234 5678", "138 1234 5678", "238 1234 5678"),
    ("phone_as_grouped_elsewhere", "55 1234 5678", "55 1234 5678", "55 1055 2055"),
    ("phone_as_grouped_elsewhere", "55 1234 5678", "55 1234 5678", "2000 3000 4000"),
    ("phone_as_grouped_elsewhere", "(34) 1234-5678", "(34) 1234-5678", "(34) 1234-1245"),
    ("phone_as_grouped_elsewhere", "(11) 3123-4567", "(11) 3123-4567", "12 (34) 1234-1245"),
    ("phone_as_grouped_elsewhere", "(57) 3041234", "(57) 3041234", "(2019) 3041234"),
    ("phone_as_grouped_elsewhere", "60-32-92-49", "60-32-92-49", "73-70-75-72"),
    ("phone_as_grouped_elsewhere", "60-32-92-49", "60-32-92-49", "20-32-49-92"),
    ("phone_as_grouped_elsewhere", "60-32-92-49", "60-32-92-49", "60 32 92 49"),
    ("phone_as_grouped_elsewhere", "6123 4567", "6123 4567", "6123 2019"),
    ("phone_as_grouped_elsewhere", "6123 4567", "6123 4567", "9600 4400"),
    ("phone_as_grouped_elsewhere", "21 295 3493", "21 295 3493", "21-295-3493"),
    ("phone_as_grouped_elsewhere", "612 345678", "612 345678", "200 345678"),
    ("phone_as_grouped_elsewhere", "210-1234567", "210-1234567", "200 1234567"),
    ("phone_as_grouped_elsewhere", "9 1234 5678", "9 1234 5678", "3 1234 5678"),
    ("phone_as_grouped_elsewhere", "(70) 12-58-34", "(70) 12-58-34", "(70) 12-34-58"),
    ("phone_as_grouped_elsewhere", "(612) 345 678", "(612) 345 678", "(6123) 345 678"),
    ("phone_without_plus", "226 70 12 34 56", "226 70 12 34 56", "226 10 12 34 56"),
    ("phone_without_plus", "229 01 95 12 34 56", "229 01 95 12 34 56", "22 90 19 51 23 45"),
    ("phone_from_zero", "(0463) 57639 900", "(0463) 57639 900", "(0463) 57639 9001"),
    ("phone_from_zero", "(03).4057.8685", "(03).4057.8685", "(03).4057.86859"),
    ("phone_from_zero", "09952 40578", "09952 40578", "9952 40578"),
    ("phone_from_zero", "021 345 6789", "021 345 6789", "021 345 678"),
    ("phone_from_zero", "01 234567890", "01 234567890", "01 2345678901"),
    ("phone_from_zero", "06 1 234 5678", "06 1 234 5678", "06 1 234 56789"),
    ("phone_from_zero", "04 522 6580", "04 522 6580", "04 522 658 002"),
    ("phone_from_zero", "06 12 34 56 78", "06 12 34 56 78", "01 02 03 04 05"),
    ("phone_from_zero", "030/1234567", "030/1234567", "030/123/4567"),
    ("phone_from_zero", "0475 93 39 51", "0475 93 39 51", "1475 93 39 51"),
    ("phone_grouped", "phone 555-1234", "555-1234", "phone 2024-01-15"),
    ("phone_grouped", "phone 21 43 98 60", "21 43 98 60", "phone 10 20 30 40"),
    ("phone_grouped", "reach us on 264-20642", "264-20642", "phone 21.43.98.60"),
    ("phone_grouped", "phone 06-5/763 9900", "06-5/763 9900", "phone 06-5/763/9900"),
    ("phone_grouped", "phone 8 3011234567", "8 3011234567", "phone 8 30112345678"),
    ("phone_grouped", "phone (8) 3011234567", "(8) 3011234567", "phone (8) 30112345678"),
    ("phone_grouped", "phone 6 71 23 45 67", "6 71 23 45 67", "phone 6 7 23 45 67"),
    ("phone_grouped", "fax 20/21 12 34", "20/21 12 34", "fax 20/21/12/34"),
    ("phone_grouped", "fax (70) 12 34 58", "(70) 12 34 58", "fax (10) 20 30 40"),
    ("phone_short", '{"phone": "21 25 53"}', "21 25 53", '{"phones": "21 25 53"}'),
    ("phone_short", "My mobile number is 21 25 53.", "21 25 53", "My mobile number was 21 25 53."),
    ("phone_short", "Tel. 82 12 34", "82 12 34", "Phone: 20.12.34"),
    ("phone_short", "Fax: 22123", "22123", "Fax: 22123-4"),
    ("phone_short", "Fax 2 21 23", "2 21 23", "Fax 1 23"),
    ("phone_to_text", "Text 0969 099 903 when you are there", "0969 099 903",
     "text 2024-01-15"),
    ("phone_bare", "my number is 0612345678", "0612345678", "order number 0612345678"),
    ("payment_card", "4111.1111.1111.1111", "4111.1111.1111.1111", "4111.1111.1111.1112"),
    ("payment_card_mistyped", "card 4111 1111 1111 1112", "4111 1111 1111 1112",
     "card 9111 1111 1111 1112"),
    ("payment_card_rare_length", "card 4222222222222", "4222222222222", "card 4222222222223"),
    ("payment_card_rare_length", "501800000009", "501800000009", "400000000010"),
    ("payment_card_rare_length", "5018 0000 0009", "5018 0000 0009", "5018 0000 0009 1"),
    ("payment_card_rare_length", "5018-0000-0009", "5018-0000-0009", "1 5018 0000 0009"),
    ("payment_card_rare_length", "501800000009", "501800000009", "order 501800000009"),
    ("iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32",
     "GB82 WEST 1234 5698 7654 33"),
    ("iban_mistyped", "IBAN DE12 3456 7890 1234 5678 90", "DE12 3456 7890 1234 5678 90",
     "part DE12 3456 7890 1234 5678 90"),
    ("ipv4", "from 203.0.113.7", "203.0.113.7", "from 203.0.113.256"),
    ("ipv6", "2001:db8::8a2e:370:7334", "2001:db8::8a2e:370:7334", "20:01:db:8a:2e:37:73:34"),
    ("ipv6_short", "ip fe80::1", "fe80::1", "std::cout ip"),
    ("mac_address", "00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E", "00:00:00:00:00:00"),
    ("mac_address_hyphens", "00-1A-2B-3C-4D-5E", "00-1A-2B-3C-4D-5E", "00-00-00-00-00-00"),
    ("vin_unchecked", "chassis WDB9066351S123456", "WDB9066351S123456",
     "chassis WDBO066351S123456"),
    ("us_ssn", "536-90-4399", "536-90-4399", "666-90-4399"),
    ("us_ssn_spaced", "536 90 4399", "536 90 4399", "536 00 4399"),
    ("us_ssn_unissued", "SSN: 987-65-4321", "987-65-4321", "part 987-65-4321"),
    ("us_ssn_digits", "SSN 536904399", "536904399", "SSN 000904399"),
    ("us_itin", "912-90-3456", "912-90-3456", "912-30-3456"),
    ("us_ein", "EIN 91-1144442", "91-1144442", "EIN 07-1144442"),
    ("us_medicare", "1EG4-TE5-MK73", "1EG4-TE5-MK73", "0EG4-TE5-MK73"),
    ("us_npi_labelled", "NPI: 1234567890", "1234567890", "NPI: 123456789"),
    ("uk_national_insurance", "AB 12 34 56 C", "AB 12 34 56 C", "GB 12 34 56 C"),
    ("uk_driving_licence", "licence MORGA657054SM9IJ", "MORGA657054SM9IJ",
     "licence MORGA697054SM9IJ"),
    ("ar_dni", "DNI 20.123.456", "20.123.456", "DNI 20.123.45"),
    ("in_pan", "PAN ACUPA7085R", "ACUPA7085R", "PAN ACUZA7085R"),
    ("date_of_birth", "born on 3 May 1984", "3 May 1984", "born on Maybe 3"),
    ("date_of_birth_year", "born in 1978", "1978", "born in 3078"),
    ("date_year_first", "2024-01-15 10:30", "2024-01-15 10:30", "2024-13-15"),
    ("date_numeric", "15/01/2024", "15/01/2024", "15/31/2024"),
    ("date_with_seconds", "your scan on 2024-01-15 10:30:00", "2024-01-15 10:30:00",
     "INFO 2024-01-15 10:30:00"),
    ("date_in_words", "the 3rd of May 2024", "3rd of May 2024", "it may be 2 or 3"),
    ("date_in_words", "in March 2014", "March 2014", "a March hare of 14"),
    ("date_season", "in Summer 2019", "Summer 2019", "a summer of 20 days"),
    ("date_weekday", "next Monday", "Monday", "on monday.com"),
    ("date_clock", "at 10:30 a.m. sharp", "10:30 a.m.", "[10:30 AM] I am 30"),
    ("date_clock", "by 5pm", "5pm", "by 15pm"),
    ("age_labelled", "Age: 34", "34", "Age: 340"),
    ("age_years_old", "12 years old", "12", "0 years old"),
    ("password", "pwd: hunter2", "hunter2", "password: required"),
    ("password_in_sentence", "password is Tr0ub4dor&3", "Tr0ub4dor&3", "password is forgotten"),
    ("password_beside", "password Summer2024!", "Summer2024!", "password protected"),
    ("password_of_somebody", "My password is sunflower.", "sunflower", "My password is expired."),
    ("password_of_somebody", "her password was bluebird", "bluebird", "her password was stolen by"),
    ("password_quoted", 'password is "sunflower"', "sunflower", 'password is "required"'),
    ("pin", "PIN code is 4821", "4821", "PIN code is 48213"),
    ("pin", "pin: 482193", "482193", "pin: 1984"),
    ("username", "login: jane_roe", "jane_roe", "login: failed"),
    ("username_in_sentence", "username is jane_roe84", "jane_roe84", "username is taken"),
    ("username_of_user", "user=jane84", "jane84", "user=self.name"),
    ("bank_routing_labelled", "sort code: 12-34-56", "12-34-56", "sort code: 12-34-5"),
    ("medical_record", "MRN: A12-00483920", "A12-00483920", "MRN: pending 12"),
    ("medical_record", "patient no. 00483920", "00483920", "patient of the year 2024-01-15"),
    ("medical_record_joined", "chart MRN-00483920", "MRN-00483920", "chart MRN-00"),
    ("bank_account_number", "account number for Jane Roe is ACC-0012345678", "ACC-0012345678",
     "account number for Jane Roe"),
    ("account_number", "from account 12345678", "12345678", "from account 123"),
    ("bic", "BIC: DEUTDEFF", "DEUTDEFF", "BIC: DEUTZZFF"),
    ("passport", "passport no. X1234567", "X1234567", "passport no. pending"),
    ("driver_license", "driver's license D1234-5678", "D1234-5678", "driver's license exam 12"),
    ("plate", "license plate 7ABC123", "7ABC123", "license plate missing"),
    ("identity_number", "National ID: 29384-AK-221", "29384-AK-221", "National ID: none"),
    ("social_security", "SSN: 912-45-6789", "912-45-6789", "SSN: 912-45-678"),
    ("uk_postcode", "SW1A 1AA", "SW1A 1AA", "SW1A 1CC"),
    ("ca_postal_code", "M5V 3L9", "M5V 3L9", "D5V 3L9"),
    ("us_state_and_zip", "IL 62704", "IL 62704", "XX 62704"),
    ("us_zip_plus_four", "62704-1234", "62704-1234", "62704-12345"),
    ("postal_code", "zip code: 62704", "62704", "zip code: 627"),
    ("coordinates", "40.7128, -74.0060", "40.7128, -74.0060", "98.7128, -74.0060"),
    ("coordinate_labelled", "latitude: 40.7128", "40.7128", "latitude: 40"),
    ("people", "a Danish friend", "Danish", "a danish pastry"),
    ("de_tax_number", "Steuernummer 181/815/08155", "181/815/08155", "Steuernummer 181/815/0815"),
    ("mx_rfc_plain", "RFC GODE561231GR8", "GODE561231GR8", "RFC GODE561331GR8"),
]  # fmt: skip


@pytest.fixture(scope="module")
def checks() -> Checks:
    return Checks(("US", "GB"))


@pytest.mark.parametrize(("name", "text", "value", "without"), FORMS)
def test_a_value_of_the_form_is_found_and_what_looks_like_it_is_not(
    checks: Checks, name: str, text: str, value: str, without: str
) -> None:
    (row,) = (row for row in RECOGNIZERS if row.name == name)
    scanner = Scanner([row], checks)

    def found(text: str) -> list[str]:
        return [text[hit.start : hit.end] for hit in scanner.scan(shape_of(text, Standins()))]

    assert found(text) == [value]
    assert found(without) == []


def test_every_row_has_a_value_and_something_that_looks_like_one() -> None:
    shown = {name.removesuffix("_plain") for name, *_ in FORMS}
    others = {
        row.name.removesuffix("_plain")
        for row in RECOGNIZERS
        if not (row.checksum and row.gate == TOKENS)  # those are in test_numbers.py
    }
    assert others == shown
