"""Principals by layers by actions: what AWS answers, and the statement that it is owed to."""

from __future__ import annotations

import pytest

from policies.evaluation import Answer, Principal, Resource, decide
from policies.evaluation.request_context import NOTHING_KNOWN, Context
from tests.policies.evaluation.worlds import (
    EVERYTHING,
    HUB,
    MANAGEMENT,
    OURS,
    OUTSIDER,
    PURGE,
    Json,
    account,
    allow,
    boundary,
    deny,
    federated_user,
    queue,
    rcps,
    role,
    scps,
    session,
    user,
)

YES, NO, CONDITIONAL = Answer.YES, Answer.NO, Answer.CONDITIONAL

ALICE = f"arn:aws:iam::{OURS}:user/alice"
APP = f"arn:aws:iam::{OURS}:role/App"
APP_SESSION = f"arn:aws:sts::{OURS}:assumed-role/App/alice"
MALLORY = f"arn:aws:iam::{OUTSIDER}:user/mallory"
BREAK_GLASS = f"arn:aws:iam::{OURS}:role/ops/BreakGlass"
ANYONE = "*"

HIS_QUEUE = "arn:aws:sqs:*:*:${aws:username}"

NO_PURGE = deny(sid="NoPurge")
NO_PURGE_BY_ANYONE = deny(sid="NoPurge", Principal=ANYONE)
ALL_BUT_BREAK_GLASS = {"ArnNotEquals": {"aws:PrincipalArn": BREAK_GLASS}}
NO_PURGE_BUT_BREAK_GLASS = deny(sid="NoPurge", Condition=ALL_BUT_BREAK_GLASS)
NO_PURGE_WITHOUT_MFA = deny(
    sid="NoPurge", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
)
OUR_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
OMITTING = boundary(allow("s3:*", sid="OnlyS3"))

MEMBER = account(scps=scps([EVERYTHING], [EVERYTHING, NO_PURGE]))
GUARDED = account(rcps=rcps([NO_PURGE_BY_ANYONE]))
MANAGED = account(MANAGEMENT, scps=scps([EVERYTHING, NO_PURGE]), rcps=rcps([NO_PURGE_BY_ANYONE]))
LINKED = "aws-service-role/sqs.amazonaws.com/AWSServiceRoleForSQS"

# Who; which queue; what AWS answers; the kind of policy that decided and, unless it lacked an allow, the Sid.
Row = tuple[Principal, Resource, Answer, str, str | None]


def to(
    *principals: str, sid: str = "Granted", action: object = PURGE, **elements: object
) -> dict[str, object]:
    """Return the statement of a queue that lets principals do something."""
    named: object = ANYONE if principals == (ANYONE,) else {"AWS": list(principals)}
    return allow(action, sid=sid, Principal=named, **elements)


