"""安装程序. Sets xlbudget up in this folder, shows it, tests it, examines the machine, removes it again.

A run has three parts. ``look`` gathers facts about the machine and changes nothing. ``make_plan`` turns the
facts into a list of actions and touches nothing, so it can be tested with machines that do not exist.
``carry_out`` does what the list says; ``--dry-run`` prints the same list instead.

Standard library only. xlbudget needs Python 3.11, but this file loads in Python 3.8 too, so that an old Python
is answered with a sentence and not with a syntax error: no ``match``, no ``X | Y`` outside annotations.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
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
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, NoReturn

NEEDED_PYTHON = (3, 11)
NEEDED_SPACE = 1_000_000_000
"""磁盘空间. Bytes that the environment with the test tools and its downloads may take."""

BUILD_TOOLS = frozenset({"hatchling", "editables"})
"""构建工具. What pip needs to install this folder, and what is most often forgotten in an offline folder."""

LOCK = "requirements.lock"
"""依赖清单. Every dependency with its version and hashes; in an offline folder it says what that folder may hold."""

STAMP = ".venv/.xlbudget"
ADD_IN = "xlbudget.xlam"
BUILT = ".venv/addin"
"""加载项. Where the add-ins are built before they are put where the spreadsheet programs look for them."""
CALC_MARK = f"{BUILT}/calc"
NOWHERE = PurePath()
CALC_INSTALLER = "src/xlbudget/hosts/calc_install.py"
BUNDLED = (
    "src",
    "vba_shim",
    "workbook",
    "docs",
    "install.py",
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
)
BUNDLED_PYTHONS = ("3.11", "3.12", "3.13")
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
  （不写）     建立 .venv 并安装 xlbudget；在 Windows 上也把函数和功能区装进 Excel
  demo         安装后核对自带的示例，结果放在 out 文件夹
  calc         安装后把函数和菜单装进 LibreOffice（只装给当前用户）
  test         安装后运行全部检查和测试（Debian/Ubuntu 的 root 用户会自动补装系统软件）
  doctor       检查这台机器是否可用，说明怎么办；不作任何改动
  bundle       做一个离线安装包，给不能上网的 Windows 电脑用（需 -o 文件夹）
  uninstall    删除本程序建立的 .venv、示例结果和装进 Excel、LibreOffice 的加载项，别的都不动

选项
  --dry-run             只列出将要做的事，不作任何改动
  --offline 文件夹      不上网，只用该文件夹里的安装包
  --python 路径         指定 Python（3.11 或更高），以后的运行沿用
  -o 文件夹             与 bundle 合用：放在哪里
  --long                与 test 合用：也运行耗时长的测试
  -- 参数…              与 test 合用：其后的参数交给 pytest
  -h, --help            显示本说明

离线安装：在能上网、系统和 Python 版本都相同的电脑上，于本文件夹中运行
  python3 -m pip download -d 安装包 hatchling editables .
把整个文件夹连同“安装包”拷到目标电脑，再运行 python3 install.py --offline 安装包
要逐个核对安装包的哈希值，改用
  python3 -m pip download -d 安装包 --require-hashes -r requirements.lock
并把 requirements.lock 也放进“安装包”。
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
    out: PurePath | None = None


@dataclass(frozen=True)
class Excel:
    """Excel 的情况. ``kind``: desktop, store, wps (registered under Excel's name), or empty when there is none.

    ``folder`` is where a user's add-ins live, ``openings`` the values ``OPEN``, ``OPEN1`` ... that Excel loads when it
    starts, ``policies`` the settings of an administrator that stop add-ins, ``digest`` that of the add-in in the
    folder, ``ours`` whether our own program put it there.
    """

    kind: str = ""
    version: str = "16.0"
    bits: int = 64
    running: bool = False
    folder: PurePath = NOWHERE
    writable: bool = True
    openings: tuple[tuple[str, str], ...] = ()
    policies: tuple[str, ...] = ()
    there: bool = False

    @property
    def add_in(self) -> PurePath:
        return self.folder / ADD_IN

    @property
    def key(self) -> str:
        """加载项登记. Below HKEY_CURRENT_USER."""
        return f"Software\\Microsoft\\Office\\{self.version}\\Excel\\Options"


@dataclass(frozen=True)
class Calc:
    """LibreOffice 的情况. ``python`` can talk to it (``import uno``); empty when none can."""

    program: str
    python: str = ""
    running: bool = False


@dataclass(frozen=True)
class Machine:
    """机器. The facts that a plan depends on.

    ``python`` makes ``.venv``; its ``version`` is empty when it does not start. ``stamp`` is the text of
    ``.venv/.xlbudget``, None unless ``.venv`` is ours; ``works`` says that Python and pip are in it, ``installed``
    that xlbudget is. ``missing`` are packages on Debian and Ubuntu, programs elsewhere. ``wheels`` are the packages in
    the offline folder, None when there is no such folder; ``locked`` that the list of their hashes lies there too. ``results`` are the files in ``out/``. ``online`` is None
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
    locked: bool = False
    results: frozenset[str] = frozenset()
    demo_book: bool = True
    writable: bool = True
    free_space: int = NEEDED_SPACE
    online: bool | None = None
    bits: int = 64
    excel: Excel = Excel()
    calc: Calc | None = None
    calc_installed: bool = False
    requirements: tuple[str, ...] = ()

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
class CopyFile(Action):
    """复制. A file to an absolute place, unblocked there, and looked at again: what arrived must be what was sent."""

    path: str
    target: PurePath


@dataclass(frozen=True)
class CopyFolder(Action):
    """复制文件夹. A file or a folder of the checkout into an absolute folder, without caches."""

    path: str
    target: PurePath


@dataclass(frozen=True)
class SetOpenings(Action):
    """登记自动加载. The values OPEN, OPEN1 ... of a key below HKEY_CURRENT_USER, without gaps; others are left alone."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class RemoveFar(Action):
    """删除加载项. One file outside the checkout; no fault when it is not there."""

    target: PurePath


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
    return [*_install(request, machine), *_put_into_excel(machine), Say(after)]


def _put_into_excel(machine: Machine) -> list[Action]:
    """The add-in of Excel on Windows: built here, copied, looked at again, loaded by Excel from now on."""
    excel = machine.excel
    if machine.system != "Windows":
        return []
    if not excel.kind:
        return [Say("没有找到 Excel：命令行可用；以后装了 Excel，再运行一次本程序即可。")]
    trouble = _excel_trouble(machine)
    if trouble:
        return [Stop(f"命令行已装好，但加载项没有装进 Excel：{trouble}")]
    build = (machine.program("python"), "-m", "xlbudget.hosts.cli", "addin", "build", "--here", "-o", BUILT, "--quiet")
    antivirus = "如果被杀毒软件拦截，请把本文件夹加入信任，再运行一次。"
    plan: list[Action] = [Say(f"提示：{policy}") for policy in excel.policies]
    plan += [RunCommand("生成 Excel 加载项", build, antivirus), CopyFile(f"{BUILT}/{ADD_IN}", excel.add_in)]
    plan.append(SetOpenings(excel.key, (*_others(excel), f'"{excel.add_in}"')))
    return [*plan, Say("✓ 函数和功能区“预算公开”已装进 Excel，下次打开 Excel 时出现。")]


def _others(excel: Excel) -> tuple[str, ...]:
    """What Excel loads besides our add-in, in its order."""
    return tuple(value for _, value in excel.openings if ADD_IN not in value.lower())


def _excel_trouble(machine: Machine) -> str:
    """Why the add-in cannot be put into this Excel, and what to do; empty when it can."""
    excel = machine.excel
    again = f"再运行一次 {machine.command}。"
    if excel.kind == "store":
        return f"这是 Microsoft Store 版 Excel，不能装这种加载项。请改装桌面版 Office，{again}"
    if excel.kind == "wps":
        return (
            "本机登记为 Excel 的是 WPS 表格，加载项没有在 WPS 里验证过，不自动安装。"
            "可用命令行核对；或在 WPS 设置里取消“兼容第三方系统和软件”，用 Excel 打开后再装。"
        )
    if machine.bits != 64:
        return f"需要 64 位的 Python（现在是 {machine.bits} 位），32 位的没有 Excel 要用的部件。请另装 64 位 Python，{again}"
    if "WindowsApps" in machine.python:
        return f"这是 Microsoft Store 版 Python，Excel 找不到它。请从 python.org 安装，{again}"
    if excel.running:
        return f"Excel 正在运行。请保存并关闭所有 Excel 窗口，{again}"
    if not excel.writable:
        return f"没有在 {excel.folder} 中写文件的权限。请联系管理员，{again}"
    return ""


def _plan_calc(request: Request, machine: Machine) -> list[Action]:
    calc = machine.calc
    if calc is None:
        return [
            Stop(
                "没有找到 LibreOffice。请先安装 LibreOffice（Debian/Ubuntu：apt-get install libreoffice-calc python3-uno）。"
            )
        ]
    if not calc.python:
        return [Stop("找不到能与 LibreOffice 对话的 Python。Debian/Ubuntu 请安装 python3-uno，再运行一次。")]
    if calc.running:
        return [Stop("LibreOffice 正在运行。请保存并关闭它的所有窗口，再运行一次。")]
    build = (machine.program("python"), "-m", "xlbudget.hosts.cli", "addin", "build", "--here", "-o", BUILT, "--quiet")
    add = (calc.python, str(machine.checkout / CALC_INSTALLER), "add", str(machine.checkout / f"{BUILT}/xlbudget.oxt"))
    closed = "请关闭 LibreOffice 的所有窗口，再运行一次。"
    return [
        *_install(request, machine),
        RunCommand("生成 LibreOffice 加载项", build, "请检查磁盘空间和权限。"),
        RunCommand("装进 LibreOffice", add, closed, environment=(("XLBUDGET_SOFFICE", calc.program),)),
        WriteFile(CALC_MARK, ""),
        Say("✓ 已装进 LibreOffice：打开表格即有“预算公开”菜单和 BUDGET_ 开头的函数。"),
    ]


def _plan_bundle(request: Request, machine: Machine) -> list[Action]:
    """Everything that a Windows machine without a network needs: the program, and its packages for each Python."""
    out = request.out
    if out is None:
        return [Stop("请用 -o 指定放离线安装包的文件夹，如 install.py bundle -o 离线包。")]
    if _unfit(machine):
        return [Stop(_unfit(machine))]
    python = machine.program("python") if machine.works else machine.python
    wheels = str(out / "安装包")
    plan: list[Action] = []
    for version in BUNDLED_PYTHONS:
        target = ("--platform", "win_amd64", "--implementation", "cp", "--python-version", version)
        only = ("--only-binary=:all:", "--disable-pip-version-check", "--no-input", "-d", wheels)
        packages = (*machine.requirements, "pywin32", "tzdata", "colorama", *sorted(BUILD_TOOLS))
        command = (python, "-m", "pip", "download", *target, *only, *packages)
        plan.append(RunCommand(f"下载 Python {version} 用的安装包", command, "请检查网络，或先设国内镜像。"))
    plan += [CopyFolder(name, out) for name in BUNDLED]
    how = "py install.py --offline 安装包"
    return [*plan, Say(f"\n离线安装包在 {out}。把整个文件夹拷到目标电脑，在其中运行：\n  {how}")]


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
    lines += _doctor_excel(machine)
    if any(fact.text.startswith("✗") for fact in lines):
        return [*lines, Stop("这台机器还不能用，请先按上面的提示处理。")]
    if new:
        return [*lines, Say(f"这台机器可以用。{run}")]
    own = (machine.program("xlbudget"), "doctor")
    return [*lines, RunCommand("xlbudget 自检", own, "请按上面的提示处理。", failure_status=1, live=True)]


def _plan_uninstall(request: Request, machine: Machine) -> list[Action]:
    if machine.foreign_venv:
        return [Stop(".venv 不是本程序建立的，没有删除。确实不要的话，请自行删除。")]
    plan: list[Action] = _out_of_programs(machine)
    plan += [] if machine.stamp is None else [Remove(".venv")]
    made = [path for path in (*DEMO_RESULTS, DEMO_PUBLISHED) if PurePath(path).name in machine.results]
    if made and len(made) == len(machine.results):
        plan.append(Remove("out"))
    elif made:
        plan += [*map(Remove, made), Say("out 里还有别的文件，这个文件夹予以保留。")]
    return plan or [Say("没有需要删除的东西。")]


def _doctor_excel(machine: Machine) -> list[Say]:
    """What of the add-in is in order; only on Windows, where Excel takes it."""
    excel = machine.excel
    if machine.system != "Windows":
        return []
    if not excel.kind:
        return [Say("· 没有找到 Excel，只能用命令行")]
    trouble = _excel_trouble(machine)
    if trouble:
        return [Say(f"· Excel：{trouble}")]
    found = [f"✓ Excel {excel.version}（{excel.bits} 位）"]
    loads_us = len(_others(excel)) != len(excel.openings)
    if excel.there and loads_us:
        found.append(f"✓ 加载项在 {excel.add_in}，Excel 启动时加载")
    elif loads_us:
        found.append(f"· 加载项文件不见了（多半被杀毒软件隔离）。请恢复并加入信任，或运行 {machine.command}")
    elif excel.there:
        found.append(f"· 加载项在，但 Excel 不加载它（可能被禁用过）。请运行 {machine.command} 重新登记")
    else:
        found.append(f"· 加载项还没有装，请运行 {machine.command}")
    cloud = "OneDrive" in str(machine.checkout)
    found += (
        ["· 程序在 OneDrive 文件夹里，同步可能使文件暂时不可用，最好移到如 C:\\xlbudget 的本地文件夹"] if cloud else []
    )
    conda = any(word in machine.python.lower() for word in ("conda", "miniforge"))
    found += ["· 用的是 conda 的 Python；删掉或升级那个环境后，要重新运行本程序"] if conda else []
    return [Say(line) for line in (*found, *(f"· {policy}" for policy in excel.policies))]


def _out_of_programs(machine: Machine) -> list[Action]:
    """What was put into the spreadsheet programs, taken out again."""
    plan: list[Action] = []
    excel = machine.excel
    loads_us = len(_others(excel)) != len(excel.openings)
    if excel.running and (excel.there or loads_us):
        return [Stop(f"Excel 正在运行，没有卸载。请关闭所有 Excel 窗口，再运行 {machine.command} uninstall。")]
    if loads_us:
        plan.append(SetOpenings(excel.key, _others(excel)))
    if excel.there:
        plan.append(RemoveFar(excel.add_in))
    if machine.calc_installed and machine.calc is not None and machine.calc.python:
        if machine.calc.running:
            return [Stop(f"LibreOffice 正在运行，没有卸载。请关闭它，再运行 {machine.command} uninstall。")]
        remove = (machine.calc.python, str(machine.checkout / CALC_INSTALLER), "remove")
        closed = "请关闭 LibreOffice 的所有窗口，再运行一次。"
        program = (("XLBUDGET_SOFFICE", machine.calc.program),)
        plan.append(RunCommand("从 LibreOffice 里去掉", remove, closed, environment=program))
    return plan


PLANS: dict[str, Callable[[Request, Machine], list[Action]]] = {
    "": _plan_set_up,
    "demo": _plan_demo,
    "calc": _plan_calc,
    "bundle": _plan_bundle,
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
    package = ("-e", f".[{extra}]" if extra else ".")
    install = [RunCommand("安装依赖，首次约需一两分钟", (*pip, *package), advice)]
    if request.offline and machine.locked:
        lock = ("--require-hashes", "-r", str(request.offline / LOCK))
        altered = f"安装包与清单 {LOCK} 不符：可能下载不全，或被改动过。请重新下载。{help_line}"
        alone = () if extra else ("--no-deps",)
        install = [
            RunCommand("安装依赖，逐个核对哈希值，约需一两分钟", (*pip, *lock), altered),
            RunCommand("安装 xlbudget", (*pip, "--no-build-isolation", *alone, *package), advice),
        ]
    return [*plan, WriteFile(STAMP, environment), *install, WriteFile(STAMP, complete)]


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
    python, version, ensurepip, bits = _ask(request.python or own)
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
        locked=house is not None and (house / LOCK).is_file(),
        results=frozenset(path.name for path in checkout.glob("out/*")),
        demo_book=(checkout / DEMO_BOOK).is_file(),
        writable=os.access(checkout, os.W_OK),
        free_space=shutil.disk_usage(checkout).free,
        online=_pip_reaches(str(programs / "python") if works else python) if try_network else None,
        bits=bits,
        excel=_look_for_excel() if os.name == "nt" else Excel(),
        calc=_look_for_calc() if request.word in ("calc", "uninstall") else None,
        calc_installed=(checkout / CALC_MARK).is_file(),
        requirements=_requirements(pyproject.decode("utf-8")),
    )


def _requirements(pyproject: str) -> tuple[str, ...]:
    """What xlbudget needs, from the plain list in pyproject.toml (an old Python has no reader of TOML)."""
    found = re.search(r"^dependencies = \[(.*?)^\]", pyproject, re.MULTILINE | re.DOTALL)
    return tuple(re.findall(r'"([^"]+)"', found[1])) if found else ()


def _look_for_calc() -> Calc | None:
    """LibreOffice, and a Python that can talk to it: its own, or the system's with ``uno``."""
    places = (
        "soffice",
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
        r"C:\Program Files\LibreOffice\program\soffice.exe",
        r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    )
    program = next(filter(None, map(shutil.which, places)), None)
    if program is None:
        return None
    folder = Path(program).resolve().parent
    pythons = [
        folder / "python.exe",
        folder / "python",
        folder.parent / "Resources" / "python",
        Path("/usr/bin/python3"),
    ]
    able = (str(p) for p in pythons if p.is_file() and _answer(str(p), "-c", "import uno") is not None)
    homes = (
        Path.home() / ".config/libreoffice/4",
        Path.home() / "Library/Application Support/LibreOffice/4",
        Path(os.environ.get("APPDATA", Path.home())) / "LibreOffice/4",
    )
    locked = any((home / ".lock").exists() for home in homes)  # left behind by a crash, it alone means nothing
    return Calc(program, next(able, ""), locked and _runs("soffice.bin"))


def _runs(name: str) -> bool:
    if os.name == "nt":
        return name.lower() in (_answer("tasklist", "/fi", f"imagename eq {name}") or "").lower()
    return bool((_answer("pgrep", "-u", str(os.geteuid()), "-x", name) or "").strip())


def _look_for_excel() -> Excel:  # pragma: no cover - only on Windows
    """Excel as the registry tells: which, where its add-ins live, what it loads, what an administrator forbids."""
    program = _registry("HKCR", r"Excel.Application\CLSID", "")
    server = _registry("HKCR", rf"CLSID\{program}\LocalServer32", "") if program else ""
    if not program or not server:
        return Excel()
    current = _registry("HKCR", r"Excel.Application\CurVer", "")
    version = (current.rpartition(".")[2] or "16") + ".0"
    lower = server.lower()
    kind = "wps" if "kingsoft" in lower or "wps" in lower or "et.exe" in lower else "desktop"
    kind = "store" if "windowsapps" in lower else kind
    bitness = _registry("HKLM", rf"Software\Microsoft\Office\{version}\Outlook", "Bitness")
    bitness = bitness or _registry("HKLM", r"Software\Microsoft\Office\ClickToRun\Configuration", "Platform")
    folder = Path(os.environ.get("APPDATA", "")) / "Microsoft" / "AddIns"
    nearest = next((p for p in (folder, *folder.parents) if p.is_dir()), folder)
    excel = Excel(kind, version, 32 if bitness == "x86" else 64, _runs("EXCEL.EXE"), folder)
    names = ["OPEN", *(f"OPEN{n}" for n in range(1, 50))]
    openings = tuple((name, value) for name in names if (value := _registry("HKCU", excel.key, name)))
    return replace(
        excel,
        writable=os.access(nearest, os.W_OK),
        openings=openings,
        policies=tuple(_policies(version)),
        there=Path(excel.add_in).is_file(),
    )


POLICIES = {
    ("vbawarnings", "4"): "管理员禁用了所有宏，加载项不能运行，请联系管理员",
    ("vbawarnings", "3"): "管理员只允许签名的宏，加载项不能运行，请联系管理员",
    ("disablealladdins", "1"): "管理员禁用了所有加载项，请联系管理员",
    ("requireaddinsig", "1"): "管理员要求加载项有签名，请联系管理员",
}
"""组策略. What an administrator may have set, and what it means for the add-in."""


def _policies(version: str) -> list[str]:  # pragma: no cover - only on Windows
    found = []
    for (name, value), meaning in POLICIES.items():
        for root in ("Software\\Policies\\Microsoft", "Software\\Microsoft"):
            key = f"{root}\\Office\\{version}\\Excel\\Security"
            if _registry("HKCU", key, name) == value and meaning not in found:
                found.append(meaning)
    return found


def _registry(root: str, key: str, name: str) -> str:  # pragma: no cover - only on Windows
    """A value of the registry as text, empty when there is none."""
    winreg: Any = importlib.import_module("winreg")
    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKCR": winreg.HKEY_CLASSES_ROOT, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    try:
        with winreg.OpenKey(roots[root], key) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    except OSError:
        return ""


def _read_stamp(checkout: Path) -> str | None:
    if (checkout / ".venv").is_symlink() or not (checkout / STAMP).is_file():
        return None
    return (checkout / STAMP).read_text(encoding="utf-8", errors="replace")


def _ask(python: str) -> tuple[str, tuple[int, ...], bool, int]:
    """Path, version, ensurepip and bits of an interpreter; no version when it does not start."""
    try:
        path, version, ensurepip, bits = json.loads(_answer(shutil.which(python) or python, "-c", QUESTION) or "")
        return path, tuple(version), ensurepip, bits
    except ValueError:
        return python, (), False, 64


QUESTION = """
import importlib.util, json, struct, sys
path = getattr(sys, "_base_executable", sys.executable)
print(json.dumps([path, sys.version_info[:3], importlib.util.find_spec("ensurepip") is not None,
                  struct.calcsize("P") * 8]))
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
    elif isinstance(action, CopyFile):
        _copy_file(checkout / action.path, Path(action.target))
    elif isinstance(action, CopyFolder):
        source, target = checkout / action.path, Path(action.target) / action.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy2(source, target)
    elif isinstance(action, SetOpenings):
        _set_openings(action.key, action.values)
    elif isinstance(action, RemoveFar):
        with contextlib.suppress(FileNotFoundError):
            os.remove(action.target)
        print(f"已删除 {action.target}", flush=True)
    elif isinstance(action, Remove):
        path = checkout / action.path
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        print(f"已删除 {path}", flush=True)


def _copy_file(source: Path, target: Path) -> None:
    """Whole or not at all, without the mark of a file from the internet, and looked at again after a moment."""
    target.parent.mkdir(parents=True, exist_ok=True)
    data = source.read_bytes()
    part = target.with_name(target.name + ".part")
    part.write_bytes(data)
    os.replace(part, target)
    if os.name == "nt":
        with contextlib.suppress(OSError):
            os.remove(f"{target}:Zone.Identifier")
    time.sleep(LOOK_AGAIN)
    if not target.is_file() or hashlib.sha256(target.read_bytes()).digest() != hashlib.sha256(data).digest():
        raise SystemExit(
            _complain(
                f"{target} 写好后不见了或被改动，多半是杀毒软件所为。请在杀毒软件里恢复它并加入信任，再运行一次。"
            )
        )


LOOK_AGAIN = 2.0
"""隔多久再看. Seconds that an antivirus program gets before a copied file is looked at again."""


def _set_openings(key: str, values: tuple[str, ...]) -> None:
    """OPEN, OPEN1 ... become these values; what is left over of the old ones goes."""
    winreg: Any = importlib.import_module("winreg")
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
        names = ["OPEN", *(f"OPEN{n}" for n in range(1, 50))]
        for number, value in enumerate(values):
            winreg.SetValueEx(opened, names[number], 0, winreg.REG_SZ, value)
        for name in names[len(values) :]:
            with contextlib.suppress(OSError):
                winreg.DeleteValue(opened, name)


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
    if isinstance(action, (CopyFile, CopyFolder)):
        return f"复制：{action.path} → {action.target}"
    if isinstance(action, SetOpenings):
        return f"登记自动加载：HKEY_CURRENT_USER\\{action.key}\\OPEN… = {'；'.join(action.values) or '（无）'}"
    if isinstance(action, RemoveFar):
        return f"删除：{action.target}"
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
    parser.add_argument("-o")
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
    if given.o is not None and given.word != "bundle":
        parser.error("-o 只与 bundle 合用")
    offline = None if given.offline is None else Path(given.offline).absolute()
    out = None if given.o is None else Path(given.o).absolute()
    return Request(given.word, offline, given.python, given.dry_run, given.long, tuple(arguments[cut + 1 :]), out)


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
