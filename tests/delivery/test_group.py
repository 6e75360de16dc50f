"""Group robots of WeCom, DingTalk and Feishu, against a server that stands for theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from delivery.channel import Letter, Outcome, Result
from delivery.group import BUSY, GroupChannel
from settings import SettingError
from tests.delivery.loopback import Gateway, gateway

WECOM, DINGTALK, FEISHU = "wecombot://botkey12345", "dingtalk://token12345", "feishu://token12345"
ROBOTS = {"Z1": WECOM, "Z2": DINGTALK, "Z3": FEISHU}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Their hosts lead here: the libraries have them built in."""
    with gateway() as mood:
        send = requests.Session.request

        def here(self: requests.Session, method: str, url: str, **rest: object) -> object:
            path = url.split("/", 3)[3]
            return send(self, method, f"http://127.0.0.1:{mood.port}/{path}", **rest)  # type: ignore[arg-type]

        monkeypatch.setattr(requests.Session, "request", here)
        mood.answer = {"errcode": 0, "code": 0, "StatusCode": 0}
        yield mood


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("Z1", "/cgi-bin/webhook/send?key=botkey12345"),
        ("Z2", "/robot/send?access_token=token12345"),
        ("Z3", "/open-apis/bot/v2/hook/token12345/"),
    ],
)
def test_a_notice_reaches_the_organisations_own_group(
    server: Gateway, code: str, path: str
) -> None:
    assert GroupChannel(ROBOTS).send(Letter(code, "明天 14:00 主题党日")) == Outcome(Result.SENT)
    [request] = server.requests
    assert request.path == path
    assert "明天 14:00 主题党日" in json.dumps(json.loads(request.body), ensure_ascii=False)


def test_an_organisation_without_a_robot_has_no_group(server: Gateway) -> None:
    outcome = GroupChannel(ROBOTS).send(Letter("Z9", "x"))
    assert (outcome.result, outcome.unreachable) == (Result.PERMANENT, True)
    assert not server.requests


def test_a_group_that_is_busy_is_tried_again(server: Gateway) -> None:
    server.status = 429
    outcome = GroupChannel(ROBOTS).send(Letter("Z1", "x"))
    assert outcome == Outcome(Result.TEMPORARY, "not_taken", retry_after=BUSY)


@pytest.mark.parametrize(
    "url", ["wecombot://%%%", "dingtalk://%%%", "slack://a/b/c", "botkey12345"]
)
def test_a_robot_that_is_none_is_named_at_the_start(url: str) -> None:
    with pytest.raises(SettingError, match="the robot of Z1") as told:
        GroupChannel({"Z1": url})
    assert url not in str(told.value)
