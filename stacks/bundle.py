"""The archive that a function is deployed as: the same bytes from any checkout, on any machine.

A change of one byte means a deployment, so nothing may leak in that is not source: no file times, no modes,
no order of a directory, no caches. The files are stored and not compressed, because two versions of zlib
compress the same file to different bytes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold."""

READABLE_FILE = 0o100644 << 16
"""A regular file that Lambda's user may read, as the archive's external attributes."""

ALERT_BUNDLE = (
    "lambdas/__init__.py",
    "lambdas/alert/**/*.py",
    "policies/__init__.py",
    "policies/detection/**/*.py",
    "policies/naming.py",
    "policies/partitions.py",
    "policies/settings.py",
)
"""What the alert function is made of, as patterns of files. A test runs it with boto3 and nothing else."""


NOTHING_WRITTEN: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A deployable archive.

    Parameters
    ----------
    content
        The bytes of the zip archive.
    """

    content: bytes

    @classmethod
    def of(
        cls, patterns: tuple[str, ...], root: Path = ROOT, written: Mapping[str, str] = NOTHING_WRITTEN
    ) -> Bundle:
        """Archive the files below a folder that match some patterns.

        Parameters
        ----------
        patterns
            Which files, relative to ``root``.
        root
            The folder.
        written
            Further members, by their names: text that is in no file.

        Raises
        ------
        FileNotFoundError
            A pattern matches no file, so that a moved module cannot be left out unseen.
        """
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as members:
            for file in sorted(cls._files(patterns, root)):
                members.writestr(_member(file.relative_to(root).as_posix()), file.read_bytes())
            for name, text in sorted(written.items()):
                members.writestr(_member(name), text.encode())
        return cls(archive.getvalue())

    @staticmethod
    def _files(patterns: tuple[str, ...], root: Path) -> set[Path]:
        files: set[Path] = set()
        for pattern in patterns:
            matches = set(root.glob(pattern))
            if not matches:
                raise FileNotFoundError(f"no file matches {pattern} below {root}")
            files |= matches
        return files

    @property
    def sha256_base64(self) -> str:
        """The hash in the form in which Lambda reports it for the deployed code."""
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()

    def write(self, folder: Path) -> Path:
        """Write the archive into a folder, under a name made of its content, and return the file."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{hashlib.sha256(self.content).hexdigest()[:16]}.zip"
        path.write_bytes(self.content)
        return path


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, EPOCH)
    member.external_attr = READABLE_FILE
    # Written on Windows, the field would say so.
    member.create_system = 3
    return member
