"""Every table, in one place for whoever needs the whole schema."""

from office.database import Record
from office.models.audit import AuditEntry
from office.models.base import ActivityBase, OpeningHours, Room
from office.models.booking import Booking, BookingState, Occupancy
from office.models.document import Document, Passage, PassageUnit
from office.models.draft_card import DraftCard, DraftState
from office.models.meeting import Meeting, MeetingKind, MeetingState
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
from office.models.question import Cause, OpenQuestion, QuestionState
from office.models.vote import CardVotes

__all__ = [
    "ActivityBase",
    "AuditEntry",
    "Booking",
    "BookingState",
    "CardVotes",
    "Cause",
    "Contact",
    "Document",
    "DraftCard",
    "DraftState",
    "InboxKind",
    "InboxMessage",
    "InboxState",
    "Invitation",
    "Meeting",
    "MeetingKind",
    "MeetingState",
    "Member",
    "MemberState",
    "Occupancy",
    "OpenQuestion",
    "OpeningHours",
    "Organisation",
    "OrganisationKind",
    "OutboxMessage",
    "OutboxState",
    "Passage",
    "PassageUnit",
    "QuestionState",
    "Record",
    "Role",
    "RoleKind",
    "Room",
    "WebSession",
]
