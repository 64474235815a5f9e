"""The trail: everything that the rules need, in a bucket that only CloudTrail writes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.stacks.synthesis import strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Stack, Synthesis

BUCKET = "arn:aws:s3:::purge-guard-trail-999988887777-eu-west-1"
TRAIL = "arn:aws:cloudtrail:eu-west-1:999988887777:trail/purge-guard-trail"


@pytest.fixture
def listed(synthesized: Callable[[str], Synthesis]) -> Synthesis:
    """Two accounts without an organization, one with a prefix and one without."""
    return synthesized("listed-accounts")


def statement(stack: Stack, sid: str) -> dict[str, Any]:
    """The statement of this name in the policy of the trail's bucket."""
    (found,) = (each for each in stack.only("aws_s3_bucket_policy").document("policy") if each["Sid"] == sid)
    return found


@pytest.mark.parametrize("account", ["security", "production"])
def test_a_trail_is_created_only_where_the_inventory_says_so(account: str, organization: Synthesis) -> None:
    stack = organization.account(account)

    assert stack.of_type("aws_cloudtrail") == ()
    assert stack.of_type("aws_s3_bucket") == ()


def test_it_records_all_management_events_of_all_regions(listed: Synthesis) -> None:
    # A02: a trail without write management events sees no purge.
    trail = listed.account("production").only("aws_cloudtrail")

    assert trail["event_selector"] == [{"include_management_events": True, "read_write_type": "All"}]
    assert trail["enable_logging"] is True
    assert trail["is_multi_region_trail"] is True
    assert trail["include_global_service_events"] is True
    assert trail["enable_log_file_validation"] is True


def test_it_covers_the_organization_only_where_the_inventory_says_so(
    listed: Synthesis, management: Stack
) -> None:
    assert management.only("aws_cloudtrail")["is_organization_trail"] is True
    assert listed.account("production").only("aws_cloudtrail")["is_organization_trail"] is False


def test_it_writes_below_the_prefix(listed: Synthesis, management: Stack) -> None:
    assert management.only("aws_cloudtrail")["s3_key_prefix"] == "audit/cloudtrail"
    assert listed.account("production").only("aws_cloudtrail")["s3_key_prefix"] == "audit"
    assert "s3_key_prefix" not in listed.account("security").only("aws_cloudtrail").arguments


def test_an_organization_trail_may_write_below_its_account_and_its_organization(management: Stack) -> None:
    # F02: with one of the two, CloudTrail does not create the trail.
    assert statement(management, "LetTheTrailWrite")["Resource"] == [
        f"{BUCKET}/audit/cloudtrail/AWSLogs/999988887777/*",
        f"{BUCKET}/audit/cloudtrail/AWSLogs/o-exampleorgid/*",
    ]


@pytest.mark.parametrize(
    ("account", "folder"),
    [
        pytest.param("production", "-111122223333-eu-west-1/audit/AWSLogs/111122223333/*", id="with-prefix"),
        pytest.param("security", "-222233334444-eu-central-1/AWSLogs/222233334444/*", id="without-prefix"),
    ],
)
def test_a_trail_of_one_account_may_write_below_that_alone(
    account: str, folder: str, listed: Synthesis
) -> None:
    writing = statement(listed.account(account), "LetTheTrailWrite")

    assert writing["Resource"] == [f"arn:aws:s3:::purge-guard-trail{folder}"]


