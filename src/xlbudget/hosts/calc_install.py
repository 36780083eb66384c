"""装入 LibreOffice. Adds or removes the extension for the user, through a LibreOffice that it starts and ends itself.

Run by the Python of LibreOffice (or one that can ``import uno``): ``calc_install.py add FILE.oxt``, ``calc_install.py
remove``. Unlike ``unopkg`` it works for root too, and with ``--profile FOLDER`` for a profile of its own. Loads in
Python 3.8. Exit status 0, or 2 with one sentence.
"""

# mypy: ignore-errors
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

IDENTIFIER, FILE = "org.xlbudget", "xlbudget.oxt"


def main(arguments):
    """The exit status."""
    profile = None
    if "--profile" in arguments:
        at = arguments.index("--profile")
        profile = arguments[at + 1]
        arguments = arguments[:at] + arguments[at + 2 :]
    soffice = os.environ.get("XLBUDGET_SOFFICE") or "soffice"
    try:
        with _office(soffice, profile) as context:
            manager = context.getValueByName("/singletons/com.sun.star.deployment.ExtensionManager")
            if arguments[:1] == ["add"] and len(arguments) == 2:
                _remove(manager)
                url = Path(arguments[1]).resolve().as_uri()
                manager.addExtension(url, (), "user", manager.createAbortChannel(), _agreeing())
            elif arguments == ["remove"]:
                _remove(manager)
            else:
                print("用法：calc_install.py add 文件.oxt，或 remove", file=sys.stderr)
                return 2
            return 0
    except _Trouble as trouble:
        print("错误：%s" % trouble, file=sys.stderr)
    except Exception as error:
        print("错误：LibreOffice 没有接受这个扩展（%s）。请关闭 LibreOffice 后再试。" % error, file=sys.stderr)
    return 2


class _Trouble(Exception):
    """One sentence for people."""


def _remove(manager):
    with contextlib.suppress(Exception):  # it may not be there
        manager.removeExtension(IDENTIFIER, FILE, "user", manager.createAbortChannel(), _agreeing())


def _agreeing():
    """An environment that agrees to what the user asked for by starting this program."""
    import uno
    import unohelper
    from com.sun.star.task import XInteractionHandler
    from com.sun.star.ucb import XCommandEnvironment

    class Agreeing(unohelper.Base, XCommandEnvironment, XInteractionHandler):
        def getInteractionHandler(self):
            return self

        def getProgressHandler(self):
            return None

        def handle(self, request):
            approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")
            for continuation in request.getContinuations():
                if continuation.queryInterface(approve):
                    continuation.select()
                    return

    return Agreeing()


@contextlib.contextmanager
def _office(soffice, profile):
    """The component context of a headless LibreOffice that lives as long as the block."""
    import uno

    pipe = "xlbudget%d" % os.getpid()
    command = [soffice, "--headless", "--norestore", "--nologo", "--nodefault", "--accept=pipe,name=%s;urp;" % pipe]
    if profile:
        command.insert(1, "-env:UserInstallation=" + Path(profile).resolve().as_uri())
    try:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise _Trouble("LibreOffice 无法启动（%s）。" % error.strerror)
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    context = None
    for _ in range(600):
        try:
            context = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
            break
        except Exception:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    if context is None:
        process.poll() is None and process.kill()
        raise _Trouble("LibreOffice 正在运行。请先把它的窗口全部关掉，再试一次。")
    try:
        yield context
    finally:
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        with contextlib.suppress(Exception):  # the bridge goes down with the program
            desktop.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
