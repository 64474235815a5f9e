"""Exposure: who could do what to the queues of a snapshot, and why.

``exposure_of`` takes a snapshot and a question and names everybody and everything that it is about: the
users, roles and root users of the accounts that were collected, and whoever else a queue's policy lets in.
``Exposure.rows`` answers, and ``grouped`` gathers the answers for people.
"""

from policies.exposure.exposure import Exposure, exposure_of
from policies.exposure.groups import Group, Groups, grouped
from policies.exposure.question import QuestionError, queue_action

__all__ = ["Exposure", "Group", "Groups", "QuestionError", "exposure_of", "grouped", "queue_action"]
