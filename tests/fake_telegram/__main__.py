"""A fake Telegram Bot API server on loopback, for tests and demonstrations without a network.

``python -m tests.fake_telegram --port 8081 --token 1:T``, then TELEGRAM_API_URL=http://127.0.0.1:8081

``/bot<token>/<method>`` speaks the Bot API: GET or POST, parameters in the query, a form, a
multipart form or a JSON body. Under ``/control`` a test plays the people and breaks things; see
``client.py``. It knows one bot, keeps everything in memory, and takes Markdown
for plain text.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hmac
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fake_telegram.memory import Fault, Json, Webhook
from tests.fake_telegram.rules import ApiError, Params
from tests.fake_telegram.state import FakeState

SENDS = frozenset({"sendmessage", "sendphoto", "editmessagetext", "editmessagereplymarkup"})
WEBHOOK_RETRY = 0.3
FILE = {"file_id": "file", "file_unique_id": "file"}
STICKER = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
MEDIA: dict[str, Json] = {
    "sticker": {"sticker": FILE | STICKER | {"emoji": "👍"}},
    "voice": {"voice": FILE | {"duration": 3, "mime_type": "audio/ogg"}},
    "photo": {"photo": [FILE | {"width": 90, "height": 90}]},
}


class _Protocol(H11Protocol):
    """Lets a request reach its connection, so that an answer can be lost."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def make_app(state: FakeState) -> Starlette:
    """The server over a state."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        bringer = asyncio.create_task(_bring_updates(state))
        yield
        bringer.cancel()

    async def bot_api(request: Request) -> Response:
        method = request.path_params["method"].lower()
        try:
            if not hmac.compare_digest(request.path_params["token"], state.token):
                raise ApiError(401, "Unauthorized")
            return await _call(state, method, request)
        except ApiError as error:
            return JSONResponse(error.answer(), error.code)

    async def control(request: Request) -> Response:
        params = await _params(request)
        try:
            answer = _control(state, request.path_params["what"], params)
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": repr(error)}, 400)
        return JSONResponse(answer)

    both = ["GET", "POST"]
    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/bot{token}/{method}", bot_api, methods=both),
            Route("/control/{what}", control, methods=both),
        ],
    )


async def _call(state: FakeState, method: str, request: Request) -> Response:
    params = await _params(request)
    state.memory.calls.append(method)
    if method == "getupdates":
        return _ok(await state.get_updates(params))
    if method not in state.methods:
        raise ApiError(404, "Not Found: method not found")
    faults = state.memory.faults
    fault = faults.popleft() if method in SENDS and faults else Fault()
    if fault.refusal:
        raise fault.refusal
    result = state.methods[method](params)
    if fault.hold:
        await asyncio.sleep(fault.hold)
    if fault.drop:
        request.state.transport.abort()
    return _ok(result)


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


async def _params(request: Request) -> Params:
    """The parameters, wherever they are; an uploaded file as its bytes."""
    params: Params = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = await request.body()
        params |= (await request.json()) if body else {}
    elif kind:
        for name, value in (await request.form()).items():
            params[name] = await value.read() if isinstance(value, UploadFile) else value
    return params


def _control(state: FakeState, what: str, params: Params) -> Any:
    memory = state.memory
    match what:
        case "message":
            chat_id, chat_type = int(params["chat_id"]), params.get("chat_type", "private")
            return state.push("message", state.incoming(chat_id, chat_type, _content(params)))
        case "press":
            pressed = int(params["chat_id"]), int(params["message_id"]), str(params["data"])
            return state.push("callback_query", state.press(*pressed))
        case "sent":
            return [_shown(record) for record in memory.sent.values()]
        case "state":
            return {
                "pending": list(memory.pending),
                "webhook": memory.webhook.url if memory.webhook else "",
                "queries": memory.queries,
                "actions": memory.actions,
                "commands": memory.commands,
                "calls": memory.calls,
            }
        case "chat":
            memory.chats[int(params["chat_id"])] = str(params["state"])
        case "fail-next":
            hints = {"retry_after": int(params["retry_after"])} if "retry_after" in params else {}
            refusal = ApiError(int(params["code"]), str(params["description"]), **hints)
            memory.faults.extend([Fault(refusal)] * int(params.get("times", 1)))
        case "drop-next":
            memory.faults.extend([Fault(drop=True)] * int(params.get("times", 1)))
        case "hold-next":
            fault = Fault(hold=float(params["seconds"]))
            memory.faults.extend([fault] * int(params.get("times", 1)))
        case "reset":
            state.reset()
        case _:
            raise KeyError(what)
    return True


def _content(params: Params) -> Json:
    """What a person sends: a text (a command is marked as one), or a picture, voice or sticker."""
    if "kind" in params:
        caption = params.get("caption")
        return MEDIA[params["kind"]] | ({"caption": caption} if caption else {})
    text = str(params["text"])
    if not text.startswith("/"):
        return {"text": text}
    command = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    return {"text": text, "entities": [command]}


def _shown(record: Json) -> Json:
    """A sent message as tests see it, with its buttons in reading order."""
    message = record["message"]
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "message_id": message["message_id"],
        "chat_id": message["chat"]["id"],
        "method": record["method"],
        "text": message.get("text", message.get("caption", "")),
        "buttons": [[one["text"], one.get("callback_data", "")] for row in rows for one in row],
        "at": record["at"],
        "edited": record["edited"],
    }


async def _bring_updates(state: FakeState) -> None:
    """Post waiting updates to the webhook, in order, each until it is taken."""
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        while True:
            changed, hook = state.changed, state.memory.webhook
            if hook is None or not state.memory.pending:
                await changed.wait()
                continue
            update = state.memory.pending[0]
            if await _bring(client, state, hook, update):
                if state.memory.pending and state.memory.pending[0] is update:
                    state.memory.pending.popleft()
            else:
                await asyncio.sleep(WEBHOOK_RETRY)


async def _bring(client: httpx.AsyncClient, state: FakeState, hook: Webhook, update: Json) -> bool:
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
    try:
        response = await client.post(hook.url, json=update, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        problem = f"Connection failed: {type(error).__name__}"
    else:
        if response.is_success:
            _answer_of_webhook(state, response)
            return True
        problem = f"Wrong response from the webhook: {response.status_code}"
    hook.last_error, hook.last_error_at = problem, int(time.time())
    return False


def _answer_of_webhook(state: FakeState, response: httpx.Response) -> None:
    """The answer to an update may itself be a call; the bot does not hear how it went."""
    with contextlib.suppress(ValueError, ApiError):
        call = response.json()
        method = str(call.get("method", "")).lower() if isinstance(call, dict) else ""
        if method in state.methods:
            state.memory.calls.append(method)
            state.methods[method](call)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="a fake Telegram Bot API server on loopback")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", required=True, help="like 123456:anything")
    given = parser.parse_args()
    uvicorn.run(
        make_app(FakeState(given.token)),
        host="127.0.0.1",
        port=given.port,
        http=_Protocol,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
