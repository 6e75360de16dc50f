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

    def study_of(self, item_id: int, member_id: int) -> str:
        """The page of an item of study content, for the member to whom it was sent."""
        key = self.study_key(item_id, member_id)
        return f"{self.url}/study/{item_id}?of={member_id}&key={key}"

    def study_key(self, item_id: int, member_id: int) -> str:
        """What opens this item for this member, and nothing else."""
        said = f"study page {item_id} of {member_id}".encode()
        return hmac.new(self.secret.encode(), said, hashlib.sha256).hexdigest()[:24]

    def opens_study(self, key: str, item_id: int, member_id: int) -> bool:
        """Whether this is the key of the item for the member."""
        return hmac.compare_digest(key.encode(), self.study_key(item_id, member_id).encode())

    def opens(self, key: str, booking_id: int) -> bool:
        """Whether this is the key of the booking."""
        return hmac.compare_digest(key.encode(), self.key_of(booking_id).encode())
