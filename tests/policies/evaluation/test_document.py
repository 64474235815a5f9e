from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.evaluation import Policy, PolicyError, PolicyKind, read_document

if TYPE_CHECKING:
    from policies.evaluation.document import PolicyDocument

STATEMENT = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
PRINCIPAL = {**STATEMENT, "Principal": "*"}


def document(*statements: object, **elements: object) -> PolicyDocument:
    return read_document({"Version": "2012-10-17", "Statement": list(statements), **elements})


def test_one_statement_needs_no_list() -> None:
    assert read_document(json.dumps({"Statement": STATEMENT})) == read_document({"Statement": [STATEMENT]})


def test_one_value_needs_no_list() -> None:
    listed = {"Effect": "Allow", "Action": ["sqs:*"], "Resource": ["*"]}

    assert document(STATEMENT) == document(listed)


@pytest.mark.parametrize(
    ("elements", "version"), [({}, "2012-10-17"), ({"Version": "2008-10-17"}, "2008-10-17")]
)
def test_a_document_has_a_version(elements: dict[str, str], version: str) -> None:
    assert document(STATEMENT, **elements).version == version


def test_without_a_version_it_is_the_old_one() -> None:
    (statement,) = read_document({"Statement": {**STATEMENT, "Resource": "${aws:username}"}}).statements

    assert statement.resource_keys == ()


def test_a_document_may_have_an_id_and_no_statement() -> None:
    assert document(Id="__default_policy_ID").statements == ()


def test_statements_are_numbered_and_sorted_by_effect() -> None:
    read = document(STATEMENT, {**STATEMENT, "Effect": "Deny", "Sid": "D"}, STATEMENT)

    assert [each.index for each in read.allows] == [0, 2]
    assert [(each.index, each.sid) for each in read.denies] == [(1, "D")]


@pytest.mark.parametrize(
    ("written", "read"),
    [("true", ("true",)), ("5", ("5",)), ("1.10", ("1.10",)), ('["a", false]', ("a", "false"))],
)
def test_quotation_marks_around_values_are_optional(written: str, read: tuple[str, ...]) -> None:
    text = '{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:x":%s}}}'
    (statement,) = read_document(f'{{"Statement": {text % written}}}').statements

    assert statement.conditions[0].values == read


