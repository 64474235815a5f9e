"""The floor: boto3, one client, one call."""

import boto3

from benchmarks.cold_start_programs.first_call import end_at_first_call

end_at_first_call()
boto3.client("dynamodb").get_item(TableName="purge-guard-ledger", Key={"id": {"S": "example"}})
