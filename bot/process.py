"""The bot process: the gateway, and Telegram's way in where there is a token."""

from __future__ import annotations

import asyncio
import contextlib
import signal

from bot.gateway import Gateway
from bot.rasa import RasaClient
from bot.telegram_intake import poll, use_webhook
from delivery.bell import Bell, Listener, ring
from delivery.channels import open_channels
from delivery.clock import utc_now
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.telegram import make_bot
from office.database import Database
from settings import Settings


async def serve(settings: Settings) -> None:
    """Answer messages until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    database = Database(settings.database_url)
    queue = DeliveryQueue(open_huey(settings.queue_url, settings.data_folder))
    post = PostOffice(database, open_channels(settings), utc_now, queue)
    bell = await Listener.open(settings.bell_port, Bell.GATEWAY)
    async with RasaClient(settings.rasa_url, settings.secret) as rasa:
        tasks = [asyncio.create_task(Gateway(database, rasa, post, utc_now).run(bell))]
        if settings.telegram_token:
            tasks.append(asyncio.create_task(_telegram(settings, database)))
        await stopped.wait()
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    bell.close()
    database.close()


async def _telegram(settings: Settings, database: Database) -> None:
    async with make_bot(settings.telegram_token or "", settings.telegram_api_url) as bot:
        if settings.webhook_url:
            await use_webhook(bot, settings.webhook_url, settings.webhook_secret or settings.secret)
        else:
            await poll(bot, database, utc_now, lambda: ring(settings.bell_port, Bell.GATEWAY))


def run(settings: Settings) -> None:
    """Run the bot process."""
    asyncio.run(serve(settings))
