"""The one door to CDKTF and its AWS provider.

Every construct library import in the project is here, for two reasons.

*Start-up.* The provider has 2,100 modules, of which we use thirty, and imports all of them: in Python, which
takes 7 to 9 seconds, and once more in the Node.js where the constructs run, which takes 2. So its package is
registered without running its ``__init__``, and ``lazy_provider.cjs`` does the like in Node.js.

*The successor.* CDKTF is archived; CDK Terrain (``cdktn``) is the same library under another name. With
``PURGE_GUARD_CDK=cdktn`` its modules answer to the names imported here. See docs/decisions/0001-cdktf.md.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from stacks.errors import SynthesisError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

CDK_VARIABLE = "PURGE_GUARD_CDK"
CDKTF_MODULES = ("cdktf", "cdktf_cdktf_provider_aws")
CDKTN_MODULES = ("cdktn", "cdktn_provider_aws")

OLDEST_NODE = 18

INSTALLATION = "`make setup` installs cdktf, and `pip install cdktn cdktn-provider-aws` its successor"


class ConstructLibraryError(SynthesisError):
    """The construct library cannot be loaded: Node.js or a package is missing."""


@contextmanager
def _node_settings() -> Iterator[None]:
    """Give the Node.js that jsii starts in this block its settings, and leave the environment as it was."""
    before = dict(os.environ)
    own = ROOT / ".tools" / "bin" / "node"
    if own.exists():
        os.environ.setdefault("JSII_NODE", str(own))
    # jsii's banner about an old Node.js would hide what the operator needs to read.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22")
    hook = json.dumps(str(Path(__file__).with_name("lazy_provider.cjs")), ensure_ascii=False)
    os.environ["NODE_OPTIONS"] = f"{os.environ.get('NODE_OPTIONS', '')} --require {hook}".strip()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _check_node(node: str) -> None:
    """Refuse what is no Node.js, or too old: jsii would wait for its answer, or end in a traceback."""
    if shutil.which(node) is None:
        raise ConstructLibraryError(
            f"Node.js is needed to synthesize and {node!r} was not found: run `make setup`"
        )
    try:
        answer = subprocess.run(  # noqa: S603 - the program that jsii is about to run
            [node, "--version"], check=False, capture_output=True, text=True, timeout=10
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        answer = ""
    version = re.match(r"v(\d+)\.", answer)
    if version is None or int(version[1]) < OLDEST_NODE:
        raise ConstructLibraryError(f"{node!r} is no Node.js {OLDEST_NODE} or newer: run `make setup`")


def _choose_modules() -> tuple[str, str]:
    """Return the names of the construct library and of the provider package that the operator chose."""
    choice = os.environ.get(CDK_VARIABLE, CDKTF_MODULES[0])
    for modules in (CDKTF_MODULES, CDKTN_MODULES):
        if choice == modules[0]:
            return modules
    raise ConstructLibraryError(f"{CDK_VARIABLE} is {choice!r}: write cdktf or cdktn")


def _register_without_init(imported_as: str, installed_as: str) -> None:
    """Make a package's submodules importable without running its ``__init__``."""
    spec = importlib.util.find_spec(installed_as)
    if spec is None or spec.submodule_search_locations is None:
        raise ConstructLibraryError(f"the Python package {installed_as} is not installed: {INSTALLATION}")
    package = ModuleType(imported_as)
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules[imported_as] = package


def _load() -> None:
    library, provider = _choose_modules()
    with _node_settings():
        _check_node(os.environ.get("JSII_NODE", "node"))
        try:
            sys.modules["cdktf"] = importlib.import_module(library)
        except ModuleNotFoundError as error:
            raise ConstructLibraryError(
                f"the Python package {error.name} is not installed: {INSTALLATION}"
            ) from error
    _register_without_init("cdktf_cdktf_provider_aws", provider)


_load()

