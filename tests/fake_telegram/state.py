"""What the fake Telegram knows: chats, messages, updates that wait, and the methods on them."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Any

from tests.fake_telegram.memory import BLOCKED, GONE, OPEN, Json, Memory, Webhook
from tests.fake_telegram.rules import (
    CHAT_ACTIONS,
    ApiError,
    Params,
    bad_request,
    caption_of,
    check_webhook,
    commands_of,
    flag,
    keyboard_of,
    number,
    structure,
    text_of,
)

LONGEST_POLL = 50


class FakeState:
    """One bot's side of Telegram. Ids go on after a reset, as they would."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.me = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "支部助手",
            "username": "zhibu_test_bot",
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        self.memory = Memory()
        self.changed = asyncio.Event()
        self._poller = 0
        self._message_ids = itertools.count(1)
        # A fake that is started anew goes on with higher update ids, like the real one.
        self._update_ids = itertools.count(int(time.time()) % 10**8 * 10)
        self.methods: dict[str, Callable[[Params], Any]] = {
            "getme": lambda _: self.me,
            "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook,
            "getwebhookinfo": self.webhook_info,
            "sendmessage": self.send_message,
            "sendphoto": self.send_photo,
            "editmessagetext": self.edit_text,
            "editmessagereplymarkup": self.edit_markup,
            "answercallbackquery": self.answer_query,
            "sendchataction": self.chat_action,
            "setmycommands": self.set_commands,
        }

    def reset(self) -> None:
        """Forget everything."""
        self.memory = Memory()
        self.notify()

    def notify(self) -> None:
        """Wake whoever waits for a change."""
        self.changed.set()
        self.changed = asyncio.Event()

    # Updates

    def push(self, kind: str, content: Json) -> int | None:
        """A new update; None if the bot did not ask for this kind."""
        if self.memory.allowed and kind not in self.memory.allowed:
            return None
        update_id = next(self._update_ids)
        self.memory.pending.append({"update_id": update_id, kind: content})
        self.notify()
        return update_id

    def incoming(self, chat_id: int, chat_type: str, content: Json) -> Json:
        """A message of a person to the bot."""
        person = {"id": abs(chat_id), "is_bot": False, "first_name": f"党员{abs(chat_id)}"}
        chat = {"id": chat_id, "type": chat_type}
        chat |= {"first_name": person["first_name"]} if chat_type == "private" else {"title": "群"}
        return self._message(chat, person) | content

    def press(self, chat_id: int, message_id: int, data: str) -> Json:
        """A press on a button under a message; one that is unknown counts as inaccessible."""
        query_id = str(time.time_ns())
        self.memory.queries[query_id] = None
        message = {"chat": {"id": chat_id, "type": "private"}, "message_id": message_id, "date": 0}
        record = self.memory.sent.get(message_id)
        return {
            "id": query_id,
            "from": {"id": abs(chat_id), "is_bot": False, "first_name": f"党员{abs(chat_id)}"},
            "chat_instance": str(chat_id),
            "data": data,
            "message": record["message"] if record else message,
        }

    async def get_updates(self, params: Params) -> list[Json]:
        """Confirm what lies before the offset, then wait until there is something or time is up."""
        self._refuse_beside_webhook()
        kinds = structure(params, "allowed_updates")
        if kinds is not None:
            self.memory.allowed = kinds
        offset, pending = number(params, "offset", 0), self.memory.pending
        while pending and (pending[0]["update_id"] < offset or 0 < -offset < len(pending)):
            pending.popleft()
        limit = min(max(number(params, "limit", 100), 1), 100)
        until = time.monotonic() + min(number(params, "timeout", 0), LONGEST_POLL)
        self._poller += 1
        poller = self._poller
        self.notify()
        while not self.memory.pending and (left := until - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(self.changed.wait(), left)
            except TimeoutError:
                break
            self._refuse_beside_webhook()
            if poller != self._poller:
                reason = "terminated by other getUpdates request"
                raise ApiError(409, f"Conflict: {reason}; only one bot instance may run")
        return list(itertools.islice(self.memory.pending, limit))

    def _refuse_beside_webhook(self) -> None:
        if self.memory.webhook:
            reason = "can't use getUpdates method while webhook is active"
            raise ApiError(
                409, f"Conflict: {reason}; use deleteWebhook to delete the webhook first"
            )

    def set_webhook(self, params: Params) -> bool:
        """Bring updates to an address from now on; an empty one takes the webhook away."""
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        if not url:
            return self.delete_webhook(params)
        check_webhook(url, secret)
        kinds = structure(params, "allowed_updates")
        if kinds is not None:
            self.memory.allowed = kinds
        if flag(params, "drop_pending_updates"):
            self.memory.pending.clear()
        self.memory.webhook = Webhook(url, secret)
        self.notify()
        return True

    def delete_webhook(self, params: Params) -> bool:
        """Back to getUpdates."""
        self.memory.webhook = None
        if flag(params, "drop_pending_updates"):
            self.memory.pending.clear()
        self.notify()
        return True

    def webhook_info(self, _: Params) -> Json:
        """Where updates are brought, and what went wrong last."""
        hook = self.memory.webhook
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.memory.pending),
            "allowed_updates": self.memory.allowed,
        }
        if hook and hook.last_error:
            info |= {"last_error_message": hook.last_error, "last_error_date": hook.last_error_at}
        return info

    # Messages

    def send_message(self, params: Params) -> Json:
        """A text."""
        return self._send("sendMessage", params, {"text": text_of(params)})

    def send_photo(self, params: Params) -> Json:
        """A picture, uploaded or named by its file id or address, with a caption."""
        photo = params.get("photo")
        if not photo:
            raise bad_request("there is no photo in the request")
        size = {"file_id": "photo", "file_unique_id": "photo", "width": 90, "height": 90}
        if isinstance(photo, bytes):
            size["file_size"] = len(photo)
        caption = caption_of(params)
        return self._send("sendPhoto", params, {"photo": [size], "caption": caption})

    def _send(self, method: str, params: Params, content: Json) -> Json:
        chat_id = self._chat(params)
        markup = keyboard_of(params)
        message = self._message({"id": chat_id, "type": "private"}, self.me) | content
        if markup and "inline_keyboard" in markup:
            message["reply_markup"] = markup
        record = {"method": method, "message": message, "at": time.time(), "edited": 0}
        self.memory.sent[message["message_id"]] = record
        return message

    def edit_text(self, params: Params) -> Json:
        """Another text for a message that was sent; without a keyboard its buttons go."""
        record = self._sent(params)
        if "text" not in record["message"]:
            raise bad_request("there is no text in the message to edit")
        return self._edit(record, {"text": text_of(params)}, keyboard_of(params))

    def edit_markup(self, params: Params) -> Json:
        """Other buttons, or none, under a message that was sent."""
        return self._edit(self._sent(params), {}, keyboard_of(params))

    def _edit(self, record: Json, content: Json, markup: Json | None) -> Json:
        old: Json = record["message"]
        kept = {
            key: value for key, value in old.items() if key not in {"reply_markup", "edit_date"}
        }
        new = kept | content | ({"reply_markup": markup} if markup else {})
        if new == {key: value for key, value in old.items() if key != "edit_date"}:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message"
            )
        record["message"] = new | {"edit_date": int(time.time())}
        record["edited"] += 1
        edited: Json = record["message"]
        return edited

    def _message(self, chat: Json, sender: Json) -> Json:
        now = int(time.time())
        return {"message_id": next(self._message_ids), "date": now, "chat": chat, "from": sender}

    def _sent(self, params: Params) -> Json:
        chat_id, message_id = self._chat(params), number(params, "message_id", 0)
        record = self.memory.sent.get(message_id)
        if record is None or record["message"]["chat"]["id"] != chat_id:
            raise bad_request("message to edit not found")
        return record

    def _chat(self, params: Params) -> int:
        """The chat; every chat is known and open until a test says otherwise."""
        try:
            chat_id = int(params.get("chat_id") or 0)
        except (TypeError, ValueError):
            chat_id = 0
        state = self.memory.chats.get(chat_id, OPEN)
        if chat_id == 0 or state == GONE:
            raise bad_request("chat not found")
        if state == BLOCKED:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat_id

    def answer_query(self, params: Params) -> bool:
        """Take the waiting mark off a pressed button."""
        query_id = str(params.get("callback_query_id") or "")
        if query_id not in self.memory.queries:
            reason = "query is too old and response timeout expired or query ID is invalid"
            raise bad_request(reason)
        self.memory.queries[query_id] = {"text": str(params.get("text") or "")}
        return True

    def chat_action(self, params: Params) -> bool:
        """Show that the bot is busy."""
        action = str(params.get("action") or "")
        if action not in CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self.memory.actions.append({"chat_id": self._chat(params), "action": action})
        return True

    def set_commands(self, params: Params) -> bool:
        """The bot's menu."""
        self.memory.commands = commands_of(params)
        return True