IDENTITY_ROWS: dict[str, Row] = {
    "nothing": (user(), queue(), NO, "identity", None),
    "allowed": (user(allow()), queue(), YES, "identity", "Allowed"),
    "role": (role(allow()), queue(), YES, "identity", "Allowed"),
    "deny-wins": (user(allow(), NO_PURGE), queue(), NO, "identity", "NoPurge"),
    "upper-case-service": (user(allow("SQS:purgequeue")), queue(), YES, "identity", "Allowed"),
    "prefix": (user(allow("sqs:PURGE*")), queue(), YES, "identity", "Allowed"),
    "question-mark": (user(allow("sqs:?urgeQueue")), queue(), YES, "identity", "Allowed"),
    "suffix": (user(allow("sqs:*Queue")), queue(), YES, "identity", "Allowed"),
    "everything": (user(allow("*")), queue(), YES, "identity", "Allowed"),
    "shorter-action": (user(allow("sqs:Purge")), queue(), NO, "identity", None),
    "longer-action": (user(allow("sqs:PurgeQueues")), queue(), NO, "identity", None),
    "no-action": (user(allow([])), queue(), NO, "identity", None),
    "list-of-actions": (user(allow(["s3:*", PURGE])), queue(), YES, "identity", "Allowed"),
    "not-action-other": (
        *(user({"Sid": "NotIam", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), queue()),
        *(YES, "identity", "NotIam"),
    ),
    "not-action-purge": (
        *(user({"Effect": "Allow", "NotAction": "sqs:purgequeue", "Resource": "*"}), queue()),
        *(NO, "identity", None),
    ),
    "deny-not-action-purge": (
        *(user(allow(), {"Effect": "Deny", "NotAction": PURGE, "Resource": "*"}), queue()),
        *(YES, "identity", "Allowed"),
    ),
    "deny-not-action-other": (
        *(user(allow(), {"Sid": "OnlyS3", "Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}), queue()),
        *(NO, "identity", "OnlyS3"),
    ),
    "resource-case": (
        *(user(allow(resource="arn:aws:sqs:*:*:Orders")), queue()),
        *(NO, "identity", None),
    ),
    "resource-prefix": (
        *(user(allow(resource=f"arn:aws:sqs:eu-west-1:{OURS}:ord*")), queue()),
        *(YES, "identity", "Allowed"),
    ),
    "not-resource": (
        *(user({"Effect": "Allow", "Action": PURGE, "NotResource": "arn:aws:sqs:*:*:orders"}), queue()),
        *(NO, "identity", None),
    ),
    "not-resource-other": (
        user({"Sid": "Others", "Effect": "Allow", "Action": PURGE, "NotResource": "arn:aws:sqs:*:*:bills"}),
        *(queue(), YES, "identity", "Others"),
    ),
    "queue-of-his-name": (
        *(user(allow(resource="arn:aws:sqs:*:*:${aws:username}-queue")), queue(name="alice-queue")),
        *(YES, "identity", "Allowed"),
    ),
    "a-role-has-no-user-name": (
        *(role(allow(resource="arn:aws:sqs:*:*:${aws:username}-queue")), queue(name="alice-queue")),
        *(NO, "identity", None),
    ),
    "all-but-the-queue-of-his-name-without-a-name": (
        role({"Effect": "Allow", "Action": PURGE, "NotResource": HIS_QUEUE}),
        *(queue(), NO, "identity", None),
    ),
    "all-but-the-queue-of-his-name": (
        user({"Sid": "Rest", "Effect": "Allow", "Action": PURGE, "NotResource": HIS_QUEUE}),
        *(queue(), YES, "identity", "Rest"),
    ),
    "queue-of-his-account-by-a-variable": (
        user(allow(resource="arn:aws:sqs:*:${aws:PrincipalAccount}:orders")),
        *(queue(), NO, "identity", None),
    ),
    "queue-of-his-team": (
        user(allow(resource="arn:aws:sqs:*:*:${aws:PrincipalTag/Team}"), tags={"team": "orders"}),
        *(queue(), YES, "identity", "Allowed"),
    ),
    "queue-of-unknown-team": (
        *(user(allow(resource="arn:aws:sqs:*:*:${aws:PrincipalTag/Team}")), queue()),
        *(CONDITIONAL, "identity", "Allowed"),
    ),
}

CONDITION_ROWS: dict[str, Row] = {
    "our-organization": (user(allow(Condition=OUR_ORGANIZATION)), queue(), YES, "identity", "Allowed"),
    "outside-our-organization": (
        user(allow(Condition=OUR_ORGANIZATION), of=account(OUTSIDER)),
        *(queue(to(ANYONE)), NO, "identity", None),
    ),
    "source-address": (
        user(allow(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})),
        *(queue(), CONDITIONAL, "identity", "Allowed"),
    ),
    "may-be-denied": (
        user(allow(), deny(sid="NotFromHere", Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
        *(queue(), CONDITIONAL, "identity", "NotFromHere"),
    ),
    "unknown-deny-without-allow": (
        user(deny(Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
        *(queue(), NO, "identity", None),
    ),
    "certain-deny-beats-unknown-allow": (
        user(NO_PURGE, allow(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
        *(queue(), NO, "identity", "NoPurge"),
    ),
    "exempt-role-with-its-path": (
        role(allow(), NO_PURGE_BUT_BREAK_GLASS, name="ops/BreakGlass"),
        *(queue(), YES, "identity", "Allowed"),
    ),
    "exempt-role-without-its-path": (
        role(allow(), NO_PURGE_BUT_BREAK_GLASS, name="BreakGlass"),
        *(queue(), NO, "identity", "NoPurge"),
    ),
    "exempt-by-session-arn-locks-out": (
        role(
            allow(),
            deny(sid="NoPurge", Condition={"ArnNotEquals": {"aws:PrincipalArn": APP_SESSION}}),
            session_name="alice",
        ),
        *(queue(), NO, "identity", "NoPurge"),
    ),
    "anded-negations-let-a-member-through": (
        role(
            allow(),
            deny(
                Condition={
                    "ArnNotLike": {"aws:PrincipalArn": BREAK_GLASS},
                    "StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
                }
            ),
        ),
        *(queue(), YES, "identity", "Allowed"),
    ),
    "mfa-blocks-every-role": (*(role(allow(), NO_PURGE_WITHOUT_MFA), queue(), NO, "identity", "NoPurge"),),
    "mfa-of-a-user-is-unknown": (
        *(user(allow(), NO_PURGE_WITHOUT_MFA), queue(), CONDITIONAL, "identity", "NoPurge"),
    ),
    "plain-bool-misses-a-role": (
        role(allow(), deny(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})),
        *(queue(), YES, "identity", "Allowed"),
    ),
    "temporary-credentials-are-not-null": (
        role(allow(Condition={"Null": {"aws:TokenIssueTime": "true"}})),
        *(queue(), NO, "identity", None),
    ),
    "nobody-calls-for-a-source": (
        user(allow(Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:*:*"}})),
        *(queue(), NO, "identity", None),
    ),
    "region-of-the-queue": (
        user(allow(Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})),
        *(queue(), YES, "identity", "Allowed"),
    ),
    "tag-of-the-queue": (
        user(allow(Condition={"StringEquals": {"aws:ResourceTag/Team": "${aws:PrincipalTag/Team}"}})),
        *(queue(tags={"Team": "red"}), CONDITIONAL, "identity", "Allowed"),
    ),
}

LIMIT_ROWS: dict[str, Row] = {
    "boundary-omits": (user(EVERYTHING, boundary=OMITTING), queue(), NO, "boundary", None),
    "boundary-allows": (
        *(user(EVERYTHING, boundary=boundary(allow("sqs:*"))), queue(), YES, "identity", "FullAccess"),
    ),
    "boundary-alone-grants-nothing": (user(boundary=boundary(EVERYTHING)), queue(), NO, "identity", None),
    "boundary-denies": (
        user(EVERYTHING, boundary=boundary(EVERYTHING, NO_PURGE)),
        *(queue(to(ALICE)), NO, "boundary", "NoPurge"),
    ),
    "boundary-omits-but-queue-names-user": (
        *(user(boundary=OMITTING), queue(to(ALICE)), YES, "queue", "Granted"),
    ),
    "boundary-omits-but-queue-names-session": (
        role(boundary=OMITTING, session_name="alice"),
        *(queue(to(APP_SESSION)), YES, "queue", "Granted"),
    ),
    "boundary-omits-and-queue-names-role": (
        *(role(boundary=OMITTING), queue(to(APP)), NO, "boundary", None),
    ),
    "boundary-omits-but-queue-is-open-to-the-role": (
        role(boundary=OMITTING),
        queue(to(ANYONE, Condition={"ArnEquals": {"aws:PrincipalArn": APP}})),
        *(YES, "queue", "Granted"),
    ),
    "session-omits": (role(EVERYTHING, session=session(allow("s3:*"))), queue(), NO, "session", None),
    "session-allows": (
        *(role(EVERYTHING, session=session(allow())), queue(), YES, "identity", "FullAccess"),
    ),
    "session-denies": (
        role(EVERYTHING, session=session(EVERYTHING, NO_PURGE)),
        *(queue(), NO, "session", "NoPurge"),
    ),
    "session-of-nothing-allows-nothing": (role(EVERYTHING, session=()), queue(), NO, "session", None),
    "session-omits-but-queue-names-session": (
        role(session=session(allow("s3:*")), session_name="alice"),
        *(queue(to(APP_SESSION)), YES, "queue", "Granted"),
    ),
    "session-omits-and-queue-names-role": (
        *(role(session=session(allow("s3:*"))), queue(to(APP)), NO, "session", None),
    ),
    "federated-user-without-session-policy": (*(federated_user(EVERYTHING), queue(), NO, "session", None),),
    "federated-user-with-session-policy": (
        federated_user(EVERYTHING, session=session(allow())),
        *(queue(), YES, "identity", "FullAccess"),
    ),
    "federated-user-named-by-the-queue": (
        federated_user(),
        queue(to(f"arn:aws:sts::{OURS}:federated-user/alice")),
        *(YES, "queue", "Granted"),
    ),
    "user-behind-a-federated-one-is-limited": (
        *(federated_user(session=session(allow("s3:*"))), queue(to(ALICE)), NO, "session", None),
    ),
}

QUEUE_ROWS: dict[str, Row] = {
    "names-user": (user(), queue(to(ALICE)), YES, "queue", "Granted"),
    "names-role": (role(), queue(to(APP)), YES, "queue", "Granted"),
    "names-role-without-its-path": (role(name="ops/App"), queue(to(APP)), NO, "identity", None),
    "names-session": (role(session_name="alice"), queue(to(APP_SESSION)), YES, "queue", "Granted"),
    "names-another-session": (role(session_name="bob"), queue(to(APP_SESSION)), NO, "identity", None),
    "names-a-session-that-may-be-his": (role(), queue(to(APP_SESSION)), CONDITIONAL, "queue", "Granted"),
    "names-account-by-number": (user(), queue(to(OURS)), NO, "identity", None),
    "names-account-by-root": (user(), queue(to(f"arn:aws:iam::{OURS}:root")), NO, "identity", None),
    "names-everyone": (user(), queue(to(ANYONE)), YES, "queue", "Granted"),
    "names-everyone-as-aws": (
        *(user(), queue(allow(sid="Granted", Principal={"AWS": "*"})), YES, "queue", "Granted"),
    ),
    "names-deleted-user": (user(), queue(to("AIDAEXAMPLEDELETED")), NO, "identity", None),
    "names-deleted-role": (role(), queue(to("AROAEXAMPLEDELETED")), NO, "identity", None),
    "no-part-of-a-name": (user(), queue(to(f"arn:aws:iam::{OURS}:user/*")), NO, "identity", None),
    "send-only": (user(), queue(to(ANYONE, action="sqs:SendMessage")), NO, "identity", None),
    "denies-everyone": (user(EVERYTHING), queue(NO_PURGE_BY_ANYONE), NO, "queue", "NoPurge"),
    "denies-account": (
        user(EVERYTHING),
        *(queue(deny(sid="NoPurge", Principal={"AWS": OURS})), NO, "queue", "NoPurge"),
    ),
    "denies-role": (
        role(EVERYTHING),
        *(queue(deny(sid="NoPurge", Principal={"AWS": APP})), NO, "queue", "NoPurge"),
    ),
    "denies-root-of-its-account": (
        Principal.root(account()),
        *(queue(NO_PURGE_BY_ANYONE), NO, "queue", "NoPurge"),
    ),
    "denies-a-session-that-may-be-his": (
        role(EVERYTHING),
        *(queue(deny(sid="NoPurge", Principal={"AWS": APP_SESSION})), CONDITIONAL, "queue", "NoPurge"),
    ),
    "denies-all-but-him": (
        user(EVERYTHING),
        queue(deny(NotPrincipal={"AWS": [ALICE, OURS]})),
        *(YES, "identity", "FullAccess"),
    ),
    "denies-all-but-another": (
        user(EVERYTHING, name="bob"),
        queue(deny(sid="NoPurge", NotPrincipal={"AWS": ALICE})),
        *(NO, "queue", "NoPurge"),
    ),
    "denies-all-but-him-and-his-boundary": (
        user(EVERYTHING, boundary=boundary(EVERYTHING)),
        queue(deny(sid="NoPurge", NotPrincipal={"AWS": [ALICE, OURS]})),
        *(NO, "queue", "NoPurge"),
    ),
    "denies-all-but-a-session-that-may-be-his": (
        role(EVERYTHING),
        queue(deny(sid="NoPurge", NotPrincipal={"AWS": APP_SESSION})),
        *(CONDITIONAL, "queue", "NoPurge"),
    ),
    "denies-all-but-another-of-his-account": (
        user(EVERYTHING, name="bob"),
        queue(deny(sid="NoPurge", NotPrincipal={"AWS": [ALICE, OURS]})),
        *(NO, "queue", "NoPurge"),
    ),
    "denies-all-but-root": (
        Principal.root(account()),
        queue(deny(NotPrincipal={"AWS": [ALICE, OURS]})),
        *(YES, "root", None),
    ),
    "denies-all-but-his-role-whose-sessions-it-does-not-name": (
        role(EVERYTHING),
        queue(deny(sid="NoPurge", NotPrincipal={"AWS": [APP, OURS]})),
        *(NO, "queue", "NoPurge"),
    ),
    "denies-all-but-his-session": (
        role(EVERYTHING, session_name="alice"),
        queue(deny(NotPrincipal={"AWS": [APP_SESSION, APP, OURS]})),
        *(YES, "identity", "FullAccess"),
    ),
    "denies-all-but-another-session-of-his-role": (
        role(EVERYTHING, session_name="bob"),
        queue(deny(sid="NoPurge", NotPrincipal={"AWS": [APP_SESSION, APP, OURS]})),
        *(NO, "queue", "NoPurge"),
    ),
    "allows-all-but-another": (
        *(user(), queue(allow(sid="Others", NotPrincipal={"AWS": APP})), YES, "queue", "Others"),
    ),
    "allows-all-but-him": (*(user(), queue(allow(NotPrincipal={"AWS": ALICE})), NO, "identity", None),),
    "needs-no-resource": (
        user(),
        queue({"Sid": "Granted", "Effect": "Allow", "Action": PURGE, "Principal": ANYONE}),
        *(YES, "queue", "Granted"),
    ),
    "service-named": (
        Principal.service("sns.amazonaws.com"),
        queue(allow(sid="Granted", Principal={"Service": "sns.amazonaws.com"})),
        *(YES, "queue", "Granted"),
    ),
    "service-not-named": (
        Principal.service("sns.amazonaws.com"),
        queue(allow(Principal={"Service": "events.amazonaws.com"})),
        *(NO, "queue", None),
    ),
    "anonymous": (Principal.anonymous(), queue(to(ANYONE)), YES, "queue", "Granted"),
    "anonymous-without-a-policy": (Principal.anonymous(), queue(), NO, "queue", None),
    "anonymous-is-in-no-organization": (
        *(Principal.anonymous(), queue(to(ANYONE, Condition=OUR_ORGANIZATION)), NO, "queue", None),
    ),
}

OUTSIDE = account(OUTSIDER)
HUB_ACCOUNT = account(HUB)

ACROSS_ROWS: dict[str, Row] = {
    "both-allow": (
        *(user(allow(), of=OUTSIDE, name="mallory"), queue(to(MALLORY)), YES, "queue", "Granted"),
    ),
    "only-his-account-allows": (user(EVERYTHING, of=OUTSIDE), queue(), NO, "queue", None),
    "only-the-queue-allows": (user(of=OUTSIDE, name="mallory"), queue(to(MALLORY)), NO, "identity", None),
    "queue-delegates-to-his-account": (
        *(user(allow(), of=OUTSIDE), queue(to(OUTSIDER)), YES, "queue", "Granted"),
    ),
    "queue-delegates-to-another-account": (user(allow(), of=OUTSIDE), queue(to(HUB)), NO, "queue", None),
    "queue-names-his-role": (
        role(allow(), of=OUTSIDE),
        queue(to(f"arn:aws:iam::{OUTSIDER}:role/App")),
        *(YES, "queue", "Granted"),
    ),
    "boundary-limits-even-a-user-named": (
        user(EVERYTHING, of=OUTSIDE, name="mallory", boundary=OMITTING),
        *(queue(to(MALLORY)), NO, "boundary", None),
    ),
    "everyone-includes-outsiders": (
        *(user(allow(), of=OUTSIDE), queue(to(ANYONE)), YES, "queue", "Granted"),
    ),
    "everyone-of-our-organization": (
        user(allow(), of=HUB_ACCOUNT),
        queue(to(ANYONE, Condition=OUR_ORGANIZATION)),
        *(YES, "queue", "Granted"),
    ),
    "root-of-another-account-needs-the-queue": (Principal.root(HUB_ACCOUNT), queue(), NO, "queue", None),
    "root-of-another-account-with-the-queue": (
        *(Principal.root(HUB_ACCOUNT), queue(to(HUB)), YES, "queue", "Granted"),
    ),
    "our-scp-does-not-bind-outsiders": (
        user(allow(), of=OUTSIDE),
        *(queue(to(ANYONE), of=MEMBER), YES, "queue", "Granted"),
    ),
    "our-rcp-does": (
        user(allow(), of=OUTSIDE),
        *(queue(to(ANYONE), of=GUARDED), NO, "rcp", "NoPurge"),
    ),
    "an-scp-binds-members-everywhere": (
        user(allow(), of=account(HUB, scps=scps([EVERYTHING, NO_PURGE]))),
        *(queue(to(ANYONE)), NO, "scp", "NoPurge"),
    ),
}

ORGANIZATION_ROWS: dict[str, Row] = {
    "scp-denies": (user(EVERYTHING, of=MEMBER), queue(of=MEMBER), NO, "scp", "NoPurge"),
    "scp-denies-root": (Principal.root(MEMBER), queue(of=MEMBER), NO, "scp", "NoPurge"),
    "scp-denies-whom-the-queue-names": (
        *(user(of=MEMBER), queue(to(ALICE), of=MEMBER), NO, "scp", "NoPurge"),
    ),
    "scp-lacks-an-allow-at-one-level": (
        user(EVERYTHING, of=account(scps=scps([EVERYTHING], [allow("s3:*")], [EVERYTHING]))),
        *(queue(), NO, "scp", None),
    ),
    "scp-level-without-a-policy": (*(user(EVERYTHING, of=account(scps=((),))), queue(), NO, "scp", None),),
    "scp-allows-at-every-level": (
        user(EVERYTHING, of=account(scps=scps([EVERYTHING], [allow("sqs:*")]))),
        *(queue(), YES, "identity", "FullAccess"),
    ),
    "scp-limits-a-queues-grant": (
        *(user(of=account(scps=scps([allow("s3:*")]))), queue(to(ALICE)), NO, "scp", None),
    ),
    "scp-exempts-break-glass": (
        role(
            EVERYTHING,
            of=account(scps=scps([EVERYTHING, NO_PURGE_BUT_BREAK_GLASS])),
            name="ops/BreakGlass",
        ),
        *(queue(), YES, "identity", "FullAccess"),
    ),
    "scp-does-not-bind-management": (
        *(user(EVERYTHING, of=MANAGED), queue(of=MANAGED), YES, "identity", "FullAccess"),
    ),
    "scp-does-not-bind-service-linked-roles": (
        *(role(EVERYTHING, of=MEMBER, name=LINKED), queue(of=MEMBER), YES, "identity", "FullAccess"),
    ),
    "scp-does-not-bind-services": (
        *(Principal.service("sns.amazonaws.com"), queue(to(ANYONE), of=MEMBER), YES, "queue", "Granted"),
    ),
    "rcp-denies": (user(EVERYTHING), queue(of=GUARDED), NO, "rcp", "NoPurge"),
    "rcp-denies-root": (Principal.root(GUARDED), queue(of=GUARDED), NO, "rcp", "NoPurge"),
    "rcp-denies-nobody": (*(Principal.anonymous(), queue(to(ANYONE), of=GUARDED), NO, "rcp", "NoPurge"),),
    "rcp-denies-services": (
        *(Principal.service("sns.amazonaws.com"), queue(to(ANYONE), of=GUARDED), NO, "rcp", "NoPurge"),
    ),
    "rcp-does-not-protect-management": (
        *(user(EVERYTHING, of=MANAGED), queue(of=MANAGED), YES, "identity", "FullAccess"),
    ),
    "rcp-does-not-bind-service-linked-roles": (
        *(role(EVERYTHING, of=GUARDED, name=LINKED), queue(of=GUARDED), YES, "identity", "FullAccess"),
    ),
    "rcp-binds-management-principals": (
        user(EVERYTHING, of=MANAGED),
        *(queue(to(ANYONE), of=GUARDED), NO, "rcp", "NoPurge"),
    ),
    "rcp-comes-before-scp": (
        user(EVERYTHING, of=MEMBER),
        queue(of=account(scps=scps([EVERYTHING, NO_PURGE]), rcps=rcps([NO_PURGE_BY_ANYONE]))),
        *(NO, "rcp", "NoPurge"),
    ),
    "root": (Principal.root(account()), queue(), YES, "root", None),
    "assumed-root-within-its-task": (
        Principal.assumed_root(account(), session(allow("sqs:SetQueueAttributes"))),
        *(queue(), NO, "session", None),
    ),
}

BORROWED = deny(
    sid="NotExempt",
    Principal=ANYONE,
    Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ops/BreakGlass"}},
)
NOT_OURS = deny(
    sid="NotOurs",
    Principal=ANYONE,
    Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
)
BORROWER = role(EVERYTHING, of=OUTSIDE, name="ops/BreakGlass")

BORROWED_ROWS: dict[str, Row] = {
    "an-outside-role-borrows-an-exempt-name": (
        BORROWER,
        *(queue(to(ANYONE), of=account(rcps=rcps([BORROWED]))), YES, "queue", "Granted"),
    ),
    "a-second-statement-stops-it": (
        BORROWER,
        *(queue(to(ANYONE), of=account(rcps=rcps([BORROWED, NOT_OURS]))), NO, "rcp", "NotOurs"),
    ),
    "and-lets-our-own-through": (
        role(EVERYTHING, name="ops/BreakGlass"),
        *(queue(of=account(rcps=rcps([BORROWED, NOT_OURS]))), YES, "identity", "FullAccess"),
    ),
}

ROWS = {
    f"{group}-{name}": row
    for group, rows in {
        "identity": IDENTITY_ROWS,
        "condition": CONDITION_ROWS,
        "limit": LIMIT_ROWS,
        "queue": QUEUE_ROWS,
        "across": ACROSS_ROWS,
        "organization": ORGANIZATION_ROWS,
        "exemption": BORROWED_ROWS,
    }.items()
    for name, row in rows.items()
}


@pytest.mark.parametrize(
    ("principal", "resource", "answer", "kind", "sid"),
    [pytest.param(*row, id=name) for name, row in ROWS.items()],
)
def test_who_can_purge(
    principal: Principal, resource: Resource, answer: Answer, kind: str, sid: str | None
) -> None:
    decision = decide(principal, resource, PURGE)

    assert (decision.answer, decision.decided_by.kind, decision.decided_by.sid) == (answer, kind, sid)
    assert bool(decision.conditions) is (answer is CONDITIONAL)


@pytest.mark.parametrize(
    "action",
    [
        *("sqs:AddPermission", "sqs:CancelMessageMoveTask", "sqs:CreateQueue", "sqs:DeleteQueue"),
        *("sqs:ListMessageMoveTasks", "sqs:ListQueues", "sqs:ListQueueTags", "sqs:RemovePermission"),
        *("sqs:SetQueueAttributes", "sqs:StartMessageMoveTask", "sqs:TagQueue", "sqs:UntagQueue"),
        "SQS:deletequeue",
    ],
)
def test_sqs_shares_some_actions_with_no_other_account(action: str) -> None:
    shared = queue(to(ANYONE, action="sqs:*"))

    refused = decide(user(EVERYTHING, of=OUTSIDE), shared, action)

    assert (refused.answer, refused.decided_by.kind) == (NO, "service")
    assert decide(Principal.anonymous(), shared, action).answer is NO
    assert decide(user(), shared, action).answer is YES


@pytest.mark.parametrize("action", ["sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:DeleteMessage"])
def test_a_purge_can_be_shared_with_an_outsider(action: str) -> None:
    shared = queue(to(ANYONE, action="sqs:*"))

    assert decide(user(EVERYTHING, of=OUTSIDE), shared, action).answer is YES


FROM_HERE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


@pytest.mark.parametrize(
    ("context", "answer"),
    [
        ({"aws:SourceIp": "203.0.113.7"}, YES),
        ({"AWS:sourceip": "203.0.113.7"}, YES),
        ({"aws:SourceIp": "198.51.100.7"}, NO),
        ({"aws:SourceIp": None}, NO),
        ({"aws:SourceVpc": "vpc-1"}, CONDITIONAL),
        (NOTHING_KNOWN, CONDITIONAL),
    ],
)
def test_what_is_known_of_the_request_settles_the_answer(context: Context, answer: Answer) -> None:
    assert decide(user(allow(Condition=FROM_HERE)), queue(), PURGE, context).answer is answer


@pytest.mark.parametrize(
    ("mfa", "answer"), [("true", YES), ("false", NO), (None, NO)], ids=["mfa", "no-mfa", "access-key"]
)
def test_a_caller_can_say_what_a_user_signed_in_with(mfa: str | None, answer: Answer) -> None:
    alice = user(allow(), NO_PURGE_WITHOUT_MFA)

    assert decide(alice, queue(), PURGE, {"aws:MultiFactorAuthPresent": mfa}).answer is answer


def test_what_a_caller_says_wins_over_what_follows() -> None:
    mallory = user(allow(Condition=OUR_ORGANIZATION), of=OUTSIDE)
    shared = queue(to(ANYONE))

    assert decide(mallory, shared, PURGE).answer is NO
    assert decide(mallory, shared, PURGE, {"aws:PrincipalOrgID": "o-exampleorgid"}).answer is YES


def test_multivalued_keys_take_a_list() -> None:
    alice = user(allow(Condition={"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}))

    assert decide(alice, queue(), PURGE, {"aws:CalledVia": ["athena.amazonaws.com"]}).answer is YES


def test_a_conditional_answer_names_every_open_condition_with_its_statement() -> None:
    alice = user(
        allow(Condition=FROM_HERE, sid="FromHere"),
        allow(Condition={"Bool": {"aws:ViaAWSService": "true"}}, sid="ByService"),
        deny(Condition={"Bool": {"aws:SecureTransport": "false"}}, sid="OnlyTls"),
    )

    decision = decide(alice, queue(), PURGE)

    assert [
        (each.effect, each.decided_by.sid, each.operator, each.key, each.values)
        for each in decision.conditions
    ] == [
        ("Deny", "OnlyTls", "Bool", "aws:SecureTransport", ("false",)),
        ("Allow", "FromHere", "IpAddress", "aws:SourceIp", ("203.0.113.0/24",)),
        ("Allow", "ByService", "Bool", "aws:ViaAWSService", ("true",)),
    ]


@pytest.mark.parametrize(
    ("action", "answer"),
    [("sqs:PurgeQueue", NO), ("sqs:TagQueue", CONDITIONAL), ("SQS:untagqueue", CONDITIONAL)],
)
@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestTag/team": "a"}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}},
    ],
    ids=["tag", "keys"],
)
def test_only_who_tags_a_queue_sends_tags(condition: Json, action: str, answer: Answer) -> None:
    assert decide(user(allow("sqs:*", Condition=condition)), queue(), action).answer is answer


def test_every_request_says_whether_a_service_makes_it_for_somebody() -> None:
    unless_said = {"Null": {"aws:ViaAWSService": "true"}}

    assert decide(user(allow(Condition=unless_said)), queue(), PURGE).answer is NO


def test_conditions_that_are_met_are_not_open() -> None:
    alice = user(allow(Condition={**FROM_HERE, **OUR_ORGANIZATION}))

    assert [each.key for each in decide(alice, queue(), PURGE).conditions] == ["aws:SourceIp"]


def test_conditions_of_an_allow_do_not_matter_beside_one_without() -> None:
    alice = user(allow(Condition=FROM_HERE), allow(sid="Always"))

    assert decide(alice, queue(), PURGE).decided_by.sid == "Always"


@pytest.mark.parametrize(
    ("statement", "operator"),
    [
        (to(APP_SESSION), "StringEquals"),
        (deny(Principal={"AWS": APP_SESSION}), "StringEquals"),
        (allow(NotPrincipal={"AWS": APP_SESSION}), "StringNotEquals"),
        (deny(NotPrincipal={"AWS": APP_SESSION}), "StringNotEquals"),
    ],
    ids=["allow", "deny", "allow-others", "deny-others"],
)
def test_a_session_that_a_queue_names_is_an_open_condition(statement: Json, operator: str) -> None:
    allowed = [allow()] if statement["Effect"] == "Deny" else []

    (condition,) = decide(role(*allowed), queue(statement), PURGE).conditions

    assert (condition.operator, condition.key, condition.values) == (
        *(operator, "sts:RoleSessionName", ("alice",)),
    )


def test_a_resource_of_unknown_name_is_an_open_condition() -> None:
    pattern = "arn:aws:sqs:*:*:${aws:PrincipalTag/Team}-*"

    (condition,) = decide(user(allow(resource=pattern)), queue(), PURGE).conditions

    assert (condition.operator, condition.key, condition.values) == (
        *("Resource", "aws:principaltag/team", (pattern,)),
    )


def test_every_layer_that_depends_on_something_contributes() -> None:
    owner = account(scps=scps([allow("*", Condition=FROM_HERE, sid="Scp")]))
    alice = user(EVERYTHING, of=owner, boundary=boundary(allow("*", Condition=FROM_HERE, sid="Boundary")))

    assert [each.decided_by.sid for each in decide(alice, queue(), PURGE).conditions] == ["Scp", "Boundary"]


def test_a_statement_without_a_sid_is_known_by_its_number() -> None:
    alice = user({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, {**allow(), "Sid": ""})

    decided_by = decide(alice, queue(), PURGE).decided_by

    assert (decided_by.policy, decided_by.sid, decided_by.statement) == ("the identity policy", None, 1)
