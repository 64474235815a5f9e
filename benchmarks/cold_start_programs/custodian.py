"""Cloud Custodian's handler with a policy that looks at the purged queue; the argument is an event."""

import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.cold_start_programs.first_call import end_at_first_call

POLICY = {
    "execution-options": {"account_id": "111122223333"},
    "policies": [
        {
            "name": "queue-purged",
            "resource": "aws.sqs",
            "mode": {
                "type": "cloudtrail",
                "role": "arn:aws:iam::111122223333:role/custodian",
                "events": [
                    {
                        "source": "sqs.amazonaws.com",
                        "event": "PurgeQueue",
                        "ids": "requestParameters.queueUrl",
                    }
                ],
            },
            "actions": [
                {
                    "type": "notify",
                    "to": ["security@example.com"],
                    "transport": {"type": "sns", "topic": "arn:aws:sns:us-east-1:222233334444:alerts"},
                }
            ],
        }
    ],
}

event = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["event"]
end_at_first_call()
os.chdir(tempfile.mkdtemp())
Path("config.json").write_text(json.dumps(POLICY), encoding="utf-8")

from c7n.handler import dispatch_event  # noqa: E402 - as Lambda does, beside its config.json

dispatch_event(event, None)
