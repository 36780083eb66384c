"""The house itself: what start-up imports, how large a module may grow, what the tree must not hold."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile

import pytest
from tests.conftest import ROOT

SOURCES = sorted((ROOT / "src" / "xlbudget").rglob("*.py"))
BOOK = str(ROOT / "workbook" / "示例单位2025年预算公开.xlsx")
STARTS = {
    "--version": set(),
    "explain XB101": set(),
    f"check {BOOK}": {"python_calamine"},
    f"check {ROOT / 'README.md'}": set(),
}
"""What a start may import beside Python's own library: each of these costs less than the reading of a file."""


@pytest.mark.parametrize("words", STARTS, ids=lambda words: words.partition(" ")[0])
def test_start_up_imports_what_it_needs_and_no_more(words: str) -> None:
    code = (
        "import sys, io, contextlib\n"
        "before = set(sys.modules)\n"
        "from xlbudget.hosts.cli import main\n"
        "quiet = (contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()))\n"
        "with quiet[0], quiet[1], contextlib.suppress(SystemExit): main(sys.argv[1:])\n"
        "found = {name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names\n"
        "print(' '.join(sorted(found)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *words.split()], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"xlbudget"} | STARTS[words]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_stay_small_and_say_what_they_are(path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 420, "a module this long holds more than one idea"
    assert text.startswith(('"""', "'''")) or not text.strip()
    assert re.search(r"[\u4e00-\u9fff]", text.split('"""')[1]) if text.strip() else True


def test_no_float_holds_money() -> None:
    exact = [p for p in SOURCES if p.parent.name in ("model", "rules", "reading", "packs")]
    for path in exact:
        assert not re.search(r"\bfloat\(|\bround\(", path.read_text(encoding="utf-8")), path


def test_no_place_is_named_in_python() -> None:
    """A province is data."""
    names = re.compile("内蒙古|包头|乌海|新疆|巴音郭楞|青海|海东|普陀|万里街道")
    for path in SOURCES:
        assert not names.search(path.read_text(encoding="utf-8")), path


def test_the_demo_workbook_is_what_its_data_make() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("build", ROOT / "workbook" / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert _parts(module.build()) == _parts(module.TARGET.read_bytes())
    assert _parts(module.corrected()) == _parts(module.CORRECTED.read_bytes())
    assert _parts(module.build_functions()) == _parts(module.FUNCTIONS_TARGET.read_bytes())


def _parts(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook; the packing itself differs with the version of zlib."""
    package = zipfile.ZipFile(io.BytesIO(data))
    return {name: package.read(name) for name in package.namelist()}


def test_generated_pages_are_up_to_date() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, make in module.PAGES.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == make(), f"run docs/generate.py for {name}"


def test_the_tree_speaks_of_itself_alone() -> None:
    """No path of a machine, no private place, in anything that is kept."""
    words = re.compile(r"/(?:work|root|home)/[a-z]|/tmp/[a-z]")
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    for name in kept:
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".css", ".js", "") and path.is_file() and name != "LICENSE":
            found = words.search(path.read_text(encoding="utf-8"))
            assert found is None or name == "tests/test_house.py", (name, found)
