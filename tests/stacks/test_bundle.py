"""The function's archive: the same bytes from any checkout, others after any edit, and nothing missing."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stacks.bundle import ALERT_BUNDLE, Bundle

ROOT = Path(__file__).parents[2]

IMPORT_EVERYTHING = """
import importlib, json, sys, zipfile

archive = sys.argv[1]
sys.path.insert(0, archive)
members = zipfile.ZipFile(archive).namelist()
names = [name.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for name in members]
files = [importlib.import_module(name).__file__ for name in names]
print(json.dumps([file for file in files if not file.startswith(archive)]))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the bundle is made of, which a test may change."""
    for name in ("lambdas", "policies"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def members(bundle: Bundle) -> list[zipfile.ZipInfo]:
    return zipfile.ZipFile(io.BytesIO(bundle.content)).infolist()


def test_it_is_made_of_source_and_nothing_else() -> None:
    names = [member.filename for member in members(Bundle.of(ALERT_BUNDLE))]

    assert names == sorted(names)
    assert {"lambdas/alert/handler.py", "policies/detection/rule.py", "policies/naming.py"} <= set(names)
    assert all(name.endswith(".py") for name in names)
    assert not any(name.startswith(("policies/inventory", "policies/document")) for name in names)


def test_every_module_in_it_finds_in_it_all_that_it_imports(tmp_path: Path) -> None:
    archive = Bundle.of(ALERT_BUNDLE).write(tmp_path)

    result = subprocess.run(
        [sys.executable, "-I", "-c", IMPORT_EVERYTHING, archive], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == []


def test_neither_the_folder_nor_times_modes_and_caches_change_a_byte(checkout: Path) -> None:
    for file in (checkout / "lambdas").rglob("*.py"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o600)
    cache = checkout / "lambdas" / "alert" / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "handler.cpython-399.pyc").write_bytes(b"stale")

    assert Bundle.of(ALERT_BUNDLE, checkout) == Bundle.of(ALERT_BUNDLE)


def test_lambdas_user_may_read_every_file_and_no_compressor_had_a_say_in_its_bytes() -> None:
    for member in members(Bundle.of(ALERT_BUNDLE)):
        assert member.compress_type == zipfile.ZIP_STORED
        assert member.external_attr >> 16 == 0o100644
        assert member.create_system == 3


@pytest.mark.parametrize("edited", ["lambdas/alert/handler.py", "policies/detection/rule.py"])
def test_an_edited_file_changes_the_hash(edited: str, checkout: Path) -> None:
    # F09: a change that changes no hash is never deployed.
    file = checkout / edited
    file.write_text(file.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")

    assert Bundle.of(ALERT_BUNDLE, checkout).sha256_base64 != Bundle.of(ALERT_BUNDLE).sha256_base64


def test_a_new_file_changes_the_hash(checkout: Path) -> None:
    (checkout / "lambdas" / "alert" / "more.py").touch()

    assert Bundle.of(ALERT_BUNDLE, checkout).sha256_base64 != Bundle.of(ALERT_BUNDLE).sha256_base64


def test_a_moved_file_is_missed_at_once(checkout: Path) -> None:
    (checkout / "policies" / "settings.py").rename(checkout / "policies" / "options.py")

    with pytest.raises(FileNotFoundError, match=r"no file matches policies/settings\.py"):
        Bundle.of(ALERT_BUNDLE, checkout)


def test_what_is_in_no_file_can_be_added_and_counts_too() -> None:
    plain, written = Bundle.of(ALERT_BUNDLE), Bundle.of(ALERT_BUNDLE, written={"estate.json": "{}"})

    (added,) = {member.filename for member in members(written)} - {
        member.filename for member in members(plain)
    }
    assert added == "estate.json"
    assert zipfile.ZipFile(io.BytesIO(written.content)).read(added) == b"{}"
    assert written != Bundle.of(ALERT_BUNDLE, written={"estate.json": "[]"})


def test_its_file_is_named_by_its_content(tmp_path: Path) -> None:
    bundle = Bundle(b"content")

    file = bundle.write(tmp_path / "bundles")

    assert file.read_bytes() == b"content"
    assert file.name == "ed7002b439e9ac84.zip"
