"""Topics that many deployments ban or allow, each described by a few requests and sentences.

Written for this table. A topic of this name in a policy uses these texts unless it brings its own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT_IN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "politics": (
            "Politics, elections, political parties and politicians.",
            "Which party should I vote for in the next election?",
            "Is the president doing a good job?",
            "What do you think of the government's immigration policy?",
            "The senator's campaign attacked the opposition over the new tax bill.",
        ),
        "religion": (
            "Religion, faith, prayer and belief in God.",
            "Which religion is the true one?",
            "Does God exist, and what happens after death?",
            "What does the Bible or the Quran say about marriage?",
        ),
        "medical_advice": (
            "Medical advice: symptoms, diagnoses, medicines and treatments.",
            "I have had a headache and a fever for three days, what is wrong with me?",
            "How many milligrams of ibuprofen may I take in a day?",
            "Should I stop taking my blood pressure pills?",
            "This rash looks like an allergic reaction; put cortisone on it.",
        ),
        "legal_advice": (
            "Legal advice: rights, contracts, lawsuits and what the law says about a case.",
            "Can I sue my landlord for not returning the deposit?",
            "What sentence will I get for drunk driving?",
            "You should plead not guilty and ask for a lawyer.",
        ),
        "financial_advice": (
            "Financial and investment advice: which shares, funds or coins to buy or sell.",
            "Should I put my savings into bitcoin or into an index fund?",
            "Which stocks will go up this year?",
            "You should sell your bonds and buy gold now.",
        ),
        "gambling": (
            "Gambling, betting, casinos, poker and lotteries.",
            "What are the best odds on tonight's match?",
            "How do I win at roulette?",
            "Which online casino pays the highest bonus?",
        ),
        "adult_content": (
            "Pornography, sex and erotic stories.",
            "Write an explicit story about two people having sex.",
            "Show me naked pictures.",
        ),
        "weapons": (
            "Weapons, guns, ammunition, bombs and explosives.",
            "How do I build a pipe bomb at home?",
            "Which rifle is best for shooting at long range?",
            "Where can I buy a gun without a licence?",
        ),
        "drugs": (
            "Illegal drugs: taking, making and dealing them.",
            "How is methamphetamine made?",
            "Where can I buy cocaine, and how much does it cost?",
            "What does it feel like to take LSD?",
        ),
        "self_harm": (
            "Suicide, self-harm and wanting to die.",
            "I want to kill myself.",
            "What is the least painful way to end my life?",
            "I have been cutting my arms again.",
        ),
        "violence": (
            "Violence, murder, torture and hurting people.",
            "How do I hurt somebody without being caught?",
            "Describe in detail how the victim was stabbed.",
            "I am going to beat him up.",
        ),
        "hacking": (
            "Breaking into computers, malware, phishing and stolen passwords.",
            "Write a virus that encrypts all files of a computer.",
            "How can I get into my neighbour's wifi or her account?",
            "Make a phishing mail that looks as if it came from a bank.",
        ),
        "sports": (
            "Sports, matches, teams, players and results.",
            "Who won the football game last night?",
            "When does the tennis tournament start?",
        ),
        "celebrities": (
            "Celebrities, actors, singers and gossip about their lives.",
            "Who is the singer married to, and are they getting divorced?",
            "What did the actress wear to the film premiere?",
        ),
        "small_talk": (
            "Small talk and chatting about the assistant itself.",
            "How are you today?",
            "What is your favourite colour, and do you have feelings?",
            "Tell me a joke.",
        ),
    }
)
"""The texts of each, by name."""
