"""The only way into Rasa: a channel on loopback that knows our secret.

Rasa's own REST channel answers anybody, even with --auth-token, and lets a request name its own
channel. This one takes {"sender", "text", "metadata"} and returns {"intent", "messages"}.
"""

from __future__ import annotations

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

Handler = Callable[[UserMessage], Awaitable[Any]]
REMEMBERED = 1000
"""Conversations whose last turn is kept, for a message that is handed over again."""


class LoopbackChannel(InputChannel):
    """Serves ``POST /webhooks/loopback/webhook``."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in the address."""
        return "loopback"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> LoopbackChannel:
        """Take the secret from credentials.yml."""
        secret = (credentials or {}).get("secret") or ""
        if len(secret) < 16 or secret.startswith("$"):
            raise ValueError("ZHIBU_SECRET must be set to at least 16 characters")
        return cls(secret)

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._turns: OrderedDict[str, tuple[Any, asyncio.Task[dict[str, Any]]]] = OrderedDict()

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The routes of this channel."""
        routes = Blueprint("loopback_channel")

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            given = request.headers.get("X-Zhibu-Secret", "").encode()
            if not hmac.compare_digest(given, self._secret):
                return response.json({"error": "forbidden"}, status=403)
            # Shielded: who asks again after a lost answer gets the turn that is under way.
            turn = self._turn(request.json, on_new_message, request.app.ctx.agent)
            return response.json(await asyncio.shield(turn))

        return routes

    def _turn(
        self, said: dict[str, Any], on_new_message: Handler, agent: Any
    ) -> asyncio.Task[dict[str, Any]]:
        """The turn that answers a message; handed over twice, it is the same turn."""
        sender, name = said["sender"], (said.get("metadata") or {}).get("inbox_id")
        last = self._turns.get(sender)
        if last is not None and name is not None and last[0] == name and not _empty(last[1]):
            return last[1]
        turn = asyncio.ensure_future(self._answer(said, on_new_message, agent))
        self._turns[sender] = (name, turn)
        self._turns.move_to_end(sender)
        while len(self._turns) > REMEMBERED:
            self._turns.popitem(last=False)
        return turn

    async def _answer(
        self, said: dict[str, Any], on_new_message: Handler, agent: Any
    ) -> dict[str, Any]:
        collector = CollectingOutputChannel()
        await on_new_message(
            UserMessage(
                said["text"],
                collector,
                said["sender"],
                input_channel=self.name(),
                metadata=said.get("metadata"),
            )
        )
        tracker = await agent.tracker_store.retrieve(said["sender"])
        intent = tracker.latest_message.intent.get("name") if tracker else None
        return {"intent": intent, "messages": collector.messages}


def _empty(turn: asyncio.Task[dict[str, Any]]) -> bool:
    """Whether a turn ended with nothing to say: an action failed, so another try is worth it."""
    return turn.done() and (turn.exception() is not None or not turn.result()["messages"])
