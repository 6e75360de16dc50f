"""Why a document is not taken. ``code`` names the sentence in the message catalogue."""

from __future__ import annotations

from office.errors import ZhibuError


class DocumentRefusedError(ZhibuError):
    """The file cannot be taken as it is; nothing of it is kept."""

    code = "import_broken"
