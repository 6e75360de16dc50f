"""What an intent means while the form of a booking is open."""

from __future__ import annotations

import re

from bot.actions.turn import Tracker, intent
from bot.wish import is_question

SURE_OF_LEAVING = 0.7
"""Below it a farewell is a guess: "重走红军路" is 0.6 of one, and a draft would be lost by it."""
ASIDE = {"ask_policy", "list_bases", "my_bookings", "next_meeting", "my_birthday"}
ASIDE |= {"help", "thanks", "greet", "human_handoff", "none_of_these", "open_questions"}
ASIDE |= {"pending_approvals", "check_in", "choose_channel"}
ASIDE |= {"stop_greetings", "resume_greetings", "study_items"}
ASIDE |= {"organisation_life_due", "record_meeting"}
ASIDE |= {"my_tasks", "progress_board", "show_ledger"}
BUTTONS_ASIDE = {"thumb_up", "thumb_down", "ask_secretary", "answer_question", "drop_question"}
BUTTONS_ASIDE |= {"save_draft", "acknowledge_meeting", "study_open", "study_read"}
BUTTONS_ASIDE |= {"save_meeting", "leave_meeting", "take_back_meeting"}
BUTTONS_ASIDE |= {"record_ledger", "change_ledger", "task_done", "postpone_task", "drop_task"}
ASIDE |= BUTTONS_ASIDE
"""Intents that are answered in the middle of a booking, which then goes on."""
OF_ANOTHER = {"approve_booking", "decline_booking", "take_offer", "leave_waitlist", "rate_booking"}
OF_ANOTHER |= {"cancel_series"}
"""Buttons about other bookings; they are heard, and the form goes on."""
NEVER_PARTS = {"human_handoff", "none_of_these"} | BUTTONS_ASIDE
"""Those that say nothing of the booking, whatever words they are said in."""
MAY_NAME_A_PURPOSE = {"inform", "book_base"}
"""Intents whose words may be taken as they are when the purpose was asked for."""
MAY_NAME_A_PURPOSE_UNLESS_ASKING = {"nlu_fallback", "ask_policy", "out_of_scope"}
BOOK_AGAIN = re.compile("预约|预[定订]|[约订]个?(?:基地|场地)")
"""Asks for a booking: not what somebody wants to do at the base."""


def may_be_a_purpose(recognised: str, text: str) -> bool:
    """Whether the words as they are may be the purpose, where it was asked for."""
    if recognised == "book_base" and BOOK_AGAIN.search(text):
        return False
    if recognised in MAY_NAME_A_PURPOSE_UNLESS_ASKING:
        return not is_question(text)
    return recognised in MAY_NAME_A_PURPOSE


def sure_intent(tracker: Tracker) -> str:
    """The intent of the message; a farewell that is little more than a guess was not understood."""
    recognised = intent(tracker)
    confidence = (tracker.latest_message.get("intent") or {}).get("confidence", 1.0)
    guessed = recognised == "bye" and confidence < SURE_OF_LEAVING
    return "nlu_fallback" if guessed else recognised
