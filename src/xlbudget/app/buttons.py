"""按钮. Every button of the ribbon, once: what it does with the open workbook and the sentence it answers with.

Importing this module declares them all; each group of the ribbon has a module of its own.
"""

from __future__ import annotations

from xlbudget.app import checkbuttons, helpbuttons, performancebuttons, priorbuttons, publicationbuttons
from xlbudget.app.comparing import ComparingError
from xlbudget.app.live import LiveBook, LiveError
from xlbudget.app.registry import BUTTONS
from xlbudget.archive.failing import ArchiveError
from xlbudget.authoring.packaging import WorkbookError
from xlbudget.authoring.saving import WriteError
from xlbudget.packs.loading import PackError
from xlbudget.sources.failing import SourceError

assert checkbuttons and helpbuttons and performancebuttons and priorbuttons and publicationbuttons  # declare them

_TOLD = (SourceError, PackError, ArchiveError, ComparingError, WorkbookError, WriteError)
"""What says in a sentence for people why something cannot be done."""


def press(book: LiveBook, id: str) -> str:
    """按下. Runs a button; whatever goes wrong becomes a :class:`LiveError` with one sentence for people."""
    if id not in BUTTONS:
        raise LiveError(f"没有“{id}”这个按钮。请重新安装加载项。")
    try:
        return BUTTONS[id].run(book)
    except _TOLD as error:
        raise LiveError(str(error)) from None
    except (
        ModuleNotFoundError
    ) as error:  # a spreadsheet program may bring a Python without the libraries of some buttons
        raise LiveError(
            f"“{BUTTONS[id].title}”要用的部件 {error.name} 没有安装，没有作任何改动。请重新运行 install.py 安装加载项。"
        ) from None
    finally:
        book.status("")
