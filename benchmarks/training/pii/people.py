"""Names of people, of many cultures and in many forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faker import Faker

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

LATIN = {
    "en_US": 10, "en_GB": 5, "en_IN": 4, "en_AU": 2, "en_CA": 2, "en_IE": 2, "en_NZ": 1,
    "de_DE": 3, "de_AT": 1, "fr_FR": 3, "fr_CA": 1, "es_ES": 3, "es_MX": 3, "es_AR": 1, "it_IT": 3,
    "pt_BR": 3, "pt_PT": 1, "nl_NL": 3, "nl_BE": 1, "sv_SE": 2, "da_DK": 2, "no_NO": 2, "fi_FI": 2,
    "pl_PL": 3, "cs_CZ": 2, "sk_SK": 1, "sl_SI": 1, "hr_HR": 1, "hu_HU": 2, "ro_RO": 1, "tr_TR": 2,
    "lt_LT": 1, "lv_LV": 1, "et_EE": 1, "id_ID": 2, "fil_PH": 1, "vi_VN": 1, "zu_ZA": 1, "yo_NG": 2,
    "ha_NG": 1, "ig_NG": 1, "tw_GH": 1, "sw": 1,
}  # fmt: skip
"""Faker's locales whose names are in Latin letters, with their share."""

OTHER_SCRIPTS = ("ru_RU", "uk_UA", "bg_BG", "el_GR", "ja_JP", "zh_CN", "ko_KR", "hi_IN", "ar_SA")

ROMANISED = {
    "Wei Li Min Jing Xin Yan Hui Fang Lei Jun Hao Ming Xiao Mei Ling Qiang Tao Yu Chen Rui": (
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng "
        "Liang Xie Song Tang Deng Feng Han Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du"
    ),
    "Hiroshi Yuki Haruto Sakura Aiko Kenji Takashi Yumi Akira Naoko Daisuke Emi Ren Hana Sota": (
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada "
        "Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Mori Abe Ikeda Hashimoto Ogawa"
    ),
    "Min-jun Ji-woo Seo-yeon Ha-eun Jun-ho Soo-jin Hyun-woo Eun-ji Dong-hyun Yoon-ah Tae-yang": (
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Yoo Hong"
    ),
    "Ahmed Mohammed Fatima Omar Layla Yusuf Aisha Khalid Noor Hassan Zainab Ibrahim Mariam Samir": (
        "Al-Sayed Haddad Khan Rahman Hussein Abdullah Mansour Nasser Saleh Farouk Aziz Qureshi "
        "Bakr Shaheen Malik Siddiqui el-Masri Al-Rashid Chaudhry Mahmoud Darwish Karimi Sheikh"
    ),
    "Olga Dmitri Svetlana Ivan Natalia Sergei Ekaterina Alexei Irina Vladimir Oksana Andriy": (
        "Ivanov Petrova Smirnov Kuznetsova Popov Sokolova Volkov Morozova Kovalenko Shevchenko "
        "Bondarenko Tkachuk Lebedev Novikova Fedorov Orlova Pavlov Zaitseva Melnyk Kravchenko"
    ),
    "Amara Chinedu Kwame Adaeze Tendai Wanjiku Thabo Nia Kofi Abebe Sefu Zola Femi Makena": (
        "Okafor Adeyemi Mensah Nkosi Dlamini Mwangi Otieno Kamau Banda Moyo Diallo Traore Keita "
        "Tesfaye Haile Boateng Asante Eze Balogun Mutasa Ndlovu Kiplagat Sithole Osei Bekele"
    ),
    "Priya Arjun Ananya Rahul Lakshmi Vikram Divya Sanjay Kavita Rohan Deepa Suresh Meera Anil": (
        "Sharma Patel Singh Kumar Gupta Reddy Nair Iyer Mehta Joshi Desai Rao Chatterjee Banerjee "
        "Mukherjee Kapoor Verma Agarwal Pillai Bhat Menon Kulkarni Jain Mishra Choudhury Das Bose"
    ),
}
"""Given names of a culture, and its family names, in Latin letters."""

WORDLIKE_FIRST = (
    "Grace Hope Faith Joy Rose Lily Daisy Ivy Violet Summer Autumn April May June Will Mark Bill Art "
    "Jack Frank Rich Chase Drew Pat Chip Dean Duke Earl King Miles Norm Ray Rob Rod Skip Sandy Penny "
    "Ginger Amber Crystal Ruby Pearl Jade Olive Sage Hazel Iris Heather Holly Melody Harmony Destiny "
    "Trinity Christian Dallas Austin Houston Phoenix Paris London Sydney Brooklyn Savannah Charlotte "
    "Florence Georgia Virginia Carolina Dakota Montana Jordan Chad Israel Kenya India China Asia "
    "Madison Lincoln Jackson Carter Mason Hunter Taylor Cooper Parker Tyler Cole Reed Wade Forest "
    "Brook Rain River Sky Star Dawn Eve Star August Colt Gene Guy Buck Woody Sunny Stormy Angel Major"
).split()  # fmt: skip

