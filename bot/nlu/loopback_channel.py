"""The only way into Rasa: a channel on loopback that knows our secret.

Rasa's own REST channel answers anybody, even with --auth-token, and lets a request name its own
channel. This one takes {"sender", "text", "metadata"} and returns {"intent", "messages"}.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse


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

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
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
            said = request.json
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
            tracker = await request.app.ctx.agent.tracker_store.retrieve(said["sender"])
            intent = tracker.latest_message.intent.get("name") if tracker else None
            return response.json({"intent": intent, "messages": collector.messages})

        return routes
