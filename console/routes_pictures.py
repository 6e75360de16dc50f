"""The picture beside a message, for whom it was sent to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Response

from console.context import Address, App
from delivery.pictures import drawn
from office import outbox
from office.members import WEB

router = APIRouter()


@router.get("/api/pictures/{row}.png")
def picture(here: App, address: Address, row: Annotated[int, Path(ge=1, lt=2**31)]) -> Response:
    """Drawn anew; 404 for a message that was not sent to this browser's address."""
    with here.database.reading() as session:
        shown = outbox.picture_sent(session, WEB, address, row)
    png = drawn(shown)
    if png is None:
        raise HTTPException(404)
    return Response(
        png, media_type="image/png", headers={"Cache-Control": "private, max-age=86400"}
    )