WORDLIKE_LAST = (
    "Ford Chase Wells Morgan Stanley Bush Rice Bean Cook Baker Carpenter Fisher Hunter Mason Potter "
    "Sharp Short Long Small Little Young White Black Brown Green Gray Rose Woods Field Fields Forest "
    "Hill Hills Lake Rivers Brooks Stone Rock Sands Park Parks Church Temple Bishop Pope Abbot Monk "
    "Knight King Prince Duke Earl Baron Major Sargent Page Price Cash Banks Bond Sterling Penny "
    "Washington Lincoln Jackson Berlin London York Paris Holland England French German Scott Ireland "
    "Summers Winter Winters Frost Snow Storm Gale Day Weeks May Friday Love Hope Best Good Strong "
    "Bright Noble Wise Moody Grant Marsh Mills Glass Case Key Keys Bell Horn Drum Harper Singer Law "
    "Judge Justice Pace Rush Swift Fox Wolf Bear Lamb Bull Crane Hawk Swan Drake Finch Bird Fish Pike"
).split()  # fmt: skip

PARTICLES = ("van", "van der", "van den", "de", "de la", "von", "von der", "di", "del", "da", "dos",
             "bin", "al", "el", "le", "la", "ter", "ten", "zu", "St.", "Mac")  # fmt: skip
SUFFIXES = ("Jr.", "Sr.", "II", "III", "IV", "Jr", ", Jr.", "Sr")
FORMS = {
    "{first} {last}": 62,
    "{first} {letter}. {last}": 10,
    "{first} {more} {last}": 6,
    "{initial}. {last}": 4,
    "{initial}.{letter}. {last}": 2,
    "{first} {last}-{other}": 5,
    "{first} {particle} {last}": 3,
    "{first} {last} {suffix}": 3,
    "{first} {last} {other}": 3,
    "script": 2,
}
"""How a full name is written, and how often; `script` is a name in letters that are not Latin."""
_POOL = 500


class People:
    """Draws names: `first`, `last`, `full` and the forms that `any` mixes."""

    def __init__(self, reference: Path, seed: int) -> None:
        self._cultures = [(given.split(), family.split()) for given, family in ROMANISED.items()]
        self._locales: list[tuple[list[str], list[str]]] = []
        self._scripts: list[list[str]] = []
        self._weights = list(LATIN.values())
        for locale in LATIN:
            fake = Faker(locale)
            fake.seed_instance(seed)
            pool = range(_POOL)
            self._locales.append(
                ([fake.first_name() for _ in pool], [fake.last_name() for _ in pool])
            )
        for locale in OTHER_SCRIPTS:
            fake = Faker(locale)
            fake.seed_instance(seed)
            self._scripts.append([f"{fake.first_name()} {fake.last_name()}" for _ in range(200)])
        self._listed = (
            _listed(reference / "first_names_all.txt") + _listed(reference / "first_names_us.txt"),
            _listed(reference / "surnames_all.txt") + _listed(reference / "surnames_us.txt"),
        )

    def pair(self, rng: Random) -> tuple[str, str]:
        """A given and a family name that go together, more or less."""
        draw = rng.random()
        if draw < 0.55:
            given, family = rng.choices(self._locales, self._weights)[0]
        elif draw < 0.70:
            given, family = rng.choice(self._cultures)
        elif draw < 0.92:
            given, family = self._listed
        else:
            given = WORDLIKE_FIRST if rng.random() < 0.6 else self._locales[0][0]
            family = WORDLIKE_LAST if rng.random() < 0.6 else self._locales[0][1]
        return rng.choice(given), rng.choice(family)

    def first(self, rng: Random) -> str:
        """A given name alone."""
        return self.pair(rng)[0]

    def last(self, rng: Random) -> str:
        """A family name alone."""
        return self.pair(rng)[1]

    def wordlike(self, rng: Random) -> str:
        """A name that is also a word, a month or a town."""
        return rng.choice(rng.choice((WORDLIKE_FIRST, WORDLIKE_LAST)))

    def initialled(self, rng: Random) -> str:
        """A family name after initials."""
        return f"{_initials(rng)} {self.last(rng)}"

    def catalogued(self, rng: Random) -> str:
        """A family name before initials, as in lists of references."""
        return f"{self.last(rng)}, {_initials(rng)}"

    def full(self, rng: Random) -> str:
        """Given and family name, in one of many forms."""
        first, last = self.pair(rng)
        form = rng.choices(list(FORMS), list(FORMS.values()))[0]
        if form == "script":
            return rng.choice(rng.choice(self._scripts))
        return form.format(
            first=first,
            last=last,
            more=self.first(rng) if "{more}" in form else "",
            other=self.last(rng) if "{other}" in form else "",
            initial=first[0],
            letter=rng.choice("ABCDEFGHJKLMNPRSTVW"),
            particle=rng.choice(PARTICLES),
            suffix=rng.choice(SUFFIXES),
        ).replace(" ,", ",")

    def inverted(self, rng: Random) -> str:
        """`Family, Given`, as in tables and registers."""
        first, last = self.pair(rng)
        return f"{last}, {first}" + (
            f" {rng.choice('ABCDEFGHJKLM')}." if rng.random() < 0.25 else ""
        )

    def any(self, rng: Random) -> str:
        """Mostly a full name, else one part of it."""
        draw = rng.random()
        if draw < 0.72:
            return self.full(rng)
        return self.first(rng) if draw < 0.9 else self.last(rng)


def _initials(rng: Random) -> str:
    letters = rng.choices("ABCDEFGHJKLMNPRSTVW", k=rng.choice((1, 1, 2)))
    return rng.choice(("", " ")).join(f"{letter}." for letter in letters)


def _listed(path: Path) -> list[str]:
    names = path.read_text("utf-8").split("\n")
    return [name for name in names if len(name) > 2 and name.isalpha() and name.istitle()]
