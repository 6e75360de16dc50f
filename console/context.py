"""What every page has at hand, and who is looking at it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.templating import Jinja2Templates
from sqlalchemy.orm import Session

from console.identity import address_of
from console.live import Live
from delivery import booking_notices
from delivery.clock import Clock
from delivery.queue import DeliveryQueue
from office import members
from office.database import Database
from office.members import WEB
from office.models import Member
from settings import Settings


@dataclass(frozen=True)
class Here:
    """The parts of one running application."""

    settings: Settings
    database: Database
    clock: Clock
    live: Live
    pages: Jinja2Templates
    queue: DeliveryQueue

    @property
    def secure(self) -> bool:
        """Whether members open the pages over HTTPS."""
        return self.settings.public_url.startswith("https://")


def changing(here: Here) -> AbstractContextManager[Session]:
    """A session that commits; who has to hear of the change is told in it, and reached at once."""
    return booking_notices.changing(here.database, here.queue, here.clock)


def _here(request: Request) -> Here:
    here: Here = request.app.state.here
    return here


App = Annotated[Here, Depends(_here)]


def known_address(request: Request, here: App) -> str:
    """The chat address of the browser; 401 for one that we do not know."""
    address = address_of(request, here.database)
    if address is None:
        raise HTTPException(401)
    return address


Address = Annotated[str, Depends(known_address)]


def member_at(session: Session, address: str) -> Member:
    """The member whose browser this is; 401 for a guest."""
    member = members.by_contact(session, WEB, address)
    if member is None:
        raise HTTPException(401)
    return member