def test_nobody_but_this_trail_may_write(management: Stack) -> None:
    writing, checking = (statement(management, sid) for sid in ("LetTheTrailWrite", "LetTheTrailCheck"))

    assert writing["Principal"] == checking["Principal"] == {"Service": ["cloudtrail.amazonaws.com"]}
    assert writing["Condition"] == {
        "StringEquals": {"aws:SourceArn": TRAIL, "s3:x-amz-acl": "bucket-owner-full-control"}
    }
    assert checking["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    assert (checking["Action"], checking["Resource"]) == (["s3:GetBucketAcl"], [BUCKET])


def test_the_bucket_refuses_what_is_not_encrypted_in_transit(management: Stack) -> None:
    refusal = statement(management, "RefuseInsecureTransport")

    assert (refusal["Effect"], refusal["Principal"]) == ("Deny", {"AWS": ["*"]})
    assert refusal["Resource"] == [BUCKET, f"{BUCKET}/*"]
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_trail_may_encrypt_with_its_key_and_look_at_it(management: Stack) -> None:
    # F03
    trail = management.only("aws_cloudtrail")
    _, encrypting, describing = management.referred(trail["kms_key_id"]).document("policy")

    assert encrypting["Action"] == ["kms:GenerateDataKey*"]
    assert encrypting["Condition"] == {
        "StringEquals": {"aws:SourceArn": TRAIL},
        "StringLike": {
            "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:999988887777:trail/*"
        },
    }
    assert describing["Action"] == ["kms:DescribeKey"]
    assert encrypting["Principal"] == describing["Principal"] == {"Service": ["cloudtrail.amazonaws.com"]}


def test_the_bucket_is_closed_to_the_public_versioned_and_encrypted(management: Stack) -> None:
    block = management.only("aws_s3_bucket_public_access_block")
    encryption = management.only("aws_s3_bucket_server_side_encryption_configuration")["rule"][0]
    versioning = management.only("aws_s3_bucket_versioning")["versioning_configuration"]

    blocked = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert all(block[argument] is True for argument in blocked)
    default = encryption["apply_server_side_encryption_by_default"]
    assert default["sse_algorithm"] == "aws:kms"
    assert default["kms_master_key_id"] == management.only("aws_cloudtrail")["kms_key_id"]
    assert versioning == {"status": "Enabled"}


def test_the_bucket_has_no_key_of_its_own_for_which_the_trail_would_have_to_decrypt(
    management: Stack,
) -> None:
    # F03: CloudTrail creates no trail on a bucket with an S3 Bucket Key unless it may `kms:Decrypt`.
    (rule,) = management.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    key = management.referred(management.only("aws_cloudtrail")["kms_key_id"])
    trails = [each for each in key.document("policy") if "Service" in each["Principal"]]

    assert rule["bucket_key_enabled"] is False
    assert not any("kms:Decrypt" in statement["Action"] for statement in trails)


def test_everything_about_the_bucket_is_about_the_one_bucket(management: Stack) -> None:
    bucket = management.only("aws_s3_bucket")
    about = [each for each in management.resources if each.type.startswith("aws_s3_bucket_")]

    assert len(about) == 6
    assert {management.referred(each["bucket"]).address for each in about} == {bucket.address}
    assert management.referred(management.only("aws_cloudtrail")["s3_bucket_name"]) == bucket


def test_there_are_no_acls_to_get_wrong(management: Stack) -> None:
    # F05
    ownership = management.only("aws_s3_bucket_ownership_controls")

    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    assert management.of_type("aws_s3_bucket_acl") == ()
    assert "acl" not in management.only("aws_s3_bucket").arguments


@pytest.mark.parametrize(
    ("scenario", "account", "days"),
    [
        pytest.param("example", "production", 365, id="default"),
        pytest.param("organization", "management", 90, id="set"),
    ],
)
def test_log_files_expire_as_the_inventory_says_and_what_is_deleted_after_thirty_days(
    scenario: str, account: str, days: int, synthesized: Callable[[str], Synthesis]
) -> None:
    stack = synthesized(scenario).account(account)
    expiry, _ = stack.only("aws_s3_bucket_lifecycle_configuration")["rule"]

    assert (expiry["status"], expiry["filter"]) == ("Enabled", [{"prefix": ""}])
    assert expiry["expiration"] == [{"days": days}]
    assert expiry["noncurrent_version_expiration"] == [{"noncurrent_days": 30}]
    assert expiry["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]


def test_the_marker_that_an_expired_file_leaves_expires_too(management: Stack) -> None:
    _, markers = management.only("aws_s3_bucket_lifecycle_configuration")["rule"]

    # S3 takes no days beside it, so it is a rule of its own.
    assert markers == {
        "id": "expire-markers",
        "status": "Enabled",
        "filter": [{"prefix": ""}],
        "expiration": [{"expired_object_delete_marker": True}],
    }


def test_a_bucket_with_logs_is_destroyed_only_where_the_inventory_says_so(
    listed: Synthesis, management: Stack
) -> None:
    # F06
    assert management.only("aws_s3_bucket")["force_destroy"] is True
    assert listed.account("production").only("aws_s3_bucket")["force_destroy"] is False


def test_the_trail_comes_after_the_policy_of_its_bucket_and_so_goes_before_it(management: Stack) -> None:
    # F06
    policy = management.only("aws_s3_bucket_policy")

    assert management.only("aws_cloudtrail")["depends_on"] == [policy.address]
    assert policy["depends_on"] == [management.only("aws_s3_bucket_public_access_block").address]


def test_it_lies_in_the_home_region(listed: Synthesis) -> None:
    production = listed.account("production")

    assert production.providers[0]["region"] == "eu-west-1"
    assert "provider" not in production.only("aws_cloudtrail").arguments
    assert not any("us-east-1" in text for text in strings(production.only("aws_s3_bucket_policy").arguments))
