from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from purge_guard.account_sessions import AccessError, account_sessions

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = "127.0.0.1"
NOT_AWS = "what answers is not AWS: look at AWS_ENDPOINT_URL and at your proxy"


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@contextmanager
def answering(status: int, body: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let a server stand in the place of AWS, and yield the requests that it gets."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            requests.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{LOOPBACK}:{server.server_port}")
        yield requests
        server.shutdown()


def refusal() -> str:
    with pytest.raises(AccessError) as caught:
        account_sessions("eu-west-1", None, "test")
    return str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (200, b"<html>Log in to the network</html>", NOT_AWS),
        (200, b"{}", "Unable to parse response"),
        (404, b"<html><br></html>", "Unable to parse response"),
        (
            403,
            b"<ErrorResponse><Error><Code>ExpiredToken</Code><Message>Too\nold</Message></Error></ErrorResponse>",
            "ExpiredToken: Too\\nold: log in again, or name another profile in AWS_PROFILE",
        ),
    ],
    ids=["a login page", "JSON", "no XML", "expired credentials"],
)
def test_what_is_no_answer_of_aws_is_said(
    status: int, body: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(status, body, monkeypatch):
        assert sentence in refusal()


def test_an_endpoint_that_is_no_url_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost")
    assert refusal() == "it is not known whose credentials these are: Invalid endpoint: localhost"


def test_nobody_waits_for_ten_attempts_to_learn_that_aws_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(503, b"", monkeypatch) as requests:
        refusal()
    assert len(requests) == 3
