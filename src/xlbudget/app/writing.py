"""落盘. Writes a result file whole or not at all; see :mod:`xlbudget.authoring.saving`."""

from __future__ import annotations

from xlbudget.authoring.saving import WriteError, write_file

__all__ = ["WriteError", "write_file"]
