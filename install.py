"""安装程序. Sets xlbudget up in this folder, shows it, tests it, examines the machine, removes it again.

A run has three parts. ``look`` gathers facts about the machine and changes nothing. ``make_plan`` turns the
facts into a list of actions and touches nothing, so it can be tested with machines that do not exist.
``carry_out`` does what the list says; ``--dry-run`` prints the same list instead.

Standard library only. xlbudget needs Python 3.11, but this file loads in Python 3.8 too, so that an old Python
is answered with a sentence and not with a syntax error: no ``match``, no ``X | Y`` outside annotations.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, NoReturn

NEEDED_PYTHON = (3, 11)
NEEDED_SPACE = 1_000_000_000
"""磁盘空间. Bytes that the environment with the test tools and its downloads may take."""

BUILD_TOOLS = frozenset({"hatchling", "editables"})
"""构建工具. What pip needs to install this folder, and what is most often forgotten in an offline folder."""

STAMP = ".venv/.xlbudget"
DEMO_BOOK = "workbook/示例单位2025年预算公开.xlsx"
DEMO_RESULTS = ("out/核对报告.html", "out/问题清单.xlsx")
DEMO_CORRECTED = "workbook/改正后/示例单位2025年预算公开.xlsx"
DEMO_PUBLISHED = "out/公开"

OFFICE_PACKAGES = ("libreoffice-calc", "libreoffice-writer", "python3-uno", "libreoffice-script-provider-python")
TEST_PACKAGES = (*OFFICE_PACKAGES, "chromium", "xvfb", "poppler-utils", "fonts-noto-cjk")
UBUNTU_NAMES = {"chromium": "chromium-browser"}
TEST_PROGRAMS = {
    "LibreOffice": ("soffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    "Chromium": ("chromium", "chromium-browser", "google-chrome", "chrome"),
    "poppler": ("pdftoppm",),
}
"""测试用软件. What only the tests need: Debian packages, and the programs to look for on other systems."""

HELP = """\
用法：python3 install.py [命令] [选项]

命令
  （不写）     建立 .venv 并安装 xlbudget
  demo         安装后核对自带的示例，结果放在 out 文件夹
  test         安装后运行全部检查和测试（Debian/Ubuntu 的 root 用户会自动补装系统软件）
  doctor       检查这台机器是否可用，说明怎么办；不作任何改动
  uninstall    删除本程序建立的 .venv 和示例结果，别的都不动

选项
  --dry-run             只列出将要做的事，不作任何改动
  --offline 文件夹      不上网，只用该文件夹里的安装包
  --python 路径         指定 Python（3.11 或更高），以后的运行沿用
  --long                与 test 合用：也运行耗时长的测试
  -- 参数…              与 test 合用：其后的参数交给 pytest
  -h, --help            显示本说明

离线安装：在能上网、系统和 Python 版本都相同的电脑上，于本文件夹中运行
  python3 -m pip download -d 安装包 hatchling editables .
把整个文件夹连同“安装包”拷到目标电脑，再运行 python3 install.py --offline 安装包
（hatchling、editables 是构建工具，也必须在内；要运行 test，则把末尾的 . 换成 ".[test]"）。

