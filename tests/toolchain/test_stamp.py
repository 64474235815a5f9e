from pathlib import Path

import pytest

from toolchain.stamp import fingerprint, is_fresh, stamped


def test_a_stamp_is_fresh_for_its_own_fingerprint_alone(tmp_path: Path) -> None:
    stamp = tmp_path / ".stamp"

    with stamped(stamp, "one"):
        pass

    assert is_fresh(stamp, "one")
    assert not is_fresh(stamp, "two")


def test_there_is_no_fresh_stamp_before_anything_was_installed(tmp_path: Path) -> None:
    assert not is_fresh(tmp_path / "missing" / ".stamp", "one")


@pytest.mark.parametrize("interruption", [RuntimeError, KeyboardInterrupt], ids=["failure", "ctrl-c"])
def test_an_installation_that_did_not_end_well_leaves_no_stamp(
    interruption: type[BaseException], tmp_path: Path
) -> None:
    stamp = tmp_path / ".stamp"
    with stamped(stamp, "one"):
        pass

    with pytest.raises(interruption), stamped(stamp, "one"):
        raise interruption

    assert not is_fresh(stamp, "one")


def test_an_installation_that_runs_has_no_stamp_yet(tmp_path: Path) -> None:
    stamp = tmp_path / ".stamp"
    stamp.write_text("one", encoding="ascii")

    with stamped(stamp, "one"):
        assert not is_fresh(stamp, "one")


def test_a_fingerprint_changes_with_a_files_content_and_with_a_text(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("boto3==1.0", encoding="utf-8")
    before = fingerprint(lock, "3.11")

    assert fingerprint(lock, "3.11") == before
    assert fingerprint(lock, "3.12") != before
    lock.write_text("boto3==1.1", encoding="utf-8")
    assert fingerprint(lock, "3.11") != before


def test_a_fingerprint_keeps_its_inputs_apart() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
