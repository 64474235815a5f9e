#!/usr/bin/env bash
# Deploys one stack, exactly as it was planned: apply.sh STACK
set -euo pipefail
stack=${1:?which stack?}
LOCK=true "$(dirname "${BASH_SOURCE[0]}")/plan.sh" "$stack"
export PATH="$PWD/.tools/bin:$PWD/.venv/bin:$PATH"
cd "cdktf.out/stacks/$stack"
terraform apply -input=false -no-color plan.bin