退出状态：0 成功；1 检查或测试未通过；2 安装失败或用法不对；130 被中止。
"""


@dataclass(frozen=True)
class Request:
    """要求. What was typed on the command line; ``offline`` is an absolute folder."""

    word: str = ""
    offline: PurePath | None = None
    python: str | None = None
    dry_run: bool = False
    long: bool = False
    pytest_arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine:
    """机器. The facts that a plan depends on.

    ``python`` makes ``.venv``; its ``version`` is empty when it does not start. ``stamp`` is the text of
    ``.venv/.xlbudget``, None unless ``.venv`` is ours; ``works`` says that Python and pip are in it, ``installed``
    that xlbudget is. ``missing`` are packages on Debian and Ubuntu, programs elsewhere. ``wheels`` are the packages in
    the offline folder, None when there is no such folder. ``results`` are the files in ``out/``. ``online`` is None
    when not tried.
    """

    checkout: PurePath
    python: str
    version: tuple[int, ...]
    ensurepip: bool = True
    system: str = "Linux"
    distribution: str = ""
    administrator: bool = False
    missing: tuple[str, ...] = ()
    foreign_venv: bool = False
    stamp: str | None = None
    works: bool = False
    installed: bool = False
    pyproject: str = ""
    wheels: frozenset[str] | None = None
    results: frozenset[str] = frozenset()
    demo_book: bool = True
    writable: bool = True
    free_space: int = NEEDED_SPACE
    online: bool | None = None

    @property
    def command(self) -> str:
        """命令. How a person here starts this program."""
        return "py install.py" if self.system == "Windows" else "python3 install.py"

    def program(self, name: str) -> str:
        """程序. The path of a program inside ``.venv``."""
        return str(self.checkout / ".venv" / (f"Scripts/{name}.exe" if self.system == "Windows" else f"bin/{name}"))


# Actions: what a plan is made of; paths are relative to the checkout.


@dataclass(frozen=True)
class Action:
    """动作. One thing to do."""


@dataclass(frozen=True)
class Say(Action):
    """告知. Something the person should read."""

    text: str


@dataclass(frozen=True)
class Stop(Action):
    """停止. The run cannot go on; the sentence says why and what to do. Exit status 2."""

    text: str


@dataclass(frozen=True)
class MakeFolder(Action):
    """建文件夹. No fault when it is there."""

    path: str


@dataclass(frozen=True)
class WriteFile(Action):
    """写文件. UTF-8; replaces what was there."""

    path: str
    text: str


@dataclass(frozen=True)
class Remove(Action):
    """删除. A file, or a folder with all that is in it; a link is removed, not followed."""

    path: str


@dataclass(frozen=True)
class RunCommand(Action):
    """运行命令. One numbered step, run in the checkout; a status in ``accept`` is success.

    A failing step ends the run with ``failure_status``; after a failing ``check`` the other steps still run, and
    a table closes the report. ``live`` output goes straight to the terminal; of other output the last 20 lines
    are shown, when the step fails.
    """

    title: str
    command: tuple[str, ...]
    advice: str
    accept: tuple[int, ...] = (0,)
    failure_status: int = 2
    check: bool = False
    live: bool = False
    environment: tuple[tuple[str, str], ...] = ()


# The planner: facts in, actions out; nothing is touched.


def make_plan(request: Request, machine: Machine) -> list[Action]:
    """计划. What this request needs on this machine, in order; it ends at the first ``Stop``."""
    plan = PLANS[request.word](request, machine)
    stops = [number for number, action in enumerate(plan) if isinstance(action, Stop)]
    return plan[: stops[0] + 1] if stops else plan


def _plan_set_up(request: Request, machine: Machine) -> list[Action]:
    program = r".venv\Scripts\xlbudget" if machine.system == "Windows" else ".venv/bin/xlbudget"
    after = (
        f"\n安装完成。下一步（在本文件夹中运行）：\n  {program} check 文件.xlsx    核对一份公开材料\n"
        f"  {machine.command} demo    先看一个示例\n  {machine.command} doctor    检查这台机器"
    )
    return [*_install(request, machine), Say(after)]


def _plan_demo(request: Request, machine: Machine) -> list[Action]:
    if not machine.demo_book:
        return [Stop(f"找不到示例文件 {DEMO_BOOK}。请重新取得完整的程序文件夹。")]

    def check(title: str, *options: str, live: bool = False) -> RunCommand:
        # Status 1 means findings, and the workbook holds planted mistakes.
        command = (machine.program("xlbudget"), "check", DEMO_BOOK, *options)
        return RunCommand(title, command, f"请运行 {machine.command} doctor 查看原因。", accept=(0, 1), live=live)

    page, sheet = DEMO_RESULTS
    plan = [*_install(request, machine), MakeFolder("out"), check("核对示例", live=True)]
    plan.append(check("生成网页报告", "--format", "html", "-o", page))
    plan.append(check("生成问题清单", "--format", "xlsx", "-o", sheet))
    publish = (machine.program("xlbudget"), "publish", DEMO_CORRECTED, "-o", DEMO_PUBLISHED)
    plan.append(RunCommand("导出改正后的示例", publish, f"请运行 {machine.command} doctor 查看原因。"))
    where = (
        f"  {machine.checkout / page}    用浏览器打开\n  {machine.checkout / sheet}    用表格软件打开\n"
        f"  {machine.checkout / DEMO_PUBLISHED}    改正后一键导出的 Word、PDF、网页和开放数据"
    )
    return [*plan, Say(f"\n示例里有意埋了差错，报出问题属于正常。结果在：\n{where}")]


def _plan_test(request: Request, machine: Machine) -> list[Action]:
    def check(title: str, program: str, *rest: str, advice: str = "请按上面的提示修改后再运行。") -> RunCommand:
        return RunCommand(title, (machine.program(program), *rest), advice, failure_status=1, check=True, live=True)

    marker = "long or not long" if request.long else "not long"
    return [
        *_install(request, machine, "test"),
        check("检查格式", "python", "-m", "ruff", "format", "--check", ".", advice="请运行 ruff format . 后再试。"),
        check("检查写法", "python", "-m", "ruff", "check", "."),
        check("检查类型", "python", "-m", "mypy"),
        check("检查层次", "lint-imports"),
        check("运行测试", "python", "-m", "pytest", "-m", marker, *request.pytest_arguments),
    ]


def _plan_doctor(request: Request, machine: Machine) -> list[Action]:
    def line(good: object, yes: str, no: str, fatal: bool = False) -> Say:
        return Say(f"✓ {yes}" if good else f"{'✗' if fatal else '·'} {no}")

    new = not machine.installed  # what hinders only an installation is no fault afterwards
    unfit, run, space = _unfit(machine), f"请运行 {machine.command}", f"磁盘剩余 {machine.free_space / 1e9:.1f} GB"
    venv = ".venv 不是本程序建立的，请改名" if machine.foreign_venv else f"没有完好的 .venv，{run}"
    network = "没有试网络（离线，或还没有 pip）" if machine.online is None else "pip 连不上网，请设镜像或用 --offline"
    lines = [
        line(not unfit, f"Python {_short(machine.version)}：{machine.python}", unfit, fatal=new),
        line(machine.works, ".venv 完好", venv, fatal=machine.foreign_venv),
        line(machine.installed, "xlbudget 已安装", f"xlbudget 还没有安装，{run}"),
        line(machine.online, "pip 能下载软件包", network, fatal=new and machine.online is False),
        line(not machine.missing, "测试用软件齐全", f"缺少 {'、'.join(machine.missing)}（只有测试用到）"),
        line(machine.free_space >= NEEDED_SPACE, space, f"{space}，请先腾出 1 GB", fatal=new),
        line(machine.writable, f"可写：{machine.checkout}", f"不可写：{machine.checkout}，请换个文件夹", fatal=new),
    ]
    if any(fact.text.startswith("✗") for fact in lines):
        return [*lines, Stop("这台机器还不能用，请先按上面的提示处理。")]
    if new:
        return [*lines, Say(f"这台机器可以用。{run}")]
    own = (machine.program("xlbudget"), "doctor")
    return [*lines, RunCommand("xlbudget 自检", own, "请按上面的提示处理。", failure_status=1, live=True)]


def _plan_uninstall(request: Request, machine: Machine) -> list[Action]:
    if machine.foreign_venv:
        return [Stop(".venv 不是本程序建立的，没有删除。确实不要的话，请自行删除。")]
    plan: list[Action] = [] if machine.stamp is None else [Remove(".venv")]
    made = [path for path in (*DEMO_RESULTS, DEMO_PUBLISHED) if PurePath(path).name in machine.results]
    if made and len(made) == len(machine.results):
        plan.append(Remove("out"))
    elif made:
        plan += [*map(Remove, made), Say("out 里还有别的文件，这个文件夹予以保留。")]
    return plan or [Say("没有需要删除的东西。")]


PLANS: dict[str, Callable[[Request, Machine], list[Action]]] = {
    "": _plan_set_up,
    "demo": _plan_demo,
    "test": _plan_test,
    "doctor": _plan_doctor,
    "uninstall": _plan_uninstall,
}


def _install(request: Request, machine: Machine, extra: str = "") -> list[Action]:
    """System packages, the environment, the package; what is there already is left out."""
    help_line = f"准备方法见 {machine.command} --help 。"
    if _unfit(machine):
        return [Stop(_unfit(machine))]
    if not machine.writable:
        return [Stop(f"没有在 {machine.checkout} 中写文件的权限。请把程序放到自己的文件夹里再运行。")]
    if machine.foreign_venv:
        return [Stop("这里已有一个 .venv，但不是本程序建立的，不敢改动。请把它改名或移走，再运行一次。")]
    if request.offline and machine.wheels is None:
        return [Stop(f"离线文件夹不存在：{request.offline}。{help_line}")]
    lacking = sorted(BUILD_TOOLS - machine.wheels) if request.offline and machine.wheels is not None else []
    if lacking:
        return [Stop(f"离线文件夹里缺少 {'、'.join(lacking)}。{help_line}")]

    # The stamp grows by a part when that part is done; a run that was cut short is recognised by what is not there.
    # Its first line is the folder: programs in .venv know where they are, so a moved or copied one is made again.
    environment = f"{machine.checkout}\n{machine.python}\n{_short(machine.version)}\n"
    complete = f"{environment}{machine.pyproject}\n" + (f"{extra}\n" if extra else "")
    stamp = machine.stamp or ""
    usable = machine.works and stamp.startswith(environment)
    plan = _system_packages(request, machine, usable)
    if usable and machine.installed and stamp.startswith(complete):
        return [*plan, Say("✓ 已经装好，没有变化，不再重装。")]
    if not usable:
        make = (machine.python, "-m", "venv", ".venv")
        advice = "请换一个完整安装的 Python（可用 --python 指定），再运行一次。"
        plan += [] if machine.stamp is None else [Remove(".venv")]
        plan += [MakeFolder(".venv"), WriteFile(STAMP, ""), RunCommand("建立 .venv", make, advice)]
    mirror = "pip config set global.index-url https://pypi.tuna.tsinghua.edu.cn/simple"
    advice = f"请检查网络；下载太慢可先设国内镜像：{mirror} ；没有网络请用 --offline 。"
    source: tuple[str, ...] = ()
    if request.offline:
        source = ("--no-index", "--find-links", str(request.offline))
        advice = f"多半是缺安装包，或安装包与本机的系统、Python {_short(machine.version)} 不配。{help_line}"
    pip = (machine.program("python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *source)
    install = RunCommand("安装依赖，首次约需一两分钟", (*pip, "-e", f".[{extra}]" if extra else "."), advice)
    return [*plan, WriteFile(STAMP, environment), install, WriteFile(STAMP, complete)]


def _unfit(machine: Machine) -> str:
    """Why the interpreter will not do, and what to do; empty when it will."""
    if machine.version >= NEEDED_PYTHON:
        return ""
    found = f"现在是 {_short(machine.version)}" if machine.version else f"而 {machine.python} 无法运行"
    where = "请从 https://www.python.org/downloads/ 安装，或用 --python 指定已有的较新版本。"
    return f"xlbudget 需要 Python {_short(NEEDED_PYTHON)} 或更高版本，{found}。{where}"


def _short(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version[:2])


def _system_packages(request: Request, machine: Machine, usable: bool) -> list[Action]:
    """What the system lacks for this word; only root on Debian or Ubuntu gets it installed."""
    venv_package = () if usable or machine.ensurepip else (f"python{_short(machine.version)}-venv",)
    wanted = (*venv_package, *(machine.missing if request.word == "test" else ()))
    if not wanted:
        return []
    install = ("apt-get", "install", "-y", "--no-install-recommends", *wanted)
    debian = machine.distribution in ("debian", "ubuntu")
    if debian and machine.administrator and not request.offline:
        quiet = (("DEBIAN_FRONTEND", "noninteractive"),)
        advice = "请检查网络和 /etc/apt 里的软件源，并确认没有别的程序正在安装软件，再运行一次。"
        update = RunCommand("更新软件源", ("apt-get", "update"), advice, environment=quiet)
        return [update, RunCommand("安装系统软件，可能要几分钟", install, advice, environment=quiet)]
    by_hand = f"请管理员运行：{' '.join(install)}" if debian else "请先自行安装。"
    if venv_package:
        return [Stop(f"这个 Python 缺少 ensurepip，不能建立 .venv。{by_hand}")]
    return [Say(f"缺少 {'、'.join(wanted)}：用到它们的测试会跳过或失败。{by_hand}")]


# Looking: the facts of this machine; nothing is changed.


def look(request: Request, checkout: Path) -> Machine:
    """查看. Gathers the facts; only ``doctor`` tries the network."""
    stamp = _read_stamp(checkout)
    programs = checkout / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    inside = {path.stem for path in programs.glob("*") if path.exists() and stamp is not None}
    works = {"python", "pip"} <= inside
    # Started from a virtual environment, perhaps our own, the Python that it was made from is meant.
    recorded = [line for line in (stamp or "").splitlines()[1:2] if os.path.isfile(line)]
    own = recorded[0] if recorded else getattr(sys, "_base_executable", sys.executable)
    python, version, ensurepip = _ask(request.python or own)
    pyproject = (checkout / "pyproject.toml").read_bytes()
    distribution = _distribution()
    house = Path(request.offline) if request.offline else None
    wheels = frozenset(path.name.split("-")[0] for path in house.glob("*.whl")) if house and house.is_dir() else None
    try_network = request.word == "doctor" and not request.offline
    return Machine(
        checkout=checkout,
        python=python,
        version=version,
        ensurepip=ensurepip,
        system=platform.system(),
        distribution=distribution,
        administrator=hasattr(os, "geteuid") and os.geteuid() == 0,
        missing=_missing(distribution),
        foreign_venv=stamp is None and os.path.lexists(checkout / ".venv"),
        stamp=stamp,
        works=works,
        installed=works and "xlbudget" in inside,
        pyproject=hashlib.sha256(pyproject).hexdigest(),
        wheels=wheels,
        results=frozenset(path.name for path in checkout.glob("out/*")),
        demo_book=(checkout / DEMO_BOOK).is_file(),
        writable=os.access(checkout, os.W_OK),
        free_space=shutil.disk_usage(checkout).free,
        online=_pip_reaches(str(programs / "python") if works else python) if try_network else None,
    )


def _read_stamp(checkout: Path) -> str | None:
    if (checkout / ".venv").is_symlink() or not (checkout / STAMP).is_file():
        return None
    return (checkout / STAMP).read_text(encoding="utf-8", errors="replace")


def _ask(python: str) -> tuple[str, tuple[int, ...], bool]:
    """Path, version and ensurepip of an interpreter; no version when it does not start."""
    try:
        path, version, ensurepip = json.loads(_answer(shutil.which(python) or python, "-c", QUESTION) or "")
        return path, tuple(version), ensurepip
    except ValueError:
        return python, (), False


QUESTION = """
import importlib.util, json, sys
path = getattr(sys, "_base_executable", sys.executable)
print(json.dumps([path, sys.version_info[:3], importlib.util.find_spec("ensurepip") is not None]))
"""


def _answer(*command: str) -> str | None:
    """What a command prints; None when it fails, takes a minute or does not start."""
    none = subprocess.DEVNULL
    try:
        done = subprocess.run(command, stdin=none, stdout=subprocess.PIPE, stderr=none, env=_environment(), timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _distribution() -> str:
    release = Path("/etc/os-release")
    found = re.search(r'^ID="?(\w+)', release.read_text(encoding="utf-8"), re.MULTILINE) if release.is_file() else None
    return found[1] if found else ""


def _missing(distribution: str) -> tuple[str, ...]:
    if distribution not in ("debian", "ubuntu"):
        return tuple(name for name, places in TEST_PROGRAMS.items() if not any(map(shutil.which, places)))
    names = UBUNTU_NAMES if distribution == "ubuntu" else {}
    listed = (_answer("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n") or "").splitlines()
    installed = {line.split()[-1] for line in listed if line.startswith("ii")}
    return tuple(name for name in (names.get(package, package) for package in TEST_PACKAGES) if name not in installed)


def _pip_reaches(python: str) -> bool | None:
    """Downloads one small package and throws it away: the only test that honours every mirror setting."""
    if _answer(python, "-m", "pip", "--version") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        options = ("--no-deps", "--no-cache-dir", "--timeout", "10", "--retries", "0", "--dest", folder)
        return _answer(python, "-m", "pip", "download", *options, "hatchling") is not None


# Carrying out: the only part that changes anything.


def carry_out(plan: list[Action], checkout: Path) -> int:
    """执行. Does what the plan says, in order, and returns the exit status."""
    total = sum(isinstance(action, RunCommand) for action in plan)
    rows: list[str] = []
    status = 0
    for action in plan:
        if isinstance(action, RunCommand):
            good, row = _take_step(action, f"[{len(rows) + 1}/{total}]", checkout)
            rows.append(row)
            status = status if good else action.failure_status
            if not good and not action.check:
                return status
        elif isinstance(action, Stop):
            return _complain(action.text)
        else:
            try:
                _do(action, checkout)
            except OSError as fault:
                return _complain(f"无法改动 {fault.filename}：{fault.strerror}。请关闭占用它的程序，并检查权限和磁盘。")
    if any(isinstance(action, RunCommand) and action.check for action in plan):
        print("\n汇总", *rows, sep="\n", flush=True)
    return status


def _take_step(step: RunCommand, number: str, checkout: Path) -> tuple[bool, str]:
    """Runs one command and tells how it went; the second value is its row of the closing table."""
    print(f"{number} {step.title} …", end="\n" if step.live else " ", flush=True)
    start = time.monotonic()
    environment = {**_environment(), **dict(step.environment)}
    captured = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    streams: Any = {} if step.live else captured
    try:
        done = subprocess.run(step.command, cwd=checkout, env=environment, **streams)
        good, output = done.returncode in step.accept, done.stdout or b""
    except OSError as fault:
        good, output = False, f"{step.command[0]}：{fault.strerror}".encode()
    seconds = time.monotonic() - start
    print(f"{'✓' if good else '✗'} {seconds:.1f} 秒", flush=True)
    if not good:
        last = "".join(f"\n  {line}" for line in output.decode("utf-8", "replace").strip().splitlines()[-20:])
        _complain(f"“{step.title}”没有成功。{step.advice}" + (f"\n最后的输出：{last}" if last else ""))
    return good, f"  {'✓ 通过' if good else '✗ 失败'} {seconds:8.1f} 秒  {step.title}"


def _do(action: Action, checkout: Path) -> None:
    if isinstance(action, Say):
        print(action.text, flush=True)
    elif isinstance(action, MakeFolder):
        (checkout / action.path).mkdir(parents=True, exist_ok=True)
    elif isinstance(action, WriteFile):
        (checkout / action.path).write_text(action.text, encoding="utf-8")
    elif isinstance(action, Remove):
        path = checkout / action.path
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        print(f"已删除 {path}", flush=True)


def _environment() -> dict[str, str]:
    """The environment without what would lead a Python or pip away from ``.venv``; output in UTF-8."""
    leading_away = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
    kept = {name: value for name, value in os.environ.items() if name not in leading_away}
    return {**kept, "PYTHONIOENCODING": "utf-8"}


def _complain(text: str) -> int:
    print(f"错误：{text}", file=sys.stderr, flush=True)
    return 2


def describe(action: Action) -> str:
    """说明. One action as ``--dry-run`` prints it."""
    if isinstance(action, RunCommand):
        command = subprocess.list2cmdline(action.command) if os.name == "nt" else shlex.join(action.command)
        return f"{action.title}：{''.join(f'{name}={value} ' for name, value in action.environment)}{command}"
    names = {Say: "告知", Stop: "停止", MakeFolder: "建文件夹", WriteFile: "写文件", Remove: "删除"}
    text = getattr(action, "path", "") or getattr(action, "text", "").strip()
    return f"{names[type(action)]}：" + text.replace("\n", "\n     ")


# The command line.


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SystemExit(_complain(f"用法不对（{message}）。请看 install.py --help 。"))


def read_request(arguments: list[str]) -> Request:
    """读命令行. Leaves with status 2 and a sentence when the call is wrong, with 0 after the help."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--offline")
    parser.add_argument("--python")
    for flag in ("--dry-run", "--long", "--help", "-h"):
        parser.add_argument(flag, action="store_true")
    given: Any = parser.parse_args(arguments[:cut])
    if given.help or given.h:
        print(HELP, end="")
        raise SystemExit(0)
    if given.word not in PLANS:
        parser.error(f"没有“{given.word}”这个命令，可用：{'、'.join(filter(None, PLANS))}")
    if given.word != "test" and (given.long or cut < len(arguments)):
        parser.error("--long 和 -- 之后的参数只与 test 合用")
    offline = None if given.offline is None else Path(given.offline).absolute()
    return Request(given.word, offline, given.python, given.dry_run, given.long, tuple(arguments[cut + 1 :]))


def main(arguments: list[str]) -> int:
    """主程序. Looks, plans, and carries the plan out or prints it."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a Chinese Windows log file has no ✓
    try:
        request = read_request(arguments)
        checkout = Path(__file__).resolve().parent
        plan = make_plan(request, look(request, checkout))
        if not request.dry_run:
            return carry_out(plan, checkout)
        print("计划如下，未作任何改动：")
        for number, action in enumerate(plan, 1):
            print(f"{number:3}. {describe(action)}")
        return 2 if any(isinstance(action, Stop) for action in plan) else 0
    except OSError as fault:
        return _complain(f"读不到 {fault.filename}：{fault.strerror}。请重新取得完整的程序文件夹。")
    except KeyboardInterrupt:
        print("\n已中止。", file=sys.stderr, flush=True)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
