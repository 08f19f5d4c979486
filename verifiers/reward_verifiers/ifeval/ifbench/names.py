"""Lists that instructions name: persons, pronouns, capitals.

Source: ``count:person_names``, ``count:pronouns`` and ``custom:european_capitals_sort`` of
allenai/IFBench.
"""

from __future__ import annotations

PERSON_NAMES = (
    *("Emma", "Liam", "Sophia", "Jackson", "Olivia", "Noah", "Ava", "Lucas", "Isabella", "Mason"),
    *("Mia", "Ethan", "Charlotte", "Alexander", "Amelia", "Benjamin", "Harper", "Leo", "Zoe"),
    *("Daniel", "Chloe", "Samuel", "Lily", "Matthew", "Grace", "Owen", "Abigail", "Gabriel"),
    *("Ella", "Jacob", "Scarlett", "Nathan", "Victoria", "Elijah", "Layla", "Nicholas", "Audrey"),
    *("David", "Hannah", "Christopher", "Penelope", "Thomas", "Nora", "Andrew", "Aria", "Joseph"),
    *("Claire", "Ryan", "Stella", "Jonathan"),
)
"""The 50 names that count."""

NORTHERN_CAPITALS = (
    *("Reykjavik", "Helsinki", "Oslo", "Tallinn", "Stockholm", "Riga", "Moscow", "Copenhagen"),
    *("Vilnius", "Minsk", "Dublin", "Berlin", "Amsterdam", "Warsaw", "London", "Brussels"),
    *("Prague", "Luxembourg", "Paris", "Vienna", "Bratislava", "Budapest", "Vaduz", "Chisinau"),
    *("Bern", "Ljubljana", "Zagreb"),
)
"""The European capitals north of 45 degrees, from north to south."""

PERSONAL_PRONOUNS = frozenset(
    (
        *("i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"),
        *("you", "your", "yours", "yourself", "yourselves", "he", "him", "his", "himself"),
        *("she", "her", "hers", "herself", "it", "its", "itself"),
        *("they", "them", "their", "theirs", "themselves"),
    )
)
"""What counted as a pronoun until 2026."""

PRONOUNS = PERSONAL_PRONOUNS.union(
    ("this", "that", "these", "those", "who", "whom", "whose", "which", "what"),
    ("whoever", "whomever", "whatever", "whichever", "anybody", "anyone", "anything"),
    ("everybody", "everyone", "everything", "nobody", "nothing", "somebody", "someone"),
    ("something", "each", "either", "neither", "both", "all", "some", "any", "none"),
)
"""What counts at head."""
