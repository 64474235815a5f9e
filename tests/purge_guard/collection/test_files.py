from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from purge_guard.collection.files import write_json

if TYPE_CHECKING:
    from pathlib import Path


def test_there_is_one_way_to_write_some_content(tmp_path: Path) -> None:
    write_json(tmp_path / "one.json", {"b": [1], "a": "\u00e9\ud800"})
    write_json(tmp_path / "other.json", {"a": "\u00e9\ud800", "b": [1]})
    assert (tmp_path / "one.json").read_bytes() == b'{\n "a": "\\u00e9\\ud800",\n "b": [\n  1\n ]\n}\n'
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()


def test_a_time_is_written_as_the_aws_cli_writes_it(tmp_path: Path) -> None:
    write_json(tmp_path / "time.json", {"CreateDate": datetime(2026, 11, 25, 8, tzinfo=UTC)})
    assert '"CreateDate": "2026-11-25T08:00:00+00:00"' in (tmp_path / "time.json").read_text(encoding="ascii")


def test_what_cannot_be_written_whole_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    write_json(tmp_path / "iam.json", {"a": 1})
    with pytest.raises(TypeError, match="has no place in JSON"):
        write_json(tmp_path / "iam.json", {"a": 2, "b": object()})
    assert [path.name for path in tmp_path.iterdir()] == ["iam.json"]
    assert (tmp_path / "iam.json").read_text(encoding="ascii") == '{\n "a": 1\n}\n'
