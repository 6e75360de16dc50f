"""The few errors that the office raises. ``code`` names the sentence in the message catalogue."""

from __future__ import annotations

from collections.abc import Sequence


class ZhibuError(Exception):
    """Something a person can put right; ``code`` and ``detail`` fill the sentence that says how."""

    code = "error"

    def __init__(self, code: str | None = None, **detail: object) -> None:
        self.code = code or self.code
        self.detail = detail
        super().__init__(self.code)


class NotAllowedError(ZhibuError):
    """The person may not do this to this organisation."""

    code = "not_allowed"


class NotFoundError(ZhibuError):
    """There is no such record, or not for this person."""

    code = "not_found"


class InvalidBookingError(ZhibuError):
    """The booking breaks a rule of the base; ``code`` says which."""

    code = "booking_invalid"


class InvalidRuleError(ZhibuError):
    """A rule of a base cannot be set so; ``detail`` names it and what it may be."""

    code = "rule_invalid"


class InvalidStudyError(ZhibuError):
    """Study content that cannot be sent so; ``code`` says why."""

    code = "study_empty"


class InvalidDateError(ZhibuError):
    """A day that cannot be so; ``code`` says why."""

    code = "date_impossible"


class SlotTakenError(ZhibuError):
    """Somebody else holds the room at that time."""

    code = "slot_taken"


class NotPassedOnError(ZhibuError):
    """A question does not reach a secretary; ``code`` says why."""

    code = "no_secretary"


class QuestionClosedError(ZhibuError):
    """Somebody has answered the question, or dropped it; ``code`` says which."""

    code = "question_answered"


class InvalidLedgerError(ZhibuError):
    """A ledger, or a task in it, cannot be kept so; ``code`` says why."""

    code = "ledger_invalid"


class InvalidReportError(ZhibuError):
    """What is said of a meeting cannot have been; ``code`` says why."""

    code = "report_invalid"


class MeetingTwiceError(ZhibuError):
    """A meeting of that ``kind`` stands on that ``day`` and says something else."""

    code = "meeting_twice"


class TaskClosedError(ZhibuError):
    """The task is no longer open; ``code`` says whether it was done or dropped."""

    code = "task_done"


class PersonalDataError(ZhibuError):
    """A text that shall be read by others still holds something personal."""

    code = "looks_personal"


class SeriesClashError(ZhibuError):
    """Some times of a series cannot be booked; ``plan`` holds its occurrences with the reasons."""

    code = "series_clashes"

    def __init__(self, plan: Sequence[object]) -> None:
        self.plan = plan
        super().__init__()


class InvalidMeetingError(ZhibuError):
    """A work meeting cannot be planned or changed so; ``code`` says why."""

    code = "meeting_invalid"


class InvitationError(ZhibuError):
    """The one-time link is unknown, used or out of date."""

    code = "invitation_invalid"


class TooManyMailsError(ZhibuError):
    """Mails that confirm an address were asked for too often; they are limited for an hour."""

    code = "too_many_mails"


class DatabaseProblemError(ZhibuError):
    """The database cannot be opened or is not what we expect; ``code`` names the remedy."""

    code = "database_problem"
