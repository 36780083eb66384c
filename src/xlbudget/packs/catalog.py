"""模板包目录. Finds packs by name: the built-in ones and a user's own folder. Adding a province is adding a folder."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from xlbudget.packs.loading import PackError, extended_pack_id, load_pack
from xlbudget.packs.schema import Pack

BUILT_IN = Path(__file__).parent
USER_PACKS = "XLBUDGET_PACKS"
"""Environment variable with one more folder of packs."""


def folders() -> dict[str, Path]:
    """Every pack at hand, by id; a user's pack hides a built-in one of the same name."""
    found: dict[str, Path] = {}
    roots = [BUILT_IN]
    if own := os.environ.get(USER_PACKS):
        roots.append(Path(own))
    for root in roots:
        for path in sorted(root.glob("*/pack.toml")):
            found[path.parent.name] = path
    return found


def get_pack(pack_id: str) -> Pack:
    """The pack of this name, with everything it inherits; raises :class:`PackError`."""
    path = folders().get(pack_id)
    if path is None:
        raise PackError(f"没有名为“{pack_id}”的模板包；可用：{'、'.join(sorted(folders()))}")
    return _load(path, ())


def all_packs() -> list[Pack]:
    """Every pack, ``national`` last."""
    return sorted((get_pack(name) for name in folders()), key=lambda pack: (pack.id == "national", pack.id))


@cache
def _load(path: Path, seen: tuple[Path, ...]) -> Pack:
    if path in seen:
        raise PackError(f"{path}：模板包互相继承，成了环")
    parent_id = extended_pack_id(path)
    if not parent_id:
        return load_pack(path)
    parent = folders().get(parent_id)
    if parent is None:
        raise PackError(f"{path}：继承的模板包“{parent_id}”不存在")
    return load_pack(path, _load(parent, (*seen, path)))
