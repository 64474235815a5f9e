"""Whether it is somebody's dead-letter queue.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.triage.finding import Finding, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "queue-sources"
LABEL = "Dead-letter queue"

_MOST_SHOWN = 5


def read_sources(urls: Sequence[object], *, is_complete: bool) -> Reading:
    """Return what the answers of ListDeadLetterSourceQueues say.

    Parameters
    ----------
    urls
        The URLs of the queues that send their failures to this one.
    is_complete
        Whether these are all.

    Examples
    --------
    >>> url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
    >>> read_sources([url], is_complete=True).findings[0].text
    'of orders'
    """
    names = sorted(url.rpartition("/")[2] for url in urls if isinstance(url, str))
    if not names and not is_complete:
        return Reading((Finding(NAME, LABEL, "unknown: AWS did not come to an end of the list"),))
    more = len(names) - _MOST_SHOWN
    shown = ", ".join([*names[:_MOST_SHOWN], *([f"{more} more"] if more > 0 else [])])
    text = f"of {shown}" if names else "of no queue"
    data = {"sources": names, "is_complete": is_complete}
    return Reading((Finding(NAME, LABEL, text, data=data),), {"is_dead_letter_queue": bool(names)})
