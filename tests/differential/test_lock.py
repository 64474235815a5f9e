import json
from pathlib import Path

LOCK = json.loads((Path(__file__).parent / "package-lock.json").read_text(encoding="utf-8"))


def test_the_oracle_is_locked_by_hash_and_without_an_address() -> None:
    packages = {name: package for name, package in LOCK["packages"].items() if name}

    assert "node_modules/@cloud-copilot/iam-simulate" in packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    assert all(package["dev"] for package in packages.values())
