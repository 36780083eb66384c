"""安装程序的测试. Plans for machines that do not exist; real runs in a small checkout made for the purpose."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "install.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("xlbudget_install", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


install = _load()
Request, Machine = install.Request, install.Machine
RunCommand, Remove, Say, Stop, WriteFile = (
    install.RunCommand,
    install.Remove,
    install.Say,
    install.Stop,
    install.WriteFile,
)

DEBIAN = Machine(
    PurePosixPath("/home/张三/预算 公开"), "/usr/bin/python3", (3, 11, 2), distribution="debian", pyproject="digest"
)
STAMP = "/home/张三/预算 公开\n/usr/bin/python3\n3.11\n"


def commands(plan: list[object]) -> list[tuple[str, ...]]:
    return [action.command for action in plan if isinstance(action, RunCommand)]


def sentence(plan: list[object]) -> str:
    """The text of a plan that is a refusal and nothing else."""
    (stop,) = plan
    assert isinstance(stop, Stop)
    return str(stop.text)


def installed(extras: str = "", **facts: object) -> object:
    return replace(DEBIAN, stamp=f"{STAMP}digest\n{extras}", works=True, installed=True, **facts)


# The planner ------------------------------------------------------------------------------------------------


def test_fresh_machine_gets_an_environment_and_the_package() -> None:
    plan = install.make_plan(Request(), DEBIAN)
    make, pip = commands(plan)
    assert make == ("/usr/bin/python3", "-m", "venv", ".venv")
    assert pip[0] == "/home/张三/预算 公开/.venv/bin/python"
    assert pip[1:4] == ("-m", "pip", "install") and pip[-2:] == ("-e", ".")
    assert "check 文件.xlsx" in plan[-1].text


def test_stamp_is_complete_only_after_the_installation() -> None:
    plan = install.make_plan(Request("test"), DEBIAN)
    written = [(n, action.text) for n, action in enumerate(plan) if isinstance(action, WriteFile)]
    steps = [n for n, action in enumerate(plan) if isinstance(action, RunCommand)]
    assert [text for _, text in written] == ["", STAMP, f"{STAMP}digest\ntest\n"]
    assert written[0][0] < steps[0] < written[1][0] < steps[1] < written[2][0]


def test_root_on_debian_gets_missing_packages_first() -> None:
    machine = replace(DEBIAN, administrator=True, missing=("chromium", "xvfb"))
    plan = install.make_plan(Request("test"), machine)
    update, packages = [action for action in plan if isinstance(action, RunCommand)][:2]
    assert update.command == ("apt-get", "update")
    assert packages.command == ("apt-get", "install", "-y", "--no-install-recommends", "chromium", "xvfb")
    assert ("DEBIAN_FRONTEND", "noninteractive") in packages.environment


@pytest.mark.parametrize("word", ["", "demo"])
def test_missing_packages_matter_only_to_the_tests(word: str) -> None:
    machine = replace(DEBIAN, administrator=True, missing=("chromium",))
    assert not any("apt-get" in command for command in commands(install.make_plan(Request(word), machine)))


def test_ordinary_user_is_told_what_is_missing_and_goes_on() -> None:
    plan = install.make_plan(Request("test"), replace(DEBIAN, missing=("chromium", "xvfb")))
    assert isinstance(plan[0], Say)
    assert "缺少 chromium、xvfb" in plan[0].text
    assert "apt-get install -y --no-install-recommends chromium xvfb" in plan[0].text
    assert not any("apt-get" in command for command in commands(plan))
    assert commands(plan)[-1][1:3] == ("-m", "pytest")


def test_root_without_network_does_not_call_apt() -> None:
    machine = replace(DEBIAN, administrator=True, missing=("chromium",), wheels=install.BUILD_TOOLS)
    plan = install.make_plan(Request("test", offline=PurePosixPath("/wheels")), machine)
    assert "缺少 chromium" in plan[0].text
    assert not any("apt-get" in command for command in commands(plan))


def test_macos_names_programs_and_no_apt() -> None:
    machine = replace(DEBIAN, system="Darwin", distribution="", administrator=True, missing=("LibreOffice",))
    plan = install.make_plan(Request("test"), machine)
    assert "缺少 LibreOffice" in plan[0].text and "apt-get" not in plan[0].text
    assert not any("apt-get" in command for command in commands(plan))


def test_ubuntu_is_asked_for_the_packages_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_answer", lambda *command: "ii  xvfb\nrc  poppler-utils\n")
    missing = install._missing("ubuntu")
    assert "chromium-browser" in missing and "chromium" not in missing
    assert "xvfb" not in missing and "poppler-utils" in missing


def test_windows_paths_with_spaces_and_chinese_names() -> None:
    checkout = PureWindowsPath(r"C:\Users\李 四\文档\xlbudget")
    machine = Machine(checkout, r"C:\Program Files\Python311\python.exe", (3, 11, 9), system="Windows")
    plan = install.make_plan(Request("demo"), machine)
    make, pip, *checks = commands(plan)
    assert make == (r"C:\Program Files\Python311\python.exe", "-m", "venv", ".venv")
    assert pip[0] == r"C:\Users\李 四\文档\xlbudget\.venv\Scripts\python.exe"
    assert {command[0] for command in checks} == {r"C:\Users\李 四\文档\xlbudget\.venv\Scripts\xlbudget.exe"}
    assert r"C:\Users\李 四\文档\xlbudget\out\核对报告.html" in plan[-1].text
    assert "py install.py demo" in install.make_plan(Request(), machine)[-1].text


def test_demo_accepts_findings_but_no_failure() -> None:
    checks = [action for action in install.make_plan(Request("demo"), DEBIAN) if isinstance(action, RunCommand)][2:]
    publish = checks.pop()
    assert publish.command[1:] == ("publish", install.DEMO_CORRECTED, "-o", "out/公开")
    assert publish.accept == (0,)
    assert [check.command[1:3] for check in checks] == [("check", install.DEMO_BOOK)] * 3
    assert [check.command[3:] for check in checks] == [
        (),
        ("--format", "html", "-o", "out/核对报告.html"),
        ("--format", "xlsx", "-o", "out/问题清单.xlsx"),
    ]
    assert all(check.accept == (0, 1) and check.failure_status == 2 for check in checks)


def test_demo_without_its_workbook_is_refused() -> None:
    assert install.DEMO_BOOK in sentence(install.make_plan(Request("demo"), replace(DEBIAN, demo_book=False)))


def test_order_of_the_checks() -> None:
    plan = install.make_plan(Request("test", pytest_arguments=("-k", "金额")), installed("test\n"))
    checks = [action for action in plan if isinstance(action, RunCommand)]
    assert all(check.check and check.failure_status == 1 for check in checks)
    assert [check.command[1:] for check in checks] == [
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "ruff", "check", "."),
        ("-m", "mypy"),
        (),
        ("-m", "pytest", "-m", "not long", "-k", "金额"),
    ]
    assert checks[3].command[0].endswith("/.venv/bin/lint-imports")


def test_long_tests_are_included_on_request() -> None:
    assert commands(install.make_plan(Request("test", long=True), DEBIAN))[-1][-1] == "long or not long"


@pytest.mark.parametrize(("word", "had"), [("", ""), ("", "test\n"), ("test", "test\n")])
def test_nothing_is_installed_twice(word: str, had: str) -> None:
    plan = install.make_plan(Request(word), installed(had))
    assert "没有变化" in plan[0].text
    assert not any("pip" in command or "venv" in command for command in commands(plan))


@pytest.mark.parametrize(("word", "change"), [("test", {}), ("", {"pyproject": "other"}), ("", {"installed": False})])
def test_new_needs_go_into_the_same_environment(word: str, change: dict[str, object]) -> None:
    plan = install.make_plan(Request(word), replace(installed(), **change))
    assert "pip" in commands(plan)[0]
    assert not any(isinstance(action, Remove) for action in plan)


@pytest.mark.parametrize(
    "change",
    [
        {"version": (3, 12, 0)},
        {"python": "/opt/python"},
        {"checkout": PurePosixPath("/moved")},
        {"works": False},
        {"stamp": ""},
    ],
)
def test_environment_that_no_longer_fits_is_made_again(change: dict[str, object]) -> None:
    plan = install.make_plan(Request(), replace(installed(), **change))
    assert plan[0] == Remove(".venv")
    assert commands(plan)[0][1:] == ("-m", "venv", ".venv")


def test_offline_installs_from_the_folder_alone() -> None:
    machine = replace(DEBIAN, wheels=install.BUILD_TOOLS)
    pip = commands(install.make_plan(Request(offline=PurePosixPath("/盘/安装包")), machine))[-1]
    assert pip[pip.index("--no-index") :] == ("--no-index", "--find-links", "/盘/安装包", "-e", ".")


def test_an_offline_folder_with_its_lock_is_checked_by_hashes() -> None:
    machine = replace(DEBIAN, wheels=install.BUILD_TOOLS, locked=True)
    folder = PurePosixPath("/盘/安装包")
    first, second = commands(install.make_plan(Request(offline=folder), machine))[-2:]
    assert first[-3:] == ("--require-hashes", "-r", str(folder / install.LOCK)) and "--no-index" in first
    assert second[-4:] == ("--no-build-isolation", "--no-deps", "-e", ".") and "--no-index" in second
    tests = commands(install.make_plan(Request("test", offline=folder), machine))
    assert any(c[-3:] == ("--no-build-isolation", "-e", ".[test]") for c in tests)
    online = commands(install.make_plan(Request(), machine))
    assert not any("--require-hashes" in command for command in online)


def test_offline_folder_missing_or_incomplete() -> None:
    request = Request(offline=PurePosixPath("/盘/安装包"))
    text = sentence(install.make_plan(request, DEBIAN))
    assert "离线文件夹不存在：/盘/安装包" in text and "--help" in text
    text = sentence(install.make_plan(request, replace(DEBIAN, wheels=frozenset({"hatchling", "openpyxl"}))))
    assert "缺少 editables" in text


@pytest.mark.parametrize("word", ["", "demo", "test"])
def test_old_python_is_answered_with_a_sentence(word: str) -> None:
    text = sentence(install.make_plan(Request(word), replace(DEBIAN, version=(3, 8, 18))))
    assert "需要 Python 3.11 或更高版本，现在是 3.8。" in text and "--python" in text


def test_python_that_does_not_start() -> None:
    machine = replace(DEBIAN, python="/no/such", version=())
    assert "/no/such 无法运行" in sentence(install.make_plan(Request(), machine))


def test_python_without_ensurepip() -> None:
    bare = replace(DEBIAN, ensurepip=False)
    assert "python3.11-venv" in sentence(install.make_plan(Request(), bare))
    root = commands(install.make_plan(Request(), replace(bare, administrator=True)))
    assert root[1][-1] == "python3.11-venv"
    assert "请先自行安装" in sentence(install.make_plan(Request(), replace(bare, distribution="arch")))


def test_foreign_environment_is_left_alone() -> None:
    for word in ("", "demo", "test", "uninstall"):
        assert "不是本程序建立的" in sentence(install.make_plan(Request(word), replace(DEBIAN, foreign_venv=True)))


def test_folder_that_cannot_be_written() -> None:
    assert "权限" in sentence(install.make_plan(Request(), replace(DEBIAN, writable=False)))


def test_uninstall_removes_what_was_made_and_no_more() -> None:
    made = frozenset({"核对报告.html", "问题清单.xlsx"})
    assert install.make_plan(Request("uninstall"), installed(results=made)) == [Remove(".venv"), Remove("out")]
    plan = install.make_plan(Request("uninstall"), replace(DEBIAN, results=made | {"我的.xlsx"}))
    assert plan[:2] == [Remove("out/核对报告.html"), Remove("out/问题清单.xlsx")]
    assert "予以保留" in plan[2].text
    mine = replace(DEBIAN, results=frozenset({"我的.xlsx"}))
    assert install.make_plan(Request("uninstall"), mine) == [Say("没有需要删除的东西。")]


def test_doctor_tells_good_from_bad() -> None:
    good = install.make_plan(Request("doctor"), installed(online=True))
    assert all(action.text.startswith("✓") for action in good[:-1])
    assert good[-1].command == ("/home/张三/预算 公开/.venv/bin/xlbudget", "doctor")
    fresh = install.make_plan(Request("doctor"), replace(DEBIAN, online=True))
    assert fresh[-1] == Say("这台机器可以用。请运行 python3 install.py")
    for fault in ({"version": (3, 8, 0)}, {"online": False}, {"free_space": 1}, {"writable": False}):
        plan = install.make_plan(Request("doctor"), replace(DEBIAN, **{"online": True, **fault}))
        assert sum(action.text.startswith("✗") for action in plan) == 1
        assert isinstance(plan[-1], Stop)


def test_doctor_does_not_call_for_a_network_once_installed() -> None:
    plan = install.make_plan(Request("doctor"), installed(online=False))
    assert isinstance(plan[-1], RunCommand)


# The command line and the text of the file ------------------------------------------------------------------


def test_command_line() -> None:
    request = install.read_request(["test", "--long", "--dry-run", "--python", "python3.12", "--", "-k", "x"])
    assert request == Request("test", None, "python3.12", True, True, ("-k", "x"))
    assert install.read_request([]) == Request()
    assert install.read_request(["--offline", "安装包"]).offline == Path.cwd() / "安装包"


@pytest.mark.parametrize("wrong", [["instal"], ["--fast"], ["demo", "--long"], ["--", "-k", "x"], ["--offline"]])
def test_wrong_call(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        install.read_request(wrong)
    assert leaving.value.code == 2
    assert capsys.readouterr().err.startswith("错误：用法不对")


def test_help_names_every_word_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        install.read_request(["--help"])
    assert leaving.value.code == 0
    text = capsys.readouterr().out
    for word in [*install.PLANS, "--dry-run", "--offline", "--python", "--long", "hatchling"]:
        assert word in text


def test_file_parses_in_old_pythons_and_imports_nothing_foreign() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


# Carrying out -----------------------------------------------------------------------------------------------


def test_steps_are_counted_and_folders_and_files_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = [
        install.MakeFolder("甲 乙/丙"),
        WriteFile("甲 乙/丙/丁.txt", "金额\n"),
        RunCommand("第一步", (sys.executable, "-c", "print('看不见')"), ""),
        RunCommand("第二步", (sys.executable, "-c", "raise SystemExit(1)"), "", accept=(0, 1)),
        Say("完毕"),
    ]
    assert install.carry_out(plan, tmp_path) == 0
    assert (tmp_path / "甲 乙/丙/丁.txt").read_text(encoding="utf-8") == "金额\n"
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("[1/2] 第一步 … ✓ ") and first.endswith(" 秒")
    assert second.startswith("[2/2] 第二步 … ✓ ")
    assert last == "完毕"


def test_failing_step_ends_the_run_with_its_last_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noisy = "import sys\nfor n in range(30): print('行', n, file=sys.stderr)\nsys.exit(3)"
    plan = [RunCommand("安装", (sys.executable, "-c", noisy), "请检查网络。"), WriteFile("later", "")]
    assert install.carry_out(plan, tmp_path) == 2
    error = capsys.readouterr().err
    assert "错误：“安装”没有成功。请检查网络。" in error
    assert "行 10" in error and "行 29" in error and "行 9\n" not in error
    assert "Traceback" not in error
    assert not (tmp_path / "later").exists()


def test_program_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert install.carry_out([RunCommand("安装", ("no-such-program",), "请重装。")], tmp_path) == 2
    assert "no-such-program：" in capsys.readouterr().err


def test_all_checks_run_and_the_table_says_which_failed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def check(title: str, code: str) -> object:
        return RunCommand(title, (sys.executable, "-c", code), "", failure_status=1, check=True, live=True)

    plan = [check("格式", "print('格式不对'); raise SystemExit(1)"), check("类型", "print('类型很好')")]
    assert install.carry_out(plan, tmp_path) == 1
    out = capfd.readouterr().out
    assert "格式不对" in out and "类型很好" in out
    failed, passed = out.splitlines()[-2:]
    assert "✗ 失败" in failed and failed.endswith("秒  格式")
    assert "✓ 通过" in passed and passed.endswith("秒  类型")


def test_refusal_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert install.carry_out([Stop("不行。"), WriteFile("later", "")], tmp_path) == 2
    assert capsys.readouterr().err == "错误：不行。\n"
    assert not list(tmp_path.iterdir())


def test_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/数据.txt").write_text("x", encoding="utf-8")
    (tmp_path / "out").symlink_to(tmp_path / "kept", target_is_directory=True)
    assert install.carry_out([Remove("out")], tmp_path) == 0
    assert not (tmp_path / "out").is_symlink()
    assert (tmp_path / "kept/数据.txt").exists()


def test_what_cannot_be_removed_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert install.carry_out([Remove("gone")], tmp_path) == 2
    assert "无法改动" in capsys.readouterr().err


# Whole runs in a small checkout; its build needs no network ---------------------------------------------------

BACKEND = '''
"""A build backend in one file: an editable wheel of the package xlbudget."""
import os, zipfile

INFO = "xlbudget-1.0.dist-info"


def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "xlbudget-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("xlbudget.pth", os.path.abspath("src") + "\\n")
        wheel.writestr(INFO + "/METADATA", "Metadata-Version: 2.1\\nName: xlbudget\\nVersion: 1.0\\n")
        wheel.writestr(INFO + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(INFO + "/entry_points.txt", "[console_scripts]\\nxlbudget = xlbudget:main\\n")
        wheel.writestr(INFO + "/RECORD", "")
    return name
'''
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "xlbudget"
version = "1.0"
"""
PACKAGE = """
import sys

def main():
    if "publish" in sys.argv:
        import os

        os.makedirs(sys.argv[sys.argv.index("-o") + 1], exist_ok=True)
        return 0
    if "-o" in sys.argv:
        open(sys.argv[sys.argv.index("-o") + 1], "w").close()
    else:
        print("发现 2 处错误")
    return 1
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "预算 公开"
    for name, text in [
        ("backend.py", BACKEND),
        ("pyproject.toml", PYPROJECT),
        ("src/xlbudget/__init__.py", PACKAGE),
        (install.DEMO_BOOK, ""),
        ("安装包/hatchling-1.0-py3-none-any.whl", ""),
        ("安装包/editables-1.0-py3-none-any.whl", ""),
    ]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copy(SCRIPT, root)
    return root


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "install.py"), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=checkout.parent)


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts}


def test_demo_twice_and_uninstall(checkout: Path) -> None:
    before = contents(checkout)
    offline = ("--offline", str(checkout / "安装包"))
    first = run(checkout, "demo", *offline)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "[1/6] 建立 .venv … ✓" in first.stdout and "发现 2 处错误" in first.stdout
    assert str(checkout / "out/核对报告.html") in first.stdout
    assert (checkout / "out/核对报告.html").exists() and (checkout / "out/问题清单.xlsx").exists()

    start = time.monotonic()
    second = run(checkout, "demo", *offline)
    assert second.returncode == 0 and "不再重装" in second.stdout and "[1/4]" in second.stdout
    assert time.monotonic() - start < 5

    gone = run(checkout, "uninstall")
    assert gone.returncode == 0 and f"已删除 {checkout / '.venv'}" in gone.stdout
    assert contents(checkout) == before
    assert "没有需要删除的东西" in run(checkout, "uninstall").stdout


def test_dry_run_prints_the_plan_and_changes_nothing(checkout: Path) -> None:
    before = contents(checkout)
    done = run(checkout, "--dry-run", "test", "--offline", str(checkout / "安装包"))
    assert done.returncode == 0, done.stderr
    assert "未作任何改动" in done.stdout
    for part in ("-m venv .venv", "--no-index", "写文件：.venv/.xlbudget", "lint-imports", "pytest -m 'not long'"):
        assert part in done.stdout
    assert contents(checkout) == before


def test_failed_installation_is_taken_up_again(checkout: Path) -> None:
    good = (checkout / "backend.py").read_text(encoding="utf-8")
    (checkout / "backend.py").write_text("raise RuntimeError('坏了')", encoding="utf-8")
    offline = ("--offline", str(checkout / "安装包"))
    failed = run(checkout, *offline)
    assert failed.returncode == 2
    assert "“安装依赖，首次约需一两分钟”没有成功。" in failed.stderr and "坏了" in failed.stderr
    (checkout / "backend.py").write_text(good, encoding="utf-8")
    again = run(checkout, *offline)
    assert again.returncode == 0 and "[1/1] 安装依赖" in again.stdout, again.stdout + again.stderr


def test_foreign_environment_survives_set_up_and_uninstall(checkout: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout / ".venv")], check=True)
    before = contents(checkout)
    for word in ([], ["uninstall"]):
        done = run(checkout, *word)
        assert done.returncode == 2 and "不是本程序建立的" in done.stderr
    assert contents(checkout) == before


def test_incomplete_folder_is_a_sentence(checkout: Path) -> None:
    (checkout / "pyproject.toml").unlink()
    done = run(checkout)
    assert done.returncode == 2
    assert done.stderr.startswith("错误：读不到") and "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_interrupted_run_leaves_what_uninstall_knows(checkout: Path) -> None:
    command = [sys.executable, str(checkout / "install.py")]
    pipe = subprocess.PIPE
    # a shell's background job ignores the interrupt, and its children inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8", start_new_session=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.read(5) == "[1/2]"
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        assert process.stderr.read() == "\n已中止。\n"
        assert process.wait(10) == 130
    gone = run(checkout, "uninstall")
    assert gone.returncode == 0 and not (checkout / ".venv").exists()


# Excel and LibreOffice --------------------------------------------------------------------------------------

CopyFile, SetOpenings, RemoveFar = install.CopyFile, install.SetOpenings, install.RemoveFar
Excel, Calc = install.Excel, install.Calc
ADD_INS = PureWindowsPath(r"C:\Users\张 三\AppData\Roaming\Microsoft\AddIns")
OURS = f'"{ADD_INS / install.ADD_IN}"'
EXCEL = Excel("desktop", folder=ADD_INS, openings=(("OPEN", '"C:\\别的 加载项.xlam"'),))
WINDOWS = Machine(
    PureWindowsPath(r"C:\Users\张 三\预算 公开"),
    r"C:\Program Files\Python311\python.exe",
    (3, 11, 9),
    system="Windows",
    pyproject="digest",
    excel=EXCEL,
)


def said(plan: list[object]) -> str:
    return "\n".join(action.text for action in plan if isinstance(action, (Say, Stop)))


def test_windows_gets_the_add_in_after_the_package() -> None:
    plan = install.make_plan(Request(), WINDOWS)
    kinds = [type(action).__name__ for action in plan]
    build, copied, opened = (
        next(a for a in plan if isinstance(a, RunCommand) and "addin" in a.command),
        next(a for a in plan if isinstance(a, CopyFile)),
        next(a for a in plan if isinstance(a, SetOpenings)),
    )
    assert build.command[0].endswith(r".venv\Scripts\python.exe") and "--here" in build.command
    assert copied.target == ADD_INS / "xlbudget.xlam"
    assert opened.values == ('"C:\\别的 加载项.xlam"', OURS), "what Excel loaded before stays, in its order"
    assert kinds.index("CopyFile") < kinds.index("SetOpenings") and opened.key.endswith(r"Office\16.0\Excel\Options")
    for action in plan:
        assert install.describe(action)


def test_a_second_run_does_not_open_the_add_in_twice() -> None:
    again = replace(EXCEL, openings=(("OPEN", OURS), ("OPEN1", '"x.xlam"')), there=True)
    plan = install.make_plan(Request(), replace(WINDOWS, excel=again))
    assert next(a for a in plan if isinstance(a, SetOpenings)).values == ('"x.xlam"', OURS)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (replace(WINDOWS, excel=replace(EXCEL, kind="store")), "Microsoft Store 版 Excel"),
        (replace(WINDOWS, excel=replace(EXCEL, kind="wps")), "WPS 表格"),
        (replace(WINDOWS, excel=replace(EXCEL, running=True)), "Excel 正在运行"),
        (replace(WINDOWS, excel=replace(EXCEL, writable=False)), "没有在"),
        (replace(WINDOWS, bits=32), "64 位的 Python"),
        (replace(WINDOWS, python=r"C:\Users\z\AppData\Local\Microsoft\WindowsApps\python.exe"), "Store 版 Python"),
    ],
    ids=["store excel", "wps", "running", "no rights", "32 bit", "store python"],
)
def test_an_unfit_excel_leaves_the_command_line_and_one_sentence(machine: object, words: str) -> None:
    plan = install.make_plan(Request(), machine)
    assert isinstance(plan[-1], Stop) and words in plan[-1].text and "命令行已装好" in plan[-1].text
    assert commands(plan)[-1][1:4] == ("-m", "pip", "install")
    assert not any(isinstance(action, (CopyFile, SetOpenings)) for action in plan)
    assert words in said(install.make_plan(Request("doctor"), replace(machine, works=True, installed=True)))


def test_32_bit_excel_and_conda_are_fine() -> None:
    machine = replace(WINDOWS, python=r"C:\ProgramData\miniconda3\python.exe", excel=replace(EXCEL, bits=32))
    plan = install.make_plan(Request(), machine)
    assert any(isinstance(action, CopyFile) for action in plan)
    assert commands(plan)[0] == (r"C:\ProgramData\miniconda3\python.exe", "-m", "venv", ".venv"), "an own environment"
    assert "conda" in said(install.make_plan(Request("doctor"), replace(machine, works=True, installed=True)))


def test_no_excel_is_no_fault() -> None:
    plan = install.make_plan(Request(), replace(WINDOWS, excel=Excel()))
    assert "没有找到 Excel" in said(plan) and not any(isinstance(action, Stop) for action in plan)


def test_policies_and_clouds_are_told() -> None:
    policy = install.POLICIES["vbawarnings", "4"]
    machine = replace(
        WINDOWS,
        checkout=PureWindowsPath(r"C:\Users\张三\OneDrive - 财政局\预算"),
        excel=replace(EXCEL, policies=(policy,)),
        works=True,
        installed=True,
    )
    told = said(install.make_plan(Request("doctor"), machine))
    assert policy in told and "OneDrive" in told
    assert policy in said(install.make_plan(Request(), machine))


@pytest.mark.parametrize(
    ("there", "loaded", "words"),
    [
        (True, True, "✓ 加载项在"),
        (False, True, "被杀毒软件隔离"),
        (True, False, "重新登记"),
        (False, False, "还没有装"),
    ],
)
def test_doctor_says_what_is_wrong_with_the_add_in(there: bool, loaded: bool, words: str) -> None:
    excel = replace(EXCEL, there=there, openings=(("OPEN", OURS),) if loaded else ())
    told = said(install.make_plan(Request("doctor"), replace(WINDOWS, excel=excel, works=True, installed=True)))
    assert words in told


def test_uninstall_leaves_nothing_and_no_gap() -> None:
    excel = replace(EXCEL, there=True, openings=(("OPEN", '"a.xlam"'), ("OPEN1", OURS), ("OPEN2", '"b.xlam"')))
    plan = install.make_plan(Request("uninstall"), replace(WINDOWS, excel=excel, stamp="", works=True))
    assert plan[0] == SetOpenings(EXCEL.key, ('"a.xlam"', '"b.xlam"'))
    assert plan[1] == RemoveFar(ADD_INS / "xlbudget.xlam") and plan[2] == Remove(".venv")


def test_uninstall_waits_for_excel() -> None:
    excel = replace(EXCEL, there=True, running=True)
    assert "正在运行，没有卸载" in sentence(install.make_plan(Request("uninstall"), replace(WINDOWS, excel=excel)))


def test_copying_notices_an_antivirus_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a.xlam", tmp_path / "加 载" / "a.xlam"
    source.write_bytes(b"add-in")
    monkeypatch.setattr(install, "LOOK_AGAIN", 0)
    install._copy_file(source, target)
    assert target.read_bytes() == b"add-in" and [p.name for p in target.parent.iterdir()] == ["a.xlam"]
    monkeypatch.setattr(install.time, "sleep", lambda _: target.unlink())
    with pytest.raises(SystemExit) as left:
        install._copy_file(source, target)
    assert left.value.code == 2


def test_openings_are_written_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = {"OPEN": "a", "OPEN1": "b", "OPEN2": "c", "Font": "宋体"}

    class Fake:
        HKEY_CURRENT_USER, REG_SZ = 1, 1

        @staticmethod
        def CreateKey(root: object, key: str) -> object:  # noqa: N802
            return contextlib.nullcontext("key")

        @staticmethod
        def SetValueEx(key: object, name: str, _: int, kind: int, value: str) -> None:  # noqa: N802
            registry[name] = value

        @staticmethod
        def DeleteValue(key: object, name: str) -> None:  # noqa: N802
            if registry.pop(name, None) is None:
                raise FileNotFoundError(name)

    monkeypatch.setattr(install.importlib, "import_module", lambda name: Fake)
    install._set_openings("key", ("a", "c"))
    assert registry == {"OPEN": "a", "OPEN1": "c", "Font": "宋体"}


def test_calc_builds_and_installs_through_the_python_of_libreoffice() -> None:
    calc = Calc(r"C:\LibreOffice\soffice.exe", r"C:\LibreOffice\python.exe")
    plan = install.make_plan(Request("calc"), replace(WINDOWS, calc=calc))
    build, add = commands(plan)[-2:]
    assert "addin" in build and add[0] == calc.python and add[2] == "add" and add[3].endswith("xlbudget.oxt")
    step = [action for action in plan if isinstance(action, RunCommand)][-1]
    assert step.environment == (("XLBUDGET_SOFFICE", calc.program),)


@pytest.mark.parametrize(
    ("calc", "words"),
    [
        (None, "没有找到 LibreOffice"),
        (Calc("soffice"), "python3-uno"),
        (Calc("soffice", "/usr/bin/python3", running=True), "正在运行"),
    ],
)
def test_calc_says_what_is_missing(calc: object, words: str) -> None:
    assert words in sentence(install.make_plan(Request("calc"), replace(DEBIAN, calc=calc)))


def test_uninstall_takes_the_extension_out_of_libreoffice() -> None:
    machine = installed(calc=Calc("soffice", "/usr/bin/python3"), calc_installed=True)
    plan = install.make_plan(Request("uninstall"), machine)
    assert commands(plan)[0][2] == "remove" and plan[1] == Remove(".venv")


def test_bundle_takes_the_packages_of_windows_for_each_python() -> None:
    machine = replace(DEBIAN, requirements=("openpyxl>=3.1",))
    plan = install.make_plan(Request("bundle", out=PurePosixPath("/包")), machine)
    downloads = commands(plan)
    assert [c[c.index("--python-version") + 1] for c in downloads] == list(install.BUNDLED_PYTHONS)
    for command in downloads:
        assert {"win_amd64", "openpyxl>=3.1", "pywin32", "hatchling", "editables"} <= set(command)
    copied = {action.path for action in plan if isinstance(action, install.CopyFolder)}
    assert {"src", "vba_shim", "install.py", "pyproject.toml"} <= copied
    root = SCRIPT.parent
    assert all((root / name).exists() for name in copied)
    assert "请用 -o" in sentence(install.make_plan(Request("bundle"), machine))


def test_requirements_are_those_of_pyproject() -> None:
    import tomllib

    text = (SCRIPT.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert install._requirements(text) == tuple(tomllib.loads(text)["project"]["dependencies"])


def test_everything_of_the_bundle_is_in_it(tmp_path: Path) -> None:
    """The copied part of a bundle builds its own package: nothing that pyproject.toml names is left behind."""
    for name in install.BUNDLED:
        install._do(install.CopyFolder(name, tmp_path), SCRIPT.parent)
    assert not list(tmp_path.rglob("__pycache__")) and (tmp_path / "src" / "xlbudget" / "packs" / "national").is_dir()


@pytest.mark.office
def test_this_libreoffice_is_found() -> None:
    if shutil.which("soffice") is None:
        pytest.skip("没有安装 LibreOffice")
    found = install._look_for_calc()
    assert found is not None and found.python and Path(found.program).exists()
