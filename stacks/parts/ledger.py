"""The ledger: the table that remembers which purges were alerted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from stacks.parts.encryption_key import EncryptionKey
from stacks.provider import (
    Construct,
    DynamodbTable,
    TableAttribute,
    TableEncryption,
    TablePointInTimeRecovery,
    TableTtl,
)

if TYPE_CHECKING:
    from policies.naming import Place


class Ledger(Construct):
    """A DynamoDB table on its own key, restorable to any second of the last 35 days.

    Parameters
    ----------
    place
        The hub's account and region.
    """

    def __init__(self, scope: Construct, construct_id: str, *, place: Place) -> None:
        super().__init__(scope, construct_id)
        self.arn = place.arn("dynamodb", f"table/{naming.LEDGER_TABLE}")
        # No statement for a service: DynamoDB uses the key with the permissions of whoever uses the table.
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
        key = EncryptionKey(
            self,
            "key",
            place=place,
            alias=naming.LEDGER_KEY_ALIAS,
            purpose="which purges were alerted",
            users=(),
        )
        self.key_arn = key.arn
        DynamodbTable(
            self,
            "table",
            name=naming.LEDGER_TABLE,
            billing_mode="PAY_PER_REQUEST",
            hash_key=naming.LEDGER_KEY_ATTRIBUTE,
            attribute=[TableAttribute(name=naming.LEDGER_KEY_ATTRIBUTE, type="S")],
            ttl=TableTtl(enabled=True, attribute_name=naming.LEDGER_EXPIRY_ATTRIBUTE),
            point_in_time_recovery=TablePointInTimeRecovery(enabled=True),
            server_side_encryption=TableEncryption(enabled=True, kms_key_arn=key.arn),
        )
