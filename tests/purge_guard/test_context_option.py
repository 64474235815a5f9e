from __future__ import annotations

import pytest

from purge_guard.context_option import ContextError, context_of

FORM = "write KEY=VALUE, such as aws:SourceIp=192.0.2.7, or KEY for a key that requests do not have"
ADDRESS = "no request has such a value: write one address, such as 192.0.2.7"


@pytest.mark.parametrize(
    ("option", "known"),
    [
        ("aws:SourceIp=2001:DB8::7", {"aws:sourceip": "2001:DB8::7"}),
        (" aws:SourceIp =192.0.2.7", {"aws:sourceip": "192.0.2.7"}),
        ("aws:SourceIp", {"aws:sourceip": None}),
        ("aws:MultiFactorAuthPresent=True", {"aws:multifactorauthpresent": "True"}),
        ("aws:CurrentTime=2026-11-25T09:00:00Z", {"aws:currenttime": "2026-11-25T09:00:00Z"}),
        ("aws:UserAgent=", {"aws:useragent": ""}),
        ("aws:RequestTag/a:b/c=d=e", {"aws:requesttag/a:b/c": "d=e"}),
        ("oidc.example.com/id/1:sub=x", {"oidc.example.com/id/1:sub": "x"}),
    ],
)
def test_what_requests_may_have_is_taken(option: str, known: dict[str, str | None]) -> None:
    assert context_of([option]) == known


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([""], FORM),
        (["="], FORM),
        (["SourceIp=192.0.2.7"], FORM),
        (["aws:SourceIp:192.0.2.7"], FORM),
        (["aws:SourceIp=192.0.2.0/24"], ADDRESS),
        (["aws:SourceIp==192.0.2.7"], ADDRESS),
        (["aws:SourceIp="], ADDRESS),
        (["aws:SourceIp=AWS Internal"], ADDRESS),
        (["aws:MultiFactorAuthPresent=yes"], "no request has such a value: write true or false"),
        (["aws:MultiFactorAuthAge=5m"], "no request has such a value: write seconds, such as 300"),
        (
            ["aws:CurrentTime=today"],
            "no request has such a value: write a time, such as 2026-11-25T09:00:00Z",
        ),
        (
            ["aws:SourceIp=192.0.2.7", "aws:SourceIp=192.0.2.8"],
            "a request has one such value: ask for each in turn",
        ),
    ],
)
def test_what_no_request_has_is_no_silent_no(options: list[str], sentence: str) -> None:
    with pytest.raises(ContextError) as caught:
        context_of(options)
    assert str(caught.value) == f"--context {options[-1]}: {sentence}"
