#!/usr/bin/env bash
# Stops a rollout while one of purge-guard's own alarms rings: gate.sh REGION...
set -euo pipefail
ringing=
for region in "${@:?which regions?}"; do
  found=$(aws cloudwatch describe-alarms --region "$region" --alarm-name-prefix purge-guard- \
    --state-value ALARM --query 'MetricAlarms[].AlarmName' --output text)
  [ -z "$found" ] || [ "$found" = None ] || ringing+=" $region: $found"
done
[ -z "$ringing" ] || { echo "the next wave waits until these alarms are over:$ringing" >&2; exit 1; }
echo "no alarm rings in $*"
