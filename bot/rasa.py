"""Talking to the Rasa server over loopback."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType

import httpx
from pydantic import BaseModel, ValidationError

TIMEOUT = 30.0


class RasaDownError(Exception):
    """Rasa cannot be reached or is not ready: the message waits and is tried again."""


class RasaRefusedError(Exception):
    """Rasa was reached and could not handle this message: another try may or may not help."""


class _Button(BaseModel):
    title: str
    payload: str


class _Said(BaseModel):
    text: str | None = None
    buttons: list[_Button] = []


class _Reply(BaseModel):
    intent: str | None = None
    messages: list[_Said]


@dataclass(frozen=True)
class Reply:
    """One message of Rasa's answer; buttons as (title, payload)."""

    text: str
    buttons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Turn:
    """Rasa's whole answer to one message."""

    intent: str | None
    replies: tuple[Reply, ...]


class RasaClient:
    """A client of our own channel in the Rasa server (bot/nlu/loopback_channel.py)."""

    def __init__(self, url: str, secret: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, headers={"X-Zhibu-Secret": secret}, timeout=TIMEOUT, trust_env=False
        )

    async def __aenter__(self) -> RasaClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def say(self, sender: str, text: str, inbox_id: int) -> Turn:
        """Hand a message over and return what Rasa answers."""
        body = {"sender": sender, "text": text, "metadata": {"inbox_id": inbox_id}}
        try:
            response = await self._client.post("/webhooks/loopback/webhook", json=body)
        except httpx.HTTPError as error:
            raise RasaDownError from error
        if response.status_code in {404, 409, 503}:  # started, but without a model yet
            raise RasaDownError
        try:
            if response.status_code != 200:
                raise RasaRefusedError(str(response.status_code))
            reply = _Reply.model_validate_json(response.content)
        except ValidationError as error:
            raise RasaRefusedError("unreadable") from error
        replies = tuple(
            Reply(said.text, tuple((b.title, b.payload) for b in said.buttons))
            for said in reply.messages
            if said.text
        )
        if not replies:  # Rasa swallows an action that failed and answers with nothing
            raise RasaRefusedError("silent")
        return Turn(reply.intent, replies)
