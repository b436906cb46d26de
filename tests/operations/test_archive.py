"""The backup file: anyone's tar can open it, and no damage to it goes unseen."""

from __future__ import annotations

import random
import subprocess
import tarfile
from pathlib import Path

import pytest

from fund.operations import archive


def written(folder: Path) -> Path:
    """A small archive with a table and an attachment."""
    staged = folder / "staged"
    members = [
        archive.stage(staged, "tables/member.jsonl", [b'[["id","integer"]]\n', b"[1]\n", b"[2]\n"], lines=True),
        archive.stage(staged, "files/plan.pdf", [random.Random(7).randbytes(3000)]),
    ]
    target = folder / "backup.tar.gz"
    archive.write(target, staged, archive.Manifest("2026-11-23T10:00:00Z", "1", "sqlite", "abc", False, members))
    return target


def test_what_was_written_comes_back_with_its_rows_counted(tmp_path: Path) -> None:
    with archive.opened(written(tmp_path), tmp_path / "work") as manifest:
        assert manifest.tables()["member"].rows == 2
        assert (tmp_path / "work/tables/member.jsonl").read_bytes().endswith(b"[1]\n[2]\n")
        assert [member.size for member in manifest.below("files")] == [3000]


def test_any_tar_program_opens_it(tmp_path: Path) -> None:
    source = written(tmp_path)
    listed = subprocess.run(["tar", "tzf", str(source)], capture_output=True, text=True, check=True)
    assert listed.stdout.split() == ["manifest.json", "tables/member.jsonl", "files/plan.pdf"]
    assert listed.stderr == ""


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    assert written(tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_thousand_flipped_bits_are_all_found(tmp_path: Path) -> None:
    source = written(tmp_path)
    good = source.read_bytes()
    draw = random.Random(11)
    for position in draw.sample(range(len(good) * 8), 1000):
        bad = bytearray(good)
        bad[position // 8] ^= 1 << position % 8
        source.write_bytes(bad)
        with pytest.raises(archive.DamagedBackup), archive.opened(source, tmp_path / "work"):
            pass


@pytest.mark.parametrize("keep", [0, 10, 91, 92, 500])
def test_a_file_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    source = written(tmp_path)
    source.write_bytes(source.read_bytes()[:keep])
    with pytest.raises(archive.DamagedBackup, match="seal"), archive.opened(source, tmp_path / "work"):
        pass


def test_a_member_that_leads_outside_is_refused(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    archive.stage(staged, "files/a", [b"x"])
    member = archive.Member("files/../../escaped", 1, archive.stage(staged, "escaped", [b"x"]).sha256)
    target = tmp_path / "backup.tar.gz"
    (staged / "files").mkdir(exist_ok=True)
    (tmp_path / "escaped").write_bytes(b"x")
    archive.write(target, staged, archive.Manifest("now", "1", "sqlite", "abc", False, [member]))
    with tarfile.open(target) as tar:
        assert "files/../../escaped" in tar.getnames()
    with pytest.raises(archive.DamagedBackup, match="outside"), archive.opened(target, tmp_path / "work" / "deep"):
        pass
