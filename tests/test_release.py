"""What a release installs: pinned, with hashes, and told in a bill of materials that its own schema accepts."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def dependencies() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dependencies", ROOT / "release" / "dependencies.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for their module
    spec.loader.exec_module(module)
    return module


def test_every_dependency_is_pinned_to_a_version_that_the_project_allows(dependencies: ModuleType) -> None:
    requirements = pytest.importorskip("packaging.requirements", reason="没有安装 packaging")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for path, extras in dependencies.LOCKS.items():
        known: dict[str, list[str]] = {}
        for item in dependencies.pinned(path):
            known.setdefault(item.name, []).append(item.version)
            assert item.hashes and all(re.fullmatch("[0-9a-f]{64}", digest) for digest in item.hashes), item.name
        wanted = [*project["dependencies"], *(r for extra in extras for r in project["optional-dependencies"][extra])]
        for text in [*wanted, "hatchling", "editables"]:
            requirement = requirements.Requirement(text)
            versions = known[dependencies._plain(requirement.name)]
            assert all(requirement.specifier.contains(version) for version in versions), text


def test_the_locks_agree(dependencies: ModuleType) -> None:
    small, large = (set(dependencies.pinned(path)) for path in dependencies.LOCKS)
    assert {(item.name, item.version) for item in small} < {(item.name, item.version) for item in large}


def test_the_bill_of_materials_is_one(dependencies: ModuleType) -> None:
    pytest.importorskip("cyclonedx.validation.json", reason="没有安装 cyclonedx-python-lib")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = json.dumps(dependencies.bill(), ensure_ascii=False)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert {(c["name"], c["version"]) for c in bill["components"]} == {
        (item.name, item.version) for item in dependencies.pinned()
    }
    refs = [bill["metadata"]["component"]["bom-ref"], *(c["bom-ref"] for c in bill["components"])]
    assert [d["ref"] for d in bill["dependencies"]] == refs
    assert {r for d in bill["dependencies"] for r in d.get("dependsOn", ())} <= set(refs)
    installed = [c for c in bill["components"] if "properties" not in c and c["name"] not in ("hatchling", "editables")]
    assert sum("licenses" in c for c in installed) > len(installed) // 2


def test_a_lock_without_hashes_is_refused(dependencies: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.lock").write_text("lxml==6.1\n", "utf-8")
    with pytest.raises(ValueError, match="not pinned with its hashes"):
        dependencies.pinned(tmp_path / "a.lock")


@pytest.mark.long
def test_pip_takes_the_lock_with_its_hashes(dependencies: ModuleType, tmp_path: Path) -> None:
    """Needs the network; resolves and checks every file, installs nothing."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--require-hashes", "-r", str(dependencies.LOCK)]
    done = subprocess.run([*command, "-d", str(tmp_path)], capture_output=True, text=True, check=False)
    if "connection" in done.stderr.lower() or "resolve" in done.stderr.lower():
        pytest.skip("没有网络")
    assert done.returncode == 0, done.stderr[-2000:]
    there = {re.split(r"-\d", path.name)[0].replace("_", "-").lower() for path in tmp_path.iterdir()}
    assert {item.name for item in dependencies.pinned() if not item.marker} <= there
