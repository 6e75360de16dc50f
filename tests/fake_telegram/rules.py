"""What the Bot API refuses in the parameters of a call: checks without any state.

Written from the public Bot API reference. Lengths are counted in characters after the markup has
been taken out, as the reference says; the wording of errors follows what Telegram answers where it
is known, and code under test should not depend on more than its first words.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

Params = dict[str, Any]
"""A call's parameters; values of forms are text, those of JSON bodies may be anything."""

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_DATA = 64
TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "span",
    "tg-spoiler", "tg-emoji", "blockquote",
}  # fmt: skip
TAG = re.compile(r"""<(?P<end>/?)(?P<name>[^\s<>/]*)(?:[^<>"']|"[^"]*"|'[^']*')*(?P<closed>>?)""")
BUTTON_ACTIONS = {
    "callback_data", "url", "web_app", "login_url", "pay", "copy_text", "callback_game",
    "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat",
}  # fmt: skip
CHAT_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


class ApiError(Exception):
    """A call is refused: HTTP status, description and, for some errors, machine-readable hints."""

    def __init__(self, code: int, description: str, **hints: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.hints = hints

    def answer(self) -> dict[str, Any]:
        """The body of the response."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.hints} if self.hints else {})


def bad_request(description: str) -> ApiError:
    """A 400 with this description."""
    return ApiError(400, f"Bad Request: {description}")


def structure(params: Params, name: str) -> Any:
    """A nested parameter: JSON text in a form, itself in a JSON body, None where absent."""
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except json.JSONDecodeError:
        raise bad_request(f"can't parse {name} JSON object") from None


def number(params: Params, name: str, default: int) -> int:
    """An integer parameter."""
    value = params.get(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_request(f"{name} must be an integer") from None


def flag(params: Params, name: str) -> bool:
    """A Boolean parameter."""
    return str(params.get(name, "")).lower() in {"1", "true"}


def text_of(params: Params) -> str:
    """The text of a message as the reader sees it."""
    text = _plain(params, "text")
    if not text:
        raise bad_request("message text is empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return text


def caption_of(params: Params) -> str:
    """The words under a picture; there need not be any."""
    text = _plain(params, "caption")
    if len(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return text


def _plain(params: Params, name: str) -> str:
    text = str(params.get(name) or "").replace("\x00", "")
    mode = str(params.get("parse_mode") or "").lower()
    if mode not in {"", "html", "markdown", "markdownv2"}:
        raise bad_request("unsupported parse_mode")
    return (plain_of_html(text) if mode == "html" else text).strip()


def plain_of_html(text: str) -> str:
    """The text without its tags; refused where a tag is unknown, unclosed or closed wrongly."""
    open_tags: list[str] = []
    for tag in TAG.finditer(text):
        name, at = tag["name"].lower(), len(text[: tag.start()].encode())
        if not tag["closed"]:
            raise _bad_markup(f"Unclosed start tag at byte offset {at}")
        if not tag["end"]:
            if name not in TAGS or (name == "span" and "tg-spoiler" not in tag[0]):
                raise _bad_markup(f'Unsupported start tag "{name}" at byte offset {at}')
            open_tags.append(name)
        elif not open_tags:
            raise _bad_markup(f"Unexpected end tag at byte offset {at}")
        elif (expected := open_tags.pop()) != name:
            found = f'expected "</{expected}>", found "</{name}>"'
            raise _bad_markup(f"Unmatched end tag at byte offset {at}, {found}")
    if open_tags:
        raise _bad_markup(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return html.unescape(TAG.sub("", text))


def _bad_markup(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")


def keyboard_of(params: Params) -> dict[str, Any] | None:
    """The reply markup, with every inline button checked; None where there is none."""
    markup = structure(params, "reply_markup")
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: array of arrays expected")
    for button in (button for row in rows for button in row):
        _check_button(button)
    return markup if rows or "inline_keyboard" not in markup else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    if len(BUTTON_ACTIONS & button.keys()) != 1:
        raise bad_request("inline keyboard button must have exactly one action")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")


def commands_of(params: Params) -> list[dict[str, str]]:
    """The bot's menu of commands."""
    commands = structure(params, "commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("can't parse commands: array of at most 100 expected")
    for one in commands:
        name, about = str(one.get("command", "")), str(one.get("description", ""))
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(about) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands


def check_webhook(url: str, secret: str) -> None:
    """A webhook needs HTTPS, which this server waives on loopback, and a plain secret."""
    local = re.match(r"http://(127\.0\.0\.1|localhost)(:\d+)?(/|$)", url)
    if not (local or url.startswith("https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
