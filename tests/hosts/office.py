"""A real LibreOffice for the tests: headless, on a profile of its own, with the extension installed by our own installer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT

INSTALLER = ROOT / "src" / "xlbudget" / "hosts" / "calc_install.py"
SYSTEM_PACKAGES = "/usr/lib/python3/dist-packages"


def need_office() -> Any:
    """The ``uno`` module; skips with a reason where there is none that this Python can load."""
    if shutil.which("soffice") is None:
        pytest.skip("没有安装 LibreOffice")
    if SYSTEM_PACKAGES not in sys.path:
        sys.path.append(SYSTEM_PACKAGES)
    return pytest.importorskip("uno", reason="这个 Python 不能载入 LibreOffice 的 uno 模块")


def run_installer(*arguments: str, profile: Path) -> subprocess.CompletedProcess[str]:
    """``calc_install.py`` in a process of its own, as ``install.py`` runs it."""
    environment = {**os.environ, "PYTHONPATH": SYSTEM_PACKAGES}
    command = [sys.executable, str(INSTALLER), *arguments, "--profile", str(profile)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def clean_environment(more: dict[str, str]) -> dict[str, str]:
    """The Python inside LibreOffice looks for its library beside the first python3 of PATH: let that be the system's."""
    return {**os.environ, **more, "PATH": f"/usr/bin:/bin:{os.environ.get('PATH', '')}"}


class Office:
    """A running LibreOffice. ``seconds`` is how long it took from start to the first answer over the bridge."""

    def __init__(self, profile: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        uno = need_office()
        self.uno = uno
        pipe = f"xlbudgettest{os.getpid()}{time.monotonic_ns()}"
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", *(arguments or ("--headless",))]
        command += ["--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"]
        start = time.monotonic()
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=clean_environment(env or {}))
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
        for _ in range(600):
            try:
                self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                time.sleep(0.05)
        self.desktop = self.create("com.sun.star.frame.Desktop")
        self.seconds = time.monotonic() - start

    def create(self, service: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(service, self.context)

    def value(self, name: str, value: Any) -> Any:
        pair = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        pair.Name, pair.Value = name, value
        return pair

    def open(self, path: Path | None = None, hidden: bool = True, **more: Any) -> Any:
        url = path.as_uri() if path is not None else "private:factory/scalc"
        values = {"Hidden": hidden, "MacroExecutionMode": 4, **more}
        return self.desktop.loadComponentFromURL(url, "_blank", 0, tuple(self.value(n, v) for n, v in values.items()))

    def press(self, document: Any, id: str, answer: str = "") -> str:
        """A line of the menu through its dispatch URL, on the frame of the document; gives what the person is told."""
        options = (self.value("Silent", True), self.value("Answer", answer))
        helper = self.create("com.sun.star.frame.DispatchHelper")
        frame = document.CurrentController.Frame
        return str(helper.executeDispatch(frame, f"org.xlbudget:{id}", "", 0, options).Result)

    def documents(self) -> list[Any]:
        found = self.desktop.Components.createEnumeration()
        result = []
        while found.hasMoreElements():
            result.append(found.nextElement())
        return result

    def close(self) -> None:
        from contextlib import suppress

        with suppress(Exception):  # the bridge goes down with the program
            self.desktop.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
