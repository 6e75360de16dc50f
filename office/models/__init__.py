"""Every table, in one place for whoever needs the whole schema."""

from office.database import Record
from office.models.audit import AuditEntry
from office.models.base import (
    ActivityBase,
    Approval,
    BaseKeeper,
    Closure,
    Escalation,
    OnSilence,
    OpeningHours,
    Room,
    SpecialDay,
    TeachingItem,
)
from office.models.booking import (
    COMING,
    HOLDING,
    Booking,
    BookingEvent,
    BookingSeries,
    BookingState,
    EventKind,
    Occupancy,
    Rating,
    WaitlistEntry,
    WaitState,
)
from office.models.calendar_day import CalendarDay
from office.models.document import Document, Passage, PassageUnit
from office.models.draft_card import DraftCard, DraftState
from office.models.feed import CalendarFeed
from office.models.leadership import Leadership
from office.models.ledger import Ledger, Task, TaskState
from office.models.meeting import Acknowledgement, Meeting, MeetingKind, MeetingState
from office.models.member import (
    Contact,
    Invitation,
    Member,
    MemberState,
    Role,
    RoleKind,
    WebSession,
)
from office.models.message import (
    InboxKind,
    InboxMessage,
    InboxState,
    OutboxMessage,
    OutboxState,
)
from office.models.organisation import Organisation, OrganisationKind
from office.models.pace import Pace
from office.models.question import Cause, OpenQuestion, QuestionState
from office.models.study import StudyItem, StudyReceipt, StudyState, StudyTarget
from office.models.vote import CardVotes

__all__ = [
    "COMING",
    "HOLDING",
    "Acknowledgement",
    "ActivityBase",
    "Approval",
    "AuditEntry",
    "BaseKeeper",
    "Booking",
    "BookingEvent",
    "BookingSeries",
    "BookingState",
    "CalendarDay",
    "CalendarFeed",
    "CardVotes",
    "Cause",
    "Closure",
    "Contact",
    "Document",
    "DraftCard",
    "DraftState",
    "Escalation",
    "EventKind",
    "InboxKind",
    "InboxMessage",
    "InboxState",
    "Invitation",
    "Leadership",
    "Ledger",
    "Meeting",
    "MeetingKind",
    "MeetingState",
    "Member",
    "MemberState",
    "Occupancy",
    "OnSilence",
    "OpenQuestion",
    "OpeningHours",
    "Organisation",
    "OrganisationKind",
    "OutboxMessage",
    "OutboxState",
    "Pace",
    "Passage",
    "PassageUnit",
    "QuestionState",
    "Rating",
    "Record",
    "Role",
    "RoleKind",
    "Room",
    "SpecialDay",
    "StudyItem",
    "StudyReceipt",
    "StudyState",
    "StudyTarget",
    "Task",
    "TaskState",
    "TeachingItem",
    "WaitState",
    "WaitlistEntry",
    "WebSession",
]
