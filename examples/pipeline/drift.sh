#!/usr/bin/env bash
# Fails where one stack is not what was deployed any more: drift.sh STACK
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
status=0
terraform plan -input=false -no-color -lock=false -detailed-exitcode > drift.txt || status=$?
case $status in
  0) echo "$stack is as it was deployed" ;;
  2) cat drift.txt; echo "$stack has drifted: somebody changed it past the pipeline, or it was not deployed" >&2; exit 1 ;;
  *) cat drift.txt; exit 1 ;;
esac
