"""What stands between the names: numbers, dates, jobs, products, headings. None of it is labelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

MONTHS = (
    "January February March April May June July August September October November December".split()
)
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
TITLES = ("Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "Mr", "Mrs", "Ms", "Dr", "Professor", "Sir", "Miss",
          "Herr", "Frau", "Señor", "Captain", "Judge", "Senator", "President", "Rev.", "Father", "Lady",
          "Lord", "Sgt.", "Officer", "Nurse", "Coach", "Uncle", "Aunt", "Monsieur", "Madame", "General",
          "Colonel", "Lieutenant", "Admiral", "Detective", "Governor", "Mayor", "Bishop", "Chancellor",
          "Minister", "Ambassador", "Prime Minister", "Congressman", "Councillor", "Justice", "Sheriff", "Dean")  # fmt: skip
JOBS = ("software engineer", "Senior Engineer", "teacher", "nurse", "Account Manager", "CEO", "CFO",
        "Director of Sales", "data scientist", "electrician", "lawyer", "Head of Marketing", "plumber",
        "chef", "accountant", "Project Manager", "designer", "journalist", "Customer Success Manager",
        "Vice President", "HR Business Partner", "Attending Physician", "pharmacist", "professor",
        "barista", "Research Assistant", "Support Agent", "Product Owner", "Principal Consultant")  # fmt: skip
PRODUCTS = ("iPhone 14", "Galaxy S22", "Windows 11", "Model 3", "ThinkPad X1", "Office 365", "Kindle",
            "PlayStation 5", "AirPods Pro", "Excel", "PowerPoint", "Photoshop", "Chrome", "Gmail", "Alexa",
            "Docker", "Kubernetes", "Python", "JavaScript", "PostgreSQL", "Redis", "Kafka", "Terraform",
            "Ubuntu 22.04", "Jira", "Confluence", "Corolla", "Roomba i7", "Echo Dot", "S3", "EC2", "EKS",
            "C4", "Lambda", "TensorFlow", "React", "Django", "Bluetooth 5.0", "USB-C", "HDMI", "4K TV")  # fmt: skip
HEADWORDS = (
    "Introduction Summary Overview Background Key Takeaways Next Steps Conclusion Getting Started Best "
    "Practices Installation Usage Examples Requirements Configuration Troubleshooting Pricing Features "
    "Benefits Challenges Recommendations Results Discussion Methods References Appendix Terms Privacy "
    "Policy Refund Shipping Returns Payment Details Order Status Account Settings Notifications Security "
    "Login Password Reset Profile Dashboard Reports Analytics Help Center Contact Support Feedback Survey "
    "Time Management Active Listening Clear Communication Regular Exercise Healthy Diet Project Plan Team "
    "Building Risk Assessment Quality Assurance Data Analysis Machine Learning Deep Dive Quick Start Final "
    "Thoughts Common Mistakes Pros Cons Step Note Warning Important Tip Answer Question Example Option "
    "INTRODUCTORY PRICE OFFER TOTAL AMOUNT DUE INVOICE STATEMENT CONFIDENTIAL DRAFT URGENT FINAL NOTICE"
).split()  # fmt: skip
WORDS = (
    "the order was late and nobody answered please check again when you can it is not working after the "
    "update we need this before tomorrow thanks for your help with that issue the price looks wrong can "
    "someone explain how to change settings i really like this but it should be faster last time the box "
    "was damaged and the battery does not charge let me know if more details are needed right now"
).split()  # fmt: skip
ADJECTIVES = ("new", "old", "best", "late", "great", "urgent", "final", "small", "early", "quick")
_HEX = "0123456789abcdef"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def date(rng: Random) -> str:
    """A date in one of many forms."""
    d, m, y = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1935, 2026)
    month = MONTHS[m - 1]
    return rng.choice((
        f"{y}-{m:02}-{d:02}", f"{m:02}/{d:02}/{y}", f"{d}/{m}/{y % 100:02}", f"{d:02}.{m:02}.{y}",
        f"{month} {d}, {y}", f"{d} {month} {y}", f"{month[:3]} {d}", f"{month} {y}", f"{month} {d}th",
        f"{rng.choice(WEEKDAYS)}, {month} {d}", f"{d}-{month[:3]}-{y}", str(y), f"{month}",
    ))  # fmt: skip


def time(rng: Random) -> str:
    """A time of day."""
    h, m = rng.randint(0, 23), rng.randint(0, 59)
    return rng.choice((f"{h:02}:{m:02}", f"{h % 12 + 1}:{m:02} PM", f"{h % 12 + 1}am",
                       f"{h:02}:{m:02}:{rng.randint(0, 59):02}", f"{h % 12 + 1} p.m."))  # fmt: skip


def stamp(rng: Random) -> str:
    """The time stamp of a log line."""
    day = f"{rng.randint(2015, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
    return rng.choice((f"{day}T{clock}Z", f"{day} {clock},{rng.randint(0, 999):03}", f"[{day} {clock}]",
                       f"{rng.choice(MONTHS)[:3]} {rng.randint(1, 28)} {clock}"))  # fmt: skip


def digits(rng: Random, count: int) -> str:
    """That many digits."""
    return "".join(rng.choices("0123456789", k=count))


def number(rng: Random) -> str:
    """A whole number."""
    return str(rng.randint(0, 10 ** rng.randint(1, 6)))


def phone(rng: Random) -> str:
    """A telephone number."""
    return rng.choice((
        f"({digits(rng, 3)}) {digits(rng, 3)}-{digits(rng, 4)}", f"+{rng.randint(1, 99)} {digits(rng, 9)}",
        f"{digits(rng, 3)}-{digits(rng, 3)}-{digits(rng, 4)}", f"0{digits(rng, 4)} {digits(rng, 6)}",
        f"+44 {digits(rng, 4)} {digits(rng, 6)}", f"{digits(rng, 3)}.{digits(rng, 3)}.{digits(rng, 4)}",
        f"001-{digits(rng, 3)}-{digits(rng, 3)}-{digits(rng, 4)}x{digits(rng, 3)}", digits(rng, 10),
    ))  # fmt: skip


def code(rng: Random) -> str:
    """An identifier: ticket, order, version, hash."""
    letters = "".join(rng.choices(_CAPITALS, k=rng.choice((2, 3, 3, 4))))
    hexes = "".join(rng.choices(_HEX, k=32))
    return rng.choice((
        f"{letters}-{digits(rng, 4)}", f"#{digits(rng, 6)}", f"{letters}{digits(rng, 7)}", hexes, hexes[:7],
        f"{hexes[:8]}-{hexes[8:12]}-4{hexes[13:16]}-a{hexes[17:20]}-{hexes[20:]}", f"v{rng.randint(0, 9)}."
        f"{rng.randint(0, 30)}.{rng.randint(0, 9)}", f"INV-{digits(rng, 5)}", f"{letters}/{digits(rng, 3)}",
        f"{digits(rng, 3)}-{digits(rng, 2)}-{digits(rng, 4)}", " ".join(digits(rng, 4) for _ in "four"),
        f"{letters[:2]}{digits(rng, 2)} {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)}", letters,
    ))  # fmt: skip


def money(rng: Random) -> str:
    """An amount with its currency."""
    amount = f"{rng.randint(1, 99999):,}.{rng.randint(0, 99):02}"
    return rng.choice((f"${amount}", f"€{amount}", f"£{amount}", f"{amount} USD", f"EUR {amount}",
                       f"{rng.randint(2, 900)} dollars", f"${rng.randint(1, 900)}k"))  # fmt: skip


def heading(rng: Random) -> str:
    """Words in title case, as headings and buttons have them."""
    return " ".join(rng.sample(HEADWORDS, rng.randint(1, 4)))


def words(rng: Random) -> str:
    """Small talk without a name in it."""
    start = rng.randrange(len(WORDS) - 12)
    text = " ".join(WORDS[start : start + rng.randint(3, 12)])
    return text.capitalize() if rng.random() < 0.5 else text


def ip(rng: Random) -> str:
    """An address of a machine."""
    return ".".join(str(rng.randint(0, 255)) for _ in range(4))
