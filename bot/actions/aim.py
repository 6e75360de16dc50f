"""What the booking form is filled in for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """A new booking, unless it is a place on the waiting list or another time for a booking.

    A new one may be meant instead of a booking at another base, which stands until it is cancelled.
    """

    waits: bool = False
    booking_id: int | None = None
    """The booking that is to be moved."""
    version: int = 0
    """That booking as the member saw it."""
    instead_of: int | None = None
    """The booking at another base that is not needed once this one is made."""

    @classmethod
    def of(cls, value: object) -> Aim:
        """The aim as a slot holds it."""
        kind, *numbers = str(value or "").split(":")
        if kind == "move" and len(numbers) == 2:
            return cls(booking_id=int(numbers[0]), version=int(numbers[1]))
        if kind == "instead" and len(numbers) == 1:
            return cls(instead_of=int(numbers[0]))
        return cls(waits=kind == "wait")

    @property
    def kind(self) -> str:
        """book, wait or move: names the sentences."""
        return "move" if self.booking_id is not None else "wait" if self.waits else "book"

    def as_slot(self) -> str | None:
        """As ``of`` reads it."""
        if self.booking_id is not None:
            return f"move:{self.booking_id}:{self.version}"
        if self.instead_of is not None:
            return f"instead:{self.instead_of}"
        return "wait" if self.waits else None
