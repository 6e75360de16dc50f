"""Choosing where notices go: messenger, SMS, e-mail or only the web chat."""

from __future__ import annotations

import re
from hashlib import sha256

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.letter import Way
from bot.actions.turn import (
    Button,
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    now,
    said,
    services,
    speaker,
)
from delivery.mail_address import ADDRESS, is_address
from office import invitations, members, outbox
from office.errors import TooManyMailsError
from office.members import MAIL, SMS, WEB
from office.models import Member
from office.outbox import Draft
from texts import has, say

TELEGRAM = "telegram"
WORDS = {
    SMS: re.compile("短信|手机号|发到手机"),
    MAIL: re.compile("邮件|邮箱|e-?mail", re.IGNORECASE),
    TELEGRAM: re.compile("telegram|电报|纸飞机", re.IGNORECASE),
    WEB: re.compile("网页|网站|只在这"),
}
NOT = re.compile("(?:不要|别|不想|不用|不再|停止?)[^，。,]{0,6}$")
"""What stands before a channel that is not wanted any more."""
CONFIRM = "confirm_mail"


class ActionChooseChannel(Action):
    """Where the member's notices go, and another way for them."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_choose_channel"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Change it if a way is named, else show it with a button for each other way."""
        text = said(tracker)
        address = ADDRESS.search(text)
        chosen = entity(tracker, "way") or (MAIL if address else named(text))
        way: Way | None = None
        buttons: list[Button] = []
        with services().database.writing() as session:
            member = speaker(session, tracker)
            if member is None:
                answer = say("bot.only_members")
            elif chosen is None:
                answer, buttons = _shown(session, member)
            elif chosen not in services().channels:
                answer = _not_here(chosen)
            elif address and chosen == MAIL:
                answer, way = _asked_by_mail(session, member, address[0])
            else:
                answer = _chosen(session, member, chosen)
        if way:
            services().queue.put(*way)
        dispatcher.utter_message(text=answer, buttons=buttons)
        return []


def named(text: str) -> str | None:
    """The one channel that a sentence asks for; None if it names none, several, or only refuses."""
    found = {}
    for channel, words in WORDS.items():
        for match in words.finditer(text):
            if not NOT.search(text[: match.start()]):
                found[channel] = match
    return next(iter(found)) if len(found) == 1 else None


def _shown(session: Session, member: Member) -> tuple[str, list[Button]]:
    channel, address = members.reach(session, member)
    key = f"channels.now_{channel}" if has(f"channels.now_{channel}") else "channels.now_other"
    text = say(key, address=masked(address))
    others = [name for name in (TELEGRAM, SMS, MAIL, WEB) if name in services().channels]
    buttons = [
        button(say(f"channels.button_{name}"), "choose_channel", way=name)
        for name in others
        if name != channel
    ]
    return "\n".join([text, *([say("channels.choose")] if buttons else [])]), buttons


def _chosen(session: Session, member: Member, channel: str) -> str:
    address = members.choose_way(session, member, channel, now=now())
    state = "no" if address is None else "chosen"
    return say(f"channels.{state}_{channel}", address=masked(address or ""))


def _asked_by_mail(session: Session, member: Member, address: str) -> tuple[str, Way | None]:
    links = services().links
    if links is None or not is_address(address):
        return say("channels.no_email"), None
    try:
        token = invitations.invite_mail(session, member, address, now=now())
    except TooManyMailsError as error:
        return say(f"channels.{error.code}"), None
    draft = Draft(  # nobody's: what the address refuses shall not come to the member another way
        dedupe_key=f"{CONFIRM}:{member.id}:{sha256(token.encode()).hexdigest()[:16]}",
        rule=CONFIRM,
        channel=MAIL,
        address=address,
        text=say("channels.confirm_mail", link=links.mail_of(token, address)),
        not_before=now(),
        expires_at=now() + invitations.MAIL_VALID_FOR,
    )
    outbox.put(session, draft, now=now())
    return say("channels.mail_sent", address=address), (MAIL, address)


def _not_here(channel: str) -> str:
    key = f"channels.not_here_{channel}"
    return say(key) if has(key) else say("channels.no_email")


def masked(address: str) -> str:
    """A phone number with its middle hidden: the chat may be read over a shoulder."""
    return f"{address[:3]}****{address[-4:]}" if re.fullmatch(r"\d{11}", address) else address
