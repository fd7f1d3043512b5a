"""What cannot be exported."""

from __future__ import annotations

from checker.lang import EoscheckError


class ExportError(EoscheckError):
    """The model, or the request, does not fit the other tool's language."""
