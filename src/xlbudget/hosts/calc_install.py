"""装入 LibreOffice. Adds or removes the extension for the user, through a LibreOffice that it starts and ends itself.

Run by the Python of LibreOffice (or one that can ``import uno``): ``calc_install.py add FILE.oxt``, ``calc_install.py
remove``. Unlike ``unopkg`` it works for root too, and with ``--profile FOLDER`` for a profile of its own. Loads in
Python 3.8. Exit status 0, or 2 with one sentence.
"""

# mypy: ignore-errors
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
        with _Office(soffice, profile) as context:
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
    try:
        manager.removeExtension(IDENTIFIER, FILE, "user", manager.createAbortChannel(), _agreeing())
    except Exception:  # it may not be there
        pass


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


class _Office:
    """A headless LibreOffice that lives as long as the block.

    Not a generator: exceptions of UNO cannot be thrown into one, their tracebacks are not to be set.
    """

    def __init__(self, soffice, profile):
        self.pipe = "xlbudget%d" % os.getpid()
        options = ["--headless", "--norestore", "--nologo", "--nodefault", "--accept=pipe,name=%s;urp;" % self.pipe]
        place = ["-env:UserInstallation=" + Path(profile).resolve().as_uri()] if profile else []
        self.command = [soffice, *place, *options]
        self.process = self.context = None

    def __enter__(self):
        import uno

        # The Python inside LibreOffice looks for its library beside the first python3 of PATH: let that be the system's.
        environment = dict(os.environ)
        if sys.platform.startswith("linux"):
            environment["PATH"] = os.pathsep.join(["/usr/bin", "/bin", environment.get("PATH", "")])
        quiet = subprocess.DEVNULL
        try:
            self.process = subprocess.Popen(self.command, stdout=quiet, stderr=quiet, env=environment)
        except OSError as error:
            raise _Trouble("LibreOffice 无法启动（%s）。" % error.strerror)
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
        for _ in range(600):
            try:
                self.context = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % self.pipe)
                return self.context
            except Exception:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        if self.process.poll() is None:
            self.process.kill()
        raise _Trouble("LibreOffice 正在运行，或无法启动。请先把它的窗口全部关掉，再试一次。")

    def __exit__(self, *_):
        desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        try:
            desktop.terminate()
        except Exception:  # the bridge goes down with the program
            pass
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
