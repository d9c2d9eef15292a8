"""Names of companies, schools, hospitals, offices and clubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brands import BANDS, ENDS, FORCES, INSTITUTES, MIDDLES, PAPERS, STARTS, UNIONS, WELL_KNOWN
from faker import Faker

if TYPE_CHECKING:
    from random import Random

    from people import People
    from places import Places

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "sv_SE", "fi_FI", "pl_PL",
           "pt_BR", "es_MX", "fr_CH", "cs_CZ", "no_NO", "da_DK")  # fmt: skip
WORDS = (
    "Blue North Bright Summit Global United First Prime Silver Golden Green Pacific Atlantic Alpine Apex "
    "Nova Vertex Quantum Stellar Lunar Solar Rapid Swift Iron Stone River Harbor Crown Royal Metro Urban "
    "Pioneer Liberty Heritage Evergreen Redwood Cobalt Crimson Falcon Phoenix Orion Titan Atlas Delta "
    "Omega Sigma Alpha Beacon Horizon Cascade Maple Cedar Oakwood Lakeside Hilltop Fresh Pure Clear Smart "
    "Next Open Data Cloud Cyber Net Info Bio Medi Agri Eco Aero Auto Micro Macro Hyper Ultra Omni Trans"
).split()  # fmt: skip
TRADES = (
    "Software Solutions Systems Technologies Logistics Foods Energy Capital Partners Media Networks "
    "Consulting Pharmaceuticals Holdings Industries Motors Airlines Bank Insurance Financial Realty "
    "Construction Analytics Robotics Labs Dynamics Electronics Textiles Chemicals Mining Shipping Travel "
    "Hotels Fitness Dental Plumbing Catering Bakery Books Records Studios Games Security Telecom Health "
    "Therapeutics Biotech Farms Brewing Coffee Outfitters Apparel Jewelers Designs Legal Staffing Tax"
).split()  # fmt: skip
FORMS = ("Inc", "Inc.", "LLC", "Ltd", "Ltd.", "Limited", "Corp", "Corp.", "Corporation", "Co.", "GmbH",
         "AG", "S.A.", "SA", "BV", "B.V.", "NV", "AB", "Oy", "A/S", "PLC", "plc", "LLP", "Group",
         "Holdings", "& Co", "S.p.A.", "Pty Ltd", "Pvt. Ltd.", "KG", "SE", "Kft.")  # fmt: skip
PUBLIC = (
    "Department of {x}", "Ministry of {x}", "{c} City Council", "{c} Police Department", "Office of {x}",
    "{c} County Court", "{c} Chamber of Commerce", "Bureau of {x}", "National {x} Agency",
    "{c} Housing Authority", "{n} Embassy", "Federal {x} Commission", "{c} Fire Department",
    "Institute of {x}", "{n} Society of {x}", "Association of {x}", "{c} Public Library",
)  # fmt: skip
SUBJECTS = ("Health", "Education", "Finance", "Labor", "Justice", "Transport", "Agriculture", "Defence",
            "Motor Vehicles", "Energy", "Trade", "Immigration", "Statistics", "Technology", "Housing",
            "Economics", "Foreign Affairs", "Revenue", "Environmental Protection")  # fmt: skip
SCHOOLS = ("University of {c}", "{c} University", "{c} State University", "{c} High School",
           "{l} College", "{l} Elementary School", "{c} Community College", "{l} Academy",
           "{c} Institute of Technology", "St. {f}'s School", "{c} Business School",
           "{l} Middle School", "Technical University of {c}", "{c} Medical School")  # fmt: skip
CLINICS = ("{c} General Hospital", "{c} Medical Center", "St. {f}'s Hospital", "{l} Clinic",
           "{c} Children's Hospital", "{l} Memorial Hospital", "{c} Family Practice",
           "{l} Dental Care", "Mercy Hospital {c}", "{c} Health Centre", "{l} Pharmacy")  # fmt: skip
BANKS = ("Bank of {c}", "{c} Savings Bank", "First National Bank of {c}", "{l} Trust",
         "{c} Credit Union", "{w} Bank", "{l} & {l} Capital", "{c} Mutual", "{w} Federal")  # fmt: skip
CLUBS = ("{c} {p}", "{c} FC", "FC {c}", "{c} United", "{c} City", "The {w} {p}", "{c} Rovers")
PLURALS = ("Eagles", "Tigers", "Wolves", "Sharks", "Knights", "Rangers", "Hawks", "Bears", "Kings",
           "Raiders", "Dragons", "Panthers", "Bulls", "Comets", "Giants", "Pirates")  # fmt: skip


class Organizations:
    """Draws organisations: `company`, `brand` and the other sorts, and `any` of them."""

    def __init__(self, people: People, places: Places, seed: int) -> None:
        self._people, self._places = people, places
        self._faked: list[str] = []
        for locale in LOCALES:
            fake = Faker(locale)
            fake.seed_instance(seed)
            self._faked += [fake.company() for _ in range(300)]

    def company(self, rng: Random) -> str:
        """A business."""
        draw = rng.random()
        if draw < 0.25:
            return rng.choice(WELL_KNOWN)
        if draw < 0.5:
            return rng.choice(self._faked)
        last, word, trade = self._people.last(rng), rng.choice(WORDS), rng.choice(TRADES)
        name = rng.choice((
            f"{word} {trade}", f"{last} {trade}", f"{word}{rng.choice(TRADES).lower()}", f"{last} & Sons",
            f"{last} and {self._people.last(rng)}", f"{word} {last}", f"{last}, {trade} & Co",
            f"{word} {rng.choice(WORDS)} {trade}", f"{last} Brothers", f"{self._places.city(rng)} {trade}",
            f"{word}{rng.choice(WORDS).lower()}", f"The {word} {trade} Company", f"{last}'s {trade}",
            "".join(rng.choices("ABCDEFGHIKLMNOPRSTV", k=rng.choice((3, 3, 4)))),
        ))  # fmt: skip
        return f"{name} {rng.choice(FORMS)}" if rng.random() < 0.4 else name

    def brand(self, rng: Random) -> str:
        """A company by its bare name: well known, coined or two words."""
        draw = rng.random()
        if draw < 0.4:
            return rng.choice(WELL_KNOWN)
        if draw < 0.65:
            return rng.choice(STARTS) + rng.choice(MIDDLES) + rng.choice(ENDS)
        if draw < 0.8:
            return f"{rng.choice(WORDS)}{rng.choice((' ', ''))}{rng.choice(TRADES)}"
        return rng.choice((self._people.last(rng), rng.choice(WORDS), rng.choice(self._faked)))

    def bank(self, rng: Random) -> str:
        """A bank."""
        return self._fill(rng, BANKS)

    def school(self, rng: Random) -> str:
        """A school or university."""
        return self._fill(rng, SCHOOLS)

    def clinic(self, rng: Random) -> str:
        """A hospital, surgery or pharmacy."""
        return self._fill(rng, CLINICS)

    def agency(self, rng: Random) -> str:
        """A public office or an association."""
        return self._fill(rng, PUBLIC)

    def club(self, rng: Random) -> str:
        """A sports club."""
        return self._fill(rng, CLUBS)

    def media(self, rng: Random) -> str:
        """A newspaper, an agency of news, a station."""
        return self._fill(rng, PAPERS) if rng.random() < 0.7 else rng.choice(WELL_KNOWN)

    def institute(self, rng: Random) -> str:
        """An institute, a museum, a foundation."""
        return self._fill(rng, INSTITUTES)

    def band(self, rng: Random) -> str:
        """A band or an orchestra."""
        return self._fill(rng, BANDS)

    def union(self, rng: Random) -> str:
        """A union, a party, an association, a movement."""
        return self._fill(rng, UNIONS)

    def force(self, rng: Random) -> str:
        """An armed force, a police, a militia, a relief agency."""
        return self._fill(rng, FORCES)

    def any(self, rng: Random) -> str:
        """Mostly a company, else one of the others."""
        sorts = (self.company, self.brand, self.bank, self.school, self.clinic, self.agency,
                 self.club, self.media, self.institute, self.union, self.force)  # fmt: skip
        return rng.choices(sorts, (9, 4, 1, 2, 1, 2, 1, 1, 1, 1, 1))[0](rng)

    def _fill(self, rng: Random, forms: tuple[str, ...]) -> str:
        return rng.choice(forms).format(
            c=self._places.city(rng), l=self._people.last(rng), f=self._people.first(rng),
            x=rng.choice(SUBJECTS), n=self._places.nationality(rng), w=rng.choice(WORDS),
            p=rng.choice(PLURALS), w2=rng.choice(WORDS), t=rng.choice(TRADES), d=rng.randint(1, 12),
        )  # fmt: skip
