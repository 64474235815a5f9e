#!/usr/bin/env bash
# Sourced by the other scripts: synthesizes the stack $1, and goes on in its folder, ready for Terraform.
set -euo pipefail
stack=${1:?which stack?}
export PATH="$PWD/.tools/bin:$PWD/.venv/bin:$PATH"
PURGE_GUARD_STACKS=$stack python main.py
cd "cdktf.out/stacks/$stack"
terraform init -input=false -no-color > init.txt || { cat init.txt; exit 1; }