def test_numbers_and_booleans_of_a_json_reader_are_text_too() -> None:
    (statement,) = document({**STATEMENT, "Condition": {"Bool": {"aws:x": True}}}).statements

    assert statement.conditions[0].values == ("true",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1, column 1: not JSON"),
        ("{", "line 1, column 2: not JSON"),
        ('{"Statement": NaN}', "the policy: NaN is not JSON"),
        ("[" * 100_000, "the policy: nested too deeply to be a policy"),
        ('{"Version": "a", "Version": "b"}', "the policy: the key Version is repeated"),
        (
            '{"Statement": [{}, {"Condition": {"StringEquals": {"a": 1}, "StringEquals": {"b": 1}}}]}',
            "Statement[1].Condition: the key StringEquals is repeated",
        ),
        (
            '{"Statement": {"Condition": {"StringNotEquals": {"aws:x": "1", "aws:x": "2"}}}}',
            "Statement.Condition.StringNotEquals: the key aws:x is repeated",
        ),
        ('"text"', "the policy: write an object"),
        ("null", "the policy: write an object"),
        ("[]", "the policy: write an object"),
        ("{}", "Statement: missing"),
    ],
)
def test_text_that_is_no_policy_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as refused:
        read_document(text)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("text", "Statement[0]: write an object"),
        ({**STATEMENT, "Effect": "allow"}, "Statement[0].Effect: write Allow or Deny"),
        ({**STATEMENT, "Effect": ["Allow"]}, "Statement[0].Effect: write Allow or Deny"),
        ({"Action": "*", "Resource": "*"}, "Statement[0].Effect: write Allow or Deny"),
        ({"Effect": "Allow", "Resource": "*"}, "Statement[0]: write Action or NotAction"),
        ({**STATEMENT, "NotAction": "*"}, "Statement[0]: write Action or NotAction, not both"),
        ({**STATEMENT, "NotResource": "*"}, "Statement[0]: write Resource or NotResource, not both"),
        ({**PRINCIPAL, "NotPrincipal": "*"}, "Statement[0]: write Principal or NotPrincipal, not both"),
        ({**STATEMENT, "Action": "PurgeQueue"}, "Statement[0]: 'PurgeQueue' names no service"),
        ({**STATEMENT, "Action": None}, "Statement[0].Action: write text or a list of texts"),
        ({**STATEMENT, "Action": [["*"]]}, "Statement[0].Action: write text or a list of texts"),
        ({**STATEMENT, "Resource": {"a": "b"}}, "Statement[0].Resource: write text or a list of texts"),
        ({**STATEMENT, "Sid": ["a"]}, "Statement[0].Sid: write text"),
        ({**STATEMENT, "Actions": "*"}, "Statement[0].Actions: no statement has this element"),
        ({**STATEMENT, "Principal": "me"}, "Statement[0].Principal: write "),
        ({**STATEMENT, "Principal": {"Aws": "*"}}, "Statement[0].Principal.Aws: the kinds of principals are"),
        ({**STATEMENT, "Principal": {"AWS": None}}, "Statement[0].Principal.AWS: write text"),
        ({**STATEMENT, "Condition": []}, "Statement[0].Condition: write an object"),
        ({**STATEMENT, "Condition": {"Bool": "x"}}, "Statement[0].Condition.Bool: write an object"),
        (
            {**STATEMENT, "Condition": {"StringMatches": {"aws:x": "y"}}},
            "Statement[0].Condition.StringMatches.aws:x: AWS has no condition operator StringMatches",
        ),
        (
            {**STATEMENT, "Condition": {"Bool": {"aws:x": "maybe"}}},
            "Statement[0].Condition.Bool.aws:x: maybe is no value that Bool can compare with",
        ),
    ],
)
def test_a_statement_that_aws_refuses_is_refused_with_its_place(statement: object, sentence: str) -> None:
    with pytest.raises(PolicyError) as refused:
        document(statement)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("elements", "sentence"),
    [
        ({"Version": "2012-10-18"}, "Version: write 2012-10-17"),
        ({"Version": None}, "Version: write 2012-10-17"),
        ({"Version": ["2012-10-17"]}, "Version: write 2012-10-17"),
        ({"Statements": []}, "Statements: no policy has this element"),
    ],
)
def test_an_element_that_no_policy_has_is_refused(elements: dict[str, object], sentence: str) -> None:
    with pytest.raises(PolicyError) as refused:
        document(STATEMENT, **elements)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("kind", list(PolicyKind))
def test_only_the_policies_of_resources_name_principals(kind: PolicyKind) -> None:
    right, wrong = PRINCIPAL, STATEMENT
    if kind not in {PolicyKind.QUEUE, PolicyKind.RCP}:
        right, wrong = wrong, right

    Policy(kind, "p", document(right))
    with pytest.raises(PolicyError, match=rf"^p: Statement\[0\]: a policy of kind {kind} names"):
        Policy(kind, "p", document(wrong))


def test_only_the_policy_of_a_resource_may_leave_the_resource_out() -> None:
    without = {"Effect": "Allow", "Action": "sqs:*"}

    Policy(PolicyKind.QUEUE, "p", document({**without, "Principal": "*"}))
    with pytest.raises(PolicyError, match=r"^p: Statement\[0\]: write Resource or NotResource$"):
        Policy(PolicyKind.IDENTITY, "p", document(without))


def refusal_of(text: str) -> str:
    """Return the sentence that refuses a policy; of one that is read, a sentence that says so."""
    try:
        read_document(text)
    except PolicyError as refusal:
        return str(refusal)
    return "read: nothing to refuse"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*PRINCIPAL, "NotAction", "Condition", "Sid", "x"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(statement=JSON)
def test_whatever_a_statement_is_it_is_read_or_refused(statement: object) -> None:
    for source in (json.dumps({"Statement": statement}), json.dumps(statement)):
        assert ": " in refusal_of(source)


@given(text=st.text(max_size=40))
def test_whatever_a_text_is_it_is_read_or_refused(text: str) -> None:
    assert ": " in refusal_of(text)
