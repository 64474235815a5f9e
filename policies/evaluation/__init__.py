"""AWS policy evaluation: who can do what, and which statement decided.

``read_document`` reads a policy document once; ``Policy`` says where it is attached; ``Account``,
``Principal`` and ``Resource`` are what a request is made of; ``decide`` answers, and ``decide_all`` answers
for everybody and everything at once.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from policies.evaluation.account import Account, Organization
from policies.evaluation.context import Unknown
from policies.evaluation.decision import ROOT, SERVICE, Answer, DecidedBy, Decision, OpenCondition
from policies.evaluation.document import PolicyDocument, read_document
from policies.evaluation.errors import PolicyError, RequestError
from policies.evaluation.evaluate import NOT_SHARED_BY_SQS, decide
from policies.evaluation.evaluate_all import decide_all
from policies.evaluation.policy import Policy, PolicyKind
from policies.evaluation.principal import Principal, PrincipalKind
from policies.evaluation.resource import Resource
from policies.evaluation.statement import Statement

__all__ = [
    "NOT_SHARED_BY_SQS",
    "ROOT",
    "SERVICE",
    "Account",
    "Answer",
    "DecidedBy",
    "Decision",
    "OpenCondition",
    "Organization",
    "Policy",
    "PolicyDocument",
    "PolicyError",
    "PolicyKind",
    "Principal",
    "PrincipalKind",
    "RequestError",
    "Resource",
    "Statement",
    "Unknown",
    "decide",
    "decide_all",
    "read_document",
]
