"""Organisation life (组织生活): what a branch owes when, and what it has held.

``duties`` the rule, from the branch's own shape · ``reading`` the records that it looks at ·
``reminding`` what is spoken of when · ``recording`` writing down what was held.
"""

from office.organisation_life.duties import (
    END_OF_TERM,
    Branch,
    Due,
    Group,
    Held,
    State,
    due_on,
    term_end,
    year_of,
)
from office.organisation_life.reading import branches_at, overdue

__all__ = [
    "END_OF_TERM",
    "Branch",
    "Due",
    "Group",
    "Held",
    "State",
    "branches_at",
    "due_on",
    "overdue",
    "term_end",
    "year_of",
]
