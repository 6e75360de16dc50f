"""Every table, in one place for whoever needs the whole schema."""

from office.database import Record
from office.models.audit import AuditEntry
from office.models.base import ActivityBase, OpeningHours, Room
from office.models.booking import Booking, BookingState, Occupancy
from office.models.document import Document, Passage, PassageUnit
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

__all__ = [
    "ActivityBase",
    "AuditEntry",
    "Booking",
    "BookingState",
    "Contact",
    "Document",
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
    "OpeningHours",
    "Organisation",
    "OrganisationKind",
    "OutboxMessage",
    "OutboxState",
    "Passage",
    "PassageUnit",
    "Record",
    "Role",
    "RoleKind",
    "Room",
    "WebSession",
]