# The imports below depend on what `_load` has registered. The bindings name a nested block after everything
# around it; here it gets the name by which people call it.
from cdktf import (
    Annotations,
    App,
    AssetType,
    LocalBackend,
    TerraformAsset,
    TerraformProvider,
    TerraformResource,
    TerraformStack,
)
from cdktf_cdktf_provider_aws.cloudtrail import Cloudtrail
from cdktf_cdktf_provider_aws.cloudtrail import CloudtrailEventSelector as EventSelector
from cdktf_cdktf_provider_aws.cloudwatch_event_bus import CloudwatchEventBus
from cdktf_cdktf_provider_aws.cloudwatch_event_bus_policy import CloudwatchEventBusPolicy
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTargetDeadLetterConfig as TargetDeadLetterConfig,
)
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTargetRetryPolicy as TargetRetryPolicy,
)
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTable
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTableAttribute as TableAttribute
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTablePointInTimeRecovery as TablePointInTimeRecovery,
)
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTableServerSideEncryption as TableEncryption
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTableTtl as TableTtl
from cdktf_cdktf_provider_aws.iam_group_policy_attachment import IamGroupPolicyAttachment
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from cdktf_cdktf_provider_aws.iam_user_policy_attachment import IamUserPolicyAttachment
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.lambda_event_source_mapping import LambdaEventSourceMapping
from cdktf_cdktf_provider_aws.lambda_event_source_mapping import (
    LambdaEventSourceMappingScalingConfig as ScalingConfig,
)
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunctionEnvironment as FunctionEnvironment
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunctionTracingConfig as FunctionTracing
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import LambdaFunctionEventInvokeConfig
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import (
    LambdaFunctionEventInvokeConfigDestinationConfig as DestinationConfig,
)
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import (
    LambdaFunctionEventInvokeConfigDestinationConfigOnFailure as OnFailure,
)
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.organizations_policy import OrganizationsPolicy
from cdktf_cdktf_provider_aws.organizations_policy_attachment import OrganizationsPolicyAttachment
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.provider import AwsProviderDefaultTags as DefaultTags
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import S3BucketLifecycleConfiguration
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRule as LifecycleRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload as LifecycleUnfinishedUploads,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleExpiration as LifecycleExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleFilter as LifecycleFilter,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration as LifecycleOverwrittenExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import S3BucketOwnershipControls
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControlsRule as OwnershipRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA as S3BucketEncryption,
)
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationRuleA as EncryptionRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA as DefaultEncryption,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import S3BucketVersioningA as S3BucketVersioning
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningVersioningConfiguration as VersioningConfiguration,
)
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

__all__ = [
    "Annotations",
    "App",
    "AssetType",
    "AwsProvider",
    "Cloudtrail",
    "CloudwatchEventBus",
    "CloudwatchEventBusPolicy",
    "CloudwatchEventRule",
    "CloudwatchEventTarget",
    "CloudwatchLogGroup",
    "CloudwatchMetricAlarm",
    "Construct",
    "DefaultEncryption",
    "DefaultTags",
    "DestinationConfig",
    "DynamodbTable",
    "EncryptionRule",
    "EventSelector",
    "FunctionEnvironment",
    "FunctionTracing",
    "IamGroupPolicyAttachment",
    "IamPolicy",
    "IamRole",
    "IamRolePolicy",
    "IamRolePolicyAttachment",
    "IamUserPolicyAttachment",
    "KmsAlias",
    "KmsKey",
    "LambdaEventSourceMapping",
    "LambdaFunction",
    "LambdaFunctionEventInvokeConfig",
    "LambdaPermission",
    "LifecycleExpiration",
    "LifecycleFilter",
    "LifecycleOverwrittenExpiration",
    "LifecycleRule",
    "LifecycleUnfinishedUploads",
    "LocalBackend",
    "OnFailure",
    "OrganizationsPolicy",
    "OrganizationsPolicyAttachment",
    "OwnershipRule",
    "S3Bucket",
    "S3BucketEncryption",
    "S3BucketLifecycleConfiguration",
    "S3BucketOwnershipControls",
    "S3BucketPolicy",
    "S3BucketPublicAccessBlock",
    "S3BucketVersioning",
    "ScalingConfig",
    "SnsTopic",
    "SnsTopicPolicy",
    "SnsTopicSubscription",
    "SqsQueue",
    "TableAttribute",
    "TableEncryption",
    "TablePointInTimeRecovery",
    "TableTtl",
    "TargetDeadLetterConfig",
    "TargetRetryPolicy",
    "TerraformAsset",
    "TerraformProvider",
    "TerraformResource",
    "TerraformStack",
    "VersioningConfiguration",
]
