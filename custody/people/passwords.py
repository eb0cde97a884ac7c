"""What a password may not be made of: the words of this house, which a guesser tries first."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from custody.people.models import Officer

#: With the officer's badge, unit and agency. docs/asvs.md, 6.1.2.
WORDS = (
    "custody",
    "customs",
    "narcotics",
    "cocaine",
    "heroin",
    "seizure",
    "evidence",
    "douane",
    "police",
    "officer",
    "password",
)
#: So many characters have to be left when all such words are taken out.
OWN = 8


class NoHouseWords:
    """Refuses passwords that are little more than words of the house."""

    def validate(self, password: str, user: Officer | None = None) -> None:
        """Pass if enough is left.

        Raises:
            ValidationError: it is not.
        """
        own = (user.badge, *user.unit_id.split("/")) if user else ()
        rest = password.casefold()
        for word in sorted((*WORDS, *(one.casefold() for one in own)), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < OWN:
            raise ValidationError("Too much of it is a word of this house.", code="house_words")

    def get_help_text(self) -> str:
        """What the page says beside the field."""
        return "Words of this house count for nothing."
