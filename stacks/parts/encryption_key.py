"""A customer managed KMS key with an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.document import Statement, document
from stacks.provider import Construct, KmsAlias, KmsKey

if TYPE_CHECKING:
    from policies.naming import Place

DELETION_WINDOW_DAYS = 30


class EncryptionKey(Construct):
    """A key of our own, since the policy of an AWS managed key cannot be changed to admit a service.

    Parameters
    ----------
    place
        The account and region that the key is in.
    alias
        ``alias/`` and a name.
    purpose
        What the key encrypts, for its description.
    users
        The statements that let services use it. The account's own policies can always grant its use.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        alias: str,
        purpose: str,
        users: tuple[Statement, ...],
    ) -> None:
        super().__init__(scope, construct_id)
        # Without this statement nobody, root included, could ever change the key again.
        # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        administration = Statement(
            "LetTheAccountAdminister",
            ("kms:*",),
            ("*",),
            principals={"AWS": (place.global_arn("iam", "root"),)},
        )
        key = KmsKey(
            self,
            "key",
            description=f"purge-guard: {purpose}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=document(administration, *users),
        )
        KmsAlias(self, "alias", name=alias, target_key_id=key.key_id)
        self.arn: str = key.arn
