"""发布用的依赖清单. Pins what a release installs, and says what is in it.

``python release/dependencies.py lock`` writes requirements.lock (what the program needs and what builds it) and
requirements-batch.lock (the extras ``batch`` and ``postgres`` as well): every package with its version and the hashes of
its files, for Python 3.11 and later on Linux, Windows and macOS. It needs ``uv`` and the network.

``python release/dependencies.py sbom [-o sbom.cdx.json]`` writes the bill of materials (CycloneDX 1.6) of the lock:
names, versions, licences and who needs whom, as the environment knows them, and the hashes that are pinned.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
LOCKS: Mapping[Path, tuple[str, ...]] = {LOCK: (), ROOT / "requirements-batch.lock": ("batch", "postgres")}
BUILD_TOOLS = "hatchling\neditables\n"
"""Named beside pyproject.toml: without a network pip cannot fetch what builds the package."""
FIRST = "# 由 release/dependencies.py lock 生成，请勿手改\n"


@dataclass(frozen=True)
class Pinned:
    """固定的依赖. ``marker`` says on which machines it is needed; ``hashes`` are those of its files."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def lock() -> None:
    """Write the locks; a version that is pinned stays while it will do, unless the file is taken away."""
    for path, extras in LOCKS.items():
        command = [
            "uv",
            "pip",
            "compile",
            "--universal",
            "--generate-hashes",
            "--python-version",
            "3.11",
            "--no-config",
        ]
        command += ["--no-header", "--no-annotate", "--quiet", "pyproject.toml", "-", "-o", path.name]
        command += [word for extra in extras for word in ("--extra", extra)]
        subprocess.run(command, cwd=ROOT, input=BUILD_TOOLS, text=True, check=True)
        path.write_text(FIRST + path.read_text("utf-8").removeprefix(FIRST), "utf-8")


def pinned(path: Path = LOCK) -> list[Pinned]:
    """What a lock holds."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    return [_pinned(line) for line in text.splitlines() if line and not line.startswith("#")]


def _pinned(line: str) -> Pinned:
    head, *hashes = line.split("--hash=sha256:")
    match = re.fullmatch(r"([\w.-]+)==([^\s;]+)(?:\s*;\s*(.+))?", head.strip())
    if match is None or not hashes:
        raise ValueError(f"not pinned with its hashes: {head}")
    return Pinned(match[1], match[2], match[3] or "", tuple(text.strip() for text in hashes))


# ---------------------------------------------------------------- bill of materials


def bill() -> dict[str, Any]:
    """The bill of materials as CycloneDX writes it in JSON; the same lock and environment give the same bytes."""
    from xlbudget import __version__

    known = pinned()
    names = {item.name for item in known}
    components = [_component(item) for item in known]
    own = {
        "type": "application",
        "bom-ref": f"pkg:pypi/xlbudget@{__version__}",
        "name": "xlbudget",
        "version": __version__,
        "purl": f"pkg:pypi/xlbudget@{__version__}",
        "licenses": [{"expression": "Apache-2.0"}],
    }
    refs: dict[str, list[str]] = {}
    for item in known:
        refs.setdefault(item.name, []).append(_ref(item))
    needs = [{"ref": own["bom-ref"], "dependsOn": sorted(r for name in _direct() if name in refs for r in refs[name])}]
    for item in known:
        wanted = sorted(r for name in set(_needed(item.name)) & names for r in refs[name])
        needs.append({"ref": _ref(item), **({"dependsOn": wanted} if wanted else {})})
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": needs,
    }


def _ref(item: Pinned) -> str:
    return f"pkg:pypi/{item.name}@{item.version}"


def _component(item: Pinned) -> dict[str, Any]:
    # one hash for each file of a release: a component has one of a kind, so the files are named as its releases
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": _ref(item),
        "name": item.name,
        "version": item.version,
        "purl": _ref(item),
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{item.name}/{item.version}/",
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in item.hashes],
            }
        ],
    }
    licence = _licence(item.name)
    if licence:
        found["licenses"] = [licence]
    if item.marker:
        found["properties"] = [{"name": "xlbudget:marker", "value": item.marker}]
    return found


def _metadata(name: str) -> Message | None:
    try:
        return metadata.metadata(name)  # type: ignore[return-value]
    except metadata.PackageNotFoundError:
        return None  # a package of another system


def _licence(name: str) -> dict[str, Any] | None:
    """The licence as the package states it: an expression, else a name."""
    told = _metadata(name)
    if told is None:
        return None
    expression = told.get("License-Expression")
    if expression:
        return {"expression": expression}
    named = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    text = (told.get("License") or "").strip()
    word = named[0] if named else text if 0 < len(text) < 60 and "\n" not in text else ""
    return {"license": {"name": word}} if word else None


def _needed(name: str) -> Iterator[str]:
    """What a package needs, without its extras."""
    told = _metadata(name)
    for line in (told.get_all("Requires-Dist") or ()) if told is not None else ():
        if "extra ==" not in line:
            yield _plain(line)


def _direct() -> list[str]:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return [_plain(line) for line in re.findall(r'"([^"]+)"', found[1])]


def _plain(requirement: str) -> str:
    """The name of a requirement as the index writes it (PEP 503)."""
    match = re.match(r"[\w.-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=("lock", "sbom"))
    parser.add_argument("-o", type=Path, help="write the bill of materials into this file")
    given = parser.parse_args(words)
    if given.what == "lock":
        lock()
        return 0
    text = json.dumps(bill(), ensure_ascii=False, indent=1) + "\n"
    if given.o:
        given.o.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    sys.exit(main())
