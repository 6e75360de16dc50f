"""Addresses of our pages that a message may hold."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote

from office.models import Booking


@dataclass(frozen=True)
class Links:
    """Where our pages are, and the secret that makes an address one that nobody can guess."""

    url: str
    secret: str

    def mail_of(self, token: str, address: str) -> str:
        """Where a member confirms that a mail address is his."""
        return f"{self.url}/m/{token}?to={quote(address)}"

    def calendar_of(self, booking: Booking) -> str:
        """The calendar file of a booking, for who has no browser that we know (Telegram)."""
        return f"{self.url}/bookings/{booking.id}.ics?key={self.key_of(booking.id)}"

    def key_of(self, booking_id: int) -> str:
        """What opens the calendar file of this booking, and nothing else."""
        said = f"calendar file {booking_id}".encode()
        return hmac.new(self.secret.encode(), said, hashlib.sha256).hexdigest()[:16]

    def opens(self, key: str, booking_id: int) -> bool:
        """Whether this is the key of the booking."""
        return hmac.compare_digest(key.encode(), self.key_of(booking_id).encode())
