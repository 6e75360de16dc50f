"""The bot process: the gateway, and Telegram's way in where there is a token."""

from __future__ import annotations

import asyncio
import signal

from bot.gateway import Gateway
from bot.rasa import RasaClient
from bot.telegram_intake import poll, until_it_works, use_webhook
from delivery.bell import Bell, Listener, ring
from delivery.channels import open_channels
from delivery.clock import utc_now
from delivery.post import PostOffice
from delivery.queue import DeliveryQueue, open_huey
from delivery.telegram import make_bot
from office.database import Database
from settings import Settings


async def serve(settings: Settings) -> None:
    """Answer messages until SIGTERM or SIGINT; raise what a task dies of, and be revived."""
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
        for task in tasks:
            task.add_done_callback(lambda done: stopped.set() if _failed(done) else None)
        await stopped.wait()
        ended = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    bell.close()
    database.close()
    for task in ended:
        task.result()


def _failed(task: asyncio.Task[None]) -> bool:
    return not task.cancelled() and task.exception() is not None


async def _telegram(settings: Settings, database: Database) -> None:
    """Telegram's way in; a Telegram that cannot be reached is waited for."""
    bot = make_bot(settings.telegram_token or "", settings.telegram_api_url)
    try:
        if not await until_it_works(bot.initialize):
            return
        if settings.webhook_url:
            await use_webhook(bot, settings.webhook_url, settings.webhook_secret)
        else:
            await poll(bot, database, utc_now, lambda: ring(settings.bell_port, Bell.GATEWAY))
    finally:
        await bot.shutdown()


def run(settings: Settings) -> None:
    """Run the bot process."""
    asyncio.run(serve(settings))
