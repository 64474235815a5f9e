"""A filesystem mirror of Terraform's AWS provider: finding one on this machine and telling Terraform of it.

See https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

from toolchain.programs import SetupError

PROVIDER = "registry.terraform.io/hashicorp/aws"

# Where Terraform itself looks (its "implied local mirror directories"), then where images usually put one.
_USUAL_PLACES = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "~/Library/Application Support/io.terraform/plugins",
    "/Library/Application Support/io.terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
_USUAL_PREFIX = "/opt"


def find_mirror() -> Path | None:
    """Find a folder that mirrors the AWS provider for this machine's system and processor.

    Where TF_PROVIDER_MIRROR is set, the folder it names is the only one looked at.

    Returns
    -------
    Path or None
        The folder that holds ``registry.terraform.io/``, or ``None`` where no usual place has one.

    Raises
    ------
    SetupError
        If TF_PROVIDER_MIRROR names a folder without the AWS provider.
    """
    named = os.environ.get("TF_PROVIDER_MIRROR")
    if not named:
        return next(filter(_holds_provider, usual_places()), None)
    mirror = Path(named).absolute()
    if not _holds_provider(mirror):
        raise SetupError(
            f"TF_PROVIDER_MIRROR names {named}, which has no {PROVIDER}/VERSION/{_target()}; "
            "correct it or unset it."
        )
    return mirror


def usual_places() -> Iterable[Path]:
    """Return the folders in which a mirror is looked for, the most specific first."""
    yield from (Path(place).expanduser() for place in _USUAL_PLACES)
    yield from sorted(Path(_USUAL_PREFIX).glob("*"))


def _holds_provider(mirror: Path) -> bool:
    """Tell whether `mirror` has the AWS provider for this machine.

    Terraform reads two layouts: unpacked, and zipped as ``terraform providers mirror`` writes it.
    """
    provider = mirror / PROVIDER
    unpacked = provider.glob(f"*/{_target()}/terraform-provider-aws*")
    packed = provider.glob(f"terraform-provider-aws_*_{_target()}.zip")
    return any(unpacked) or any(packed)


def cli_configuration(mirror: Path) -> str:
    """Return a Terraform CLI configuration that takes the AWS provider from `mirror`, all others as usual."""
    path, provider = json.dumps(str(mirror)), json.dumps(PROVIDER)
    return f"""\
provider_installation {{
  filesystem_mirror {{
    path    = {path}
    include = [{provider}]
  }}
  direct {{
    exclude = [{provider}]
  }}
}}
"""


def _target() -> str:
    """Return this machine as Terraform names it: ``linux_amd64``, ``darwin_arm64``."""
    machine = platform.machine().lower()
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
    return f"{platform.system().lower()}_{architecture}"
