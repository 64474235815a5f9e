import pytest

from policies.evaluation import RequestError, Resource
from tests.policies.evaluation.worlds import OURS, account, queue


def test_keys_follow_from_what_a_resource_is() -> None:
    facts = queue().facts

    assert facts["aws:resourceaccount"] == OURS
    assert facts["aws:resourceorgid"] == "o-exampleorgid"
    assert facts["aws:requestedregion"] == "eu-west-1"


@pytest.mark.parametrize(
    "arn", ["orders", "https://sqs.eu-west-1.amazonaws.com/111122223333/orders", "arn:aws:sqs"]
)
def test_what_is_no_arn_is_refused(arn: str) -> None:
    with pytest.raises(RequestError, match="is no ARN: write arn:aws:sqs:REGION:ACCOUNT:NAME"):
        Resource(arn, account())


def test_a_resource_belongs_to_its_account() -> None:
    with pytest.raises(RequestError, match=f"belongs to another account than {OURS}"):
        Resource("arn:aws:sqs:eu-west-1:444455556666:orders", account())
