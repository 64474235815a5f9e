#!/usr/bin/env bash
# Plans one stack, and refuses a plan that destroys too much: plan.sh STACK
# Leaves plan.bin, plan.json and plan.txt in cdktf.out/stacks/STACK. Needs `make setup`, and read access.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
# Who may only read cannot take the lock, and what is only looked at needs none.
terraform plan -input=false -no-color -lock="${LOCK:-false}" -out=plan.bin > planning.txt || { cat planning.txt; exit 1; }
terraform show -json plan.bin > plan.json
terraform show -no-color plan.bin | tee plan.txt
allowed=()
for address in ${ALLOW_DESTROY:-}; do allowed+=(--allow "$address"); done
purge-guard check-plan --most-destroyed "${MOST_DESTROYED:-5}" "${allowed[@]}" plan.json
