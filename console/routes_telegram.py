"""Telegram's webhook: take the update in, then answer."""

from __future__ import annotations

import asyncio
import hmac

from fastapi import APIRouter, HTTPException, Request
from telegram import Update

from bot.telegram_intake import store_update
from console.context import App
from delivery.bell import Bell, ring

router = APIRouter()


@router.post("/telegram/webhook")
async def webhook(request: Request, here: App) -> dict[str, str]:
    """403 for who does not know the secret."""
    settings = here.settings
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    known = hmac.compare_digest(given.encode(), settings.webhook_secret.encode())
    if not (settings.webhook_url and known):
        raise HTTPException(403)
    update = Update.de_json(await request.json())
    if update is None:
        return {}
    if await asyncio.to_thread(store_update, here.database, update, here.clock):
        ring(settings.bell_port, Bell.GATEWAY)
    query = update.callback_query
    # The answer may be a call: it takes the waiting mark off the pressed button.
    return {"method": "answerCallbackQuery", "callback_query_id": query.id} if query else {}
