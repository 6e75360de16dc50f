"""What the rules of a base may be: the sound value of each, or InvalidRuleError."""

from __future__ import annotations

from office.errors import InvalidRuleError
from office.models import Approval, Escalation, OnSilence

NUMBERS = {
    "days_ahead": range(1, 401),
    "hours_before": range(721),
    "cancel_hours": range(721),
    "quota_per_month": range(1, 101),
    "buffer_before": range(241),
    "buffer_after": range(241),
    "approval_hours": range(1, 337),
    "escalation_hours": range(1, 337),
    "offer_minutes": range(5, 2881),
}
CHOICES = {"approval": Approval, "escalation": Escalation, "on_silence": OnSilence}
SWITCHES = frozenset({"has_guide", "uses_check_in"})
TEXTS = {
    "aliases": 200,
    "address": 200,
    "introduction": 500,
    "map_url": 300,
    "photo": 300,
    "contact_name": 40,
    "contact_phone": 20,
}
"""Longest texts, as the table has them."""
RULES = (*NUMBERS, *CHOICES, *sorted(SWITCHES), *TEXTS, "equipment")
"""Every rule that ``keeping.set_rules`` sets."""
MOST_PEOPLE = 100_000


def sound(name: str, value: object) -> object:
    """The value as it is stored, or InvalidRuleError."""
    if name == "quota_per_month" and value is None:
        return None
    if name in NUMBERS and type(value) is int and value in NUMBERS[name]:
        return value
    if name in SWITCHES and isinstance(value, bool):
        return value
    if name in TEXTS and isinstance(value, str) and len(value.strip()) <= TEXTS[name]:
        if name != "map_url" or not value.strip() or value.strip().startswith("https://"):
            return value.strip()
    elif name in CHOICES and isinstance(value, str) and value in list(CHOICES[name]):
        return CHOICES[name](value)
    elif name == "equipment" and isinstance(value, (list, tuple)) and len(value) <= 30:
        return [str(thing).strip()[:40] for thing in value if str(thing).strip()]
    span = NUMBERS.get(name)
    raise InvalidRuleError(
        rule=name, least=span.start if span else None, most=span.stop - 1 if span else None
    )
