"""A trail where the account has none: without one, no rule ever sees anything.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import ANYONE, INSECURE_TRANSPORT, Statement, document, service
from stacks.parts.encryption_key import EncryptionKey
from stacks.provider import (
    Cloudtrail,
    Construct,
    DefaultEncryption,
    EncryptionRule,
    EventSelector,
    LifecycleExpiration,
    LifecycleFilter,
    LifecycleOverwrittenExpiration,
    LifecycleRule,
    LifecycleUnfinishedUploads,
    OwnershipRule,
    S3Bucket,
    S3BucketEncryption,
    S3BucketLifecycleConfiguration,
    S3BucketOwnershipControls,
    S3BucketPolicy,
    S3BucketPublicAccessBlock,
    S3BucketVersioning,
    VersioningConfiguration,
)

if TYPE_CHECKING:
    from policies.inventory import CreatedTrail
    from policies.naming import Place

CLOUDTRAIL = "cloudtrail.amazonaws.com"
OVERWRITTEN_DAYS = 30
"""How long S3 keeps what somebody deleted or overwrote in the bucket."""

UNFINISHED_UPLOAD_DAYS = 7


class Trail(Construct):
    """A multi-region trail with validated, encrypted files, in a bucket that only CloudTrail writes to.

    Parameters
    ----------
    place
        The account and its home region.
    settings
        What the inventory says of the trail.
    organization_id
        For an organization trail, the organization whose accounts it records.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        settings: CreatedTrail,
        organization_id: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._place = place
        self._settings = settings
        self._organization_id = organization_id
        self._arn = place.arn("cloudtrail", f"trail/{naming.TRAIL}")
        self._bucket_name = naming.trail_bucket(place)
        self._bucket_arn = f"arn:{place.partition.name}:s3:::{self._bucket_name}"
        key = self._create_key()
        bucket = self._create_bucket(key)
        Cloudtrail(
            self,
            "trail",
            name=naming.TRAIL,
            s3_bucket_name=bucket.bucket,
            s3_key_prefix=settings.prefix or None,
            kms_key_id=key.arn,
            is_multi_region_trail=True,
            is_organization_trail=settings.organization,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            event_selector=[EventSelector(read_write_type="All", include_management_events=True)],
            # CloudTrail refuses a bucket whose policy does not admit it yet, and must go before that does.
            depends_on=[self._bucket_policy],
        )

    def _create_key(self) -> EncryptionKey:
        # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
        partition = self._place.partition.name
        trails = f"arn:{partition}:cloudtrail:*:{self._place.account}:trail/*"
        of_this_trail = {"StringEquals": {"aws:SourceArn": self._arn}}
        encrypt = Statement(
            "LetTheTrailEncrypt",
            ("kms:GenerateDataKey*",),
            ("*",),
            principals=service(CLOUDTRAIL),
            conditions={**of_this_trail, "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails}},
        )
        describe = Statement(
            "LetTheTrailDescribe",
            ("kms:DescribeKey",),
            ("*",),
            principals=service(CLOUDTRAIL),
            conditions=of_this_trail,
        )
        return EncryptionKey(
            self,
            "key",
            place=self._place,
            alias=naming.TRAIL_KEY_ALIAS,
            purpose="the trail's log files",
            users=(encrypt, describe),
        )

    def _create_bucket(self, key: EncryptionKey) -> S3Bucket:
        bucket = S3Bucket(
            self, "bucket", bucket=self._bucket_name, force_destroy=self._settings.force_destroy
        )
        access_block = S3BucketPublicAccessBlock(
            self,
            "public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        # Ownership is enforced, so there are no ACLs to get wrong. CloudTrail writes to such a bucket.
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=bucket.bucket,
            rule=OwnershipRule(object_ownership="BucketOwnerEnforced"),
        )
        S3BucketVersioning(
            self,
            "versioning",
            bucket=bucket.bucket,
            versioning_configuration=VersioningConfiguration(status="Enabled"),
        )
        # Without an S3 Bucket Key, which CloudTrail could use only if it were let decrypt:
        # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
        encryption = DefaultEncryption(sse_algorithm="aws:kms", kms_master_key_id=key.arn)
        S3BucketEncryption(
            self,
            "encryption",
            bucket=bucket.bucket,
            rule=[
                EncryptionRule(apply_server_side_encryption_by_default=encryption, bucket_key_enabled=False)
            ],
        )
        self._create_lifecycle(bucket)
        self._bucket_policy = S3BucketPolicy(
            self,
            "bucket-policy",
            bucket=bucket.bucket,
            policy=document(*self._bucket_statements()),
            # S3 refuses two changes to the access of a bucket at the same moment.
            depends_on=[access_block],
        )
        return bucket

    def _create_lifecycle(self, bucket: S3Bucket) -> None:
        expiry = LifecycleRule(
            id="expire",
            status="Enabled",
            filter=[LifecycleFilter(prefix="")],
            expiration=[LifecycleExpiration(days=self._settings.expire_days)],
            noncurrent_version_expiration=[LifecycleOverwrittenExpiration(noncurrent_days=OVERWRITTEN_DAYS)],
            abort_incomplete_multipart_upload=[
                LifecycleUnfinishedUploads(days_after_initiation=UNFINISHED_UPLOAD_DAYS)
            ],
        )
        # Expiry in a versioned bucket leaves a marker for each file, for ever unless it is told not to.
        markers = LifecycleRule(
            id="expire-markers",
            status="Enabled",
            filter=[LifecycleFilter(prefix="")],
            expiration=[LifecycleExpiration(expired_object_delete_marker=True)],
        )
        S3BucketLifecycleConfiguration(self, "lifecycle", bucket=bucket.bucket, rule=[expiry, markers])

    def _bucket_statements(self) -> tuple[Statement, ...]:
        """Return the least that this trail needs, and the refusal of insecure transport."""
        of_this_trail = {"aws:SourceArn": self._arn}
        return (
            Statement(
                "LetTheTrailCheck",
                ("s3:GetBucketAcl",),
                (self._bucket_arn,),
                principals=service(CLOUDTRAIL),
                conditions={"StringEquals": of_this_trail},
            ),
            Statement(
                "LetTheTrailWrite",
                ("s3:PutObject",),
                tuple(f"{self._bucket_arn}/{folder}/*" for folder in self._folders()),
                principals=service(CLOUDTRAIL),
                conditions={"StringEquals": {**of_this_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
            ),
            Statement(
                "RefuseInsecureTransport",
                ("s3:*",),
                (self._bucket_arn, f"{self._bucket_arn}/*"),
                effect="Deny",
                principals=ANYONE,
                conditions=INSECURE_TRANSPORT,
            ),
        )

    def _folders(self) -> tuple[str, ...]:
        """Return where the trail writes: below the account, an organization trail also below its id."""
        base = f"{self._settings.prefix}/AWSLogs" if self._settings.prefix else "AWSLogs"
        owners = [self._place.account]
        if self._settings.organization and self._organization_id is not None:
            # CloudTrail checks the management account's own folder too when an organization trail is created.
            owners.append(self._organization_id)
        return tuple(f"{base}/{owner}" for owner in owners)
