"""Cities, states, countries and regions, and the adjectives made of them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

DEMONYMS = (
    "Afghanistan Afghan Afghans;Albania Albanian Albanians;Algeria Algerian Algerians;"
    "Angola Angolan Angolans;Argentina Argentine Argentines;Armenia Armenian Armenians;"
    "Australia Australian Australians;Austria Austrian Austrians;Bangladesh Bangladeshi Bangladeshis;"
    "Belarus Belarusian Belarusians;Belgium Belgian Belgians;Bolivia Bolivian Bolivians;"
    "Bosnia Bosnian Bosnians;Brazil Brazilian Brazilians;Bulgaria Bulgarian Bulgarians;"
    "Cambodia Cambodian Cambodians;Cameroon Cameroonian Cameroonians;Canada Canadian Canadians;"
    "Chile Chilean Chileans;China Chinese Chinese;Colombia Colombian Colombians;"
    "Croatia Croatian Croats;Cuba Cuban Cubans;Cyprus Cypriot Cypriots;Denmark Danish Danes;"
    "Ecuador Ecuadorian Ecuadorians;Egypt Egyptian Egyptians;England English Englishmen;"
    "Estonia Estonian Estonians;Ethiopia Ethiopian Ethiopians;Finland Finnish Finns;"
    "France French Frenchmen;Georgia Georgian Georgians;Germany German Germans;"
    "Ghana Ghanaian Ghanaians;Greece Greek Greeks;Guatemala Guatemalan Guatemalans;"
    "Haiti Haitian Haitians;Honduras Honduran Hondurans;Hungary Hungarian Hungarians;"
    "Iceland Icelandic Icelanders;India Indian Indians;Indonesia Indonesian Indonesians;"
    "Iran Iranian Iranians;Iraq Iraqi Iraqis;Ireland Irish Irishmen;Israel Israeli Israelis;"
    "Italy Italian Italians;Jamaica Jamaican Jamaicans;Japan Japanese Japanese;"
    "Jordan Jordanian Jordanians;Kazakhstan Kazakh Kazakhs;Kenya Kenyan Kenyans;"
    "Korea Korean Koreans;Kuwait Kuwaiti Kuwaitis;Latvia Latvian Latvians;"
    "Lebanon Lebanese Lebanese;Liberia Liberian Liberians;Libya Libyan Libyans;"
    "Lithuania Lithuanian Lithuanians;Malaysia Malaysian Malaysians;Mali Malian Malians;"
    "Malta Maltese Maltese;Mexico Mexican Mexicans;Mongolia Mongolian Mongolians;"
    "Morocco Moroccan Moroccans;Myanmar Burmese Burmese;Nepal Nepalese Nepalis;"
    "Netherlands Dutch Dutchmen;Nicaragua Nicaraguan Nicaraguans;Nigeria Nigerian Nigerians;"
    "Norway Norwegian Norwegians;Pakistan Pakistani Pakistanis;Panama Panamanian Panamanians;"
    "Paraguay Paraguayan Paraguayans;Peru Peruvian Peruvians;Philippines Filipino Filipinos;"
    "Poland Polish Poles;Portugal Portuguese Portuguese;Qatar Qatari Qataris;"
    "Romania Romanian Romanians;Russia Russian Russians;Rwanda Rwandan Rwandans;"
    "Scotland Scottish Scots;Senegal Senegalese Senegalese;Serbia Serbian Serbs;"
    "Singapore Singaporean Singaporeans;Slovakia Slovak Slovaks;Slovenia Slovenian Slovenians;"
    "Somalia Somali Somalis;Spain Spanish Spaniards;Sudan Sudanese Sudanese;"
    "Sweden Swedish Swedes;Switzerland Swiss Swiss;Syria Syrian Syrians;Taiwan Taiwanese Taiwanese;"
    "Tanzania Tanzanian Tanzanians;Thailand Thai Thais;Tunisia Tunisian Tunisians;"
    "Turkey Turkish Turks;Uganda Ugandan Ugandans;Ukraine Ukrainian Ukrainians;"
    "Uruguay Uruguayan Uruguayans;Uzbekistan Uzbek Uzbeks;Venezuela Venezuelan Venezuelans;"
    "Vietnam Vietnamese Vietnamese;Wales Welsh Welshmen;Yemen Yemeni Yemenis;"
    "Zambia Zambian Zambians;Zimbabwe Zimbabwean Zimbabweans;Britain British Britons;"
    "America American Americans;Europe European Europeans;Africa African Africans;Asia Asian Asians"
)
"""Country, adjective, people."""

GROUPS = (
    "Christian Muslim Jewish Hindu Buddhist Catholic Protestant Sikh Mormon Orthodox Baptist Methodist "
    "Lutheran Sunni Shia Republican Democrat Democratic Conservative Liberal Socialist Communist "
    "Kurdish Arab Latino Hispanic Basque Catalan Palestinian Tibetan Roma Maori Inuit Cherokee "
    "African-American Afro-Caribbean Scandinavian Balkan Slavic Hungarian-American"
).split()  # fmt: skip
PEOPLES = (
    "Christians Muslims Jews Hindus Buddhists Catholics Protestants Sikhs Mormons Methodists Baptists "
    "Republicans Democrats Conservatives Liberals Socialists Communists Kurds Arabs Latinos Hispanics "
    "Basques Catalans Palestinians Tibetans Scandinavians"
).split()  # fmt: skip

US_STATES = (
    "Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,"
    "Florida FL,Georgia GA,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,"
    "Louisiana LA,Maine ME,Maryland MD,Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS,"
    "Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ,New Mexico NM,"
    "New York NY,North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,"
    "Rhode Island RI,South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,"
    "Virginia VA,Washington WA,West Virginia WV,Wisconsin WI,Wyoming WY"
)
FAMOUS = (
    "London Paris Berlin Madrid Rome Tokyo Beijing Moscow Sydney Melbourne Toronto Chicago Boston "
    "Seattle Denver Dallas Houston Austin Atlanta Miami Phoenix Detroit Philadelphia Vienna Prague "
    "Budapest Warsaw Lisbon Dublin Oslo Stockholm Copenhagen Helsinki Amsterdam Brussels Geneva Zurich "
    "Munich Hamburg Milan Naples Barcelona Istanbul Cairo Lagos Nairobi Mumbai Delhi Bangalore Karachi "
    "Dhaka Bangkok Singapore Jakarta Manila Seoul Shanghai Dubai Jerusalem Manchester Glasgow "
    "Edinburgh Liverpool Birmingham Bristol Leeds Cambridge Oxford Lyon Marseille Montreal Vancouver"
).split()  # fmt: skip
FAMOUS_LONG = (
    "New York", "Los Angeles", "San Francisco", "San Diego", "Las Vegas", "New Orleans", "Hong Kong",
    "Buenos Aires", "Mexico City", "Cape Town", "Tel Aviv", "Kuala Lumpur", "Rio de Janeiro",
    "São Paulo", "New Delhi", "St. Louis", "Salt Lake City", "Washington, D.C.", "Washington DC",
    "NYC", "LA", "SF", "Addis Ababa", "Ho Chi Minh City", "Abu Dhabi", "Santa Fe", "The Hague",
)  # fmt: skip
REGIONS = (
    "Europe", "Asia", "Africa", "South America", "North America", "the Middle East", "Latin America",
    "Scandinavia", "the Balkans", "Bavaria", "Tuscany", "Catalonia", "Andalusia", "Normandy", "Brittany",
    "Cornwall", "Yorkshire", "Kent", "Ontario", "Quebec", "British Columbia", "Queensland", "Punjab",
    "Kerala", "Silicon Valley", "the Bay Area", "Midwest", "New England", "Flanders", "Siberia", "Crimea",
    "Patagonia", "Lombardy", "Saxony", "Transylvania", "Hokkaido", "Guangdong", "Gujarat", "Tamil Nadu",
)  # fmt: skip
LANDMARKS = (
    "Lake {n}", "Mount {n}", "{n} River", "{n} Valley", "{n} County", "{n} Province", "{n} Airport",
    "{n} Bridge", "{n} Park", "{n} Bay", "{n} Island", "{n} Beach", "{n} National Park", "Gulf of {n}",
    "Strait of {n}", "{n} District", "{n} Peninsula", "Port {n}", "Fort {n}", "North {n}", "West {n}",
    "South {n}", "East {n}", "New {n}", "{n} Square", "{n} Heights", "{n} Creek", "{n} Desert", "Upper {n}",
    "{s} Avenue", "{n} Station", "{n} Harbour", "Cape {n}", "{n} Falls", "{n} Governorate", "{n} Region",
)  # fmt: skip
SHORT_COUNTRIES = ("US", "USA", "U.S.", "UK", "U.K.", "UAE", "United States", "United Kingdom",
                   "Great Britain", "Czech Republic", "South Africa", "New Zealand", "South Korea",
                   "North Korea", "Saudi Arabia", "Sri Lanka", "Costa Rica", "Hong Kong", "EU",
                   "the Netherlands", "Puerto Rico", "Ivory Coast", "El Salvador")  # fmt: skip


class Places:
    """Draws places alone: `city`, `state`, `country`, `region`, and `nationality`, `people`."""

    def __init__(self, reference: Path) -> None:
        with (reference / "world_cities.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        self.cities = [(row["name"], row["subcountry"], row["country"]) for row in rows]
        self._latin = [row for row in self.cities if row[0].isascii()]
        self.american = [row[0] for row in self.cities if row[2] == "United States"]
        self._subdivisions = sorted({row[1] for row in self.cities if 3 < len(row[1]) < 22})
        self.countries = [row.split()[0] for row in DEMONYMS.split(";")][:-4]
        self._all_countries = sorted({row[2] for row in self.cities})
        self._adjectives = [row.split()[1] for row in DEMONYMS.split(";")]
        self._peoples = [row.split()[2] for row in DEMONYMS.split(";")]
        self.states = [tuple(row.rsplit(" ", 1)) for row in US_STATES.split(",")]

    def city(self, rng: Random) -> str:
        """A city's name."""
        draw = rng.random()
        if draw < 0.3:
            return rng.choice(FAMOUS)
        if draw < 0.4:
            return rng.choice(FAMOUS_LONG)
        if draw < 0.6:
            return rng.choice(self.american)
        return rng.choice(self._latin if draw < 0.8 else self.cities)[0]

    def country(self, rng: Random) -> str:
        """A country's name."""
        draw = rng.random()
        if draw < 0.6:
            return rng.choice(self.countries)
        return rng.choice(SHORT_COUNTRIES if draw < 0.8 else self._all_countries).removeprefix(
            "the "
        )

    def state(self, rng: Random) -> str:
        """A US state in full, now and then abbreviated, or another country's province."""
        draw = rng.random()
        if draw < 0.8:
            return rng.choice(self.states)[0]
        return rng.choice(self.states)[1] if draw < 0.9 else rng.choice(self._subdivisions)

    def abbreviation(self, rng: Random) -> str:
        """The two letters of a US state."""
        return rng.choice(self.states)[1]

    def region(self, rng: Random) -> str:
        """A part of a country or a continent."""
        return rng.choice(REGIONS).removeprefix("the ")

    def landmark(self, rng: Random) -> str:
        """A lake, a mountain, a county: something named after a person or a town."""
        return rng.choice(LANDMARKS).format(
            n=rng.choice(self._latin)[0], s=rng.choice(self.states)[0]
        )

    def any(self, rng: Random) -> str:
        """A place of any of these sorts."""
        sorts = (self.city, self.country, self.state, self.region, self.landmark)
        sort = rng.choices(sorts, (10, 6, 4, 2, 1))[0]
        return sort(rng)

    def nationality(self, rng: Random) -> str:
        """An adjective: a nation's, a faith's, a party's."""
        return rng.choice(self._adjectives if rng.random() < 0.75 else GROUPS)

    def people(self, rng: Random) -> str:
        """The members of a nation, faith or party."""
        return rng.choice(self._peoples if rng.random() < 0.75 else PEOPLES)
