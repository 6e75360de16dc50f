"""Text messages against a gateway that checks the signature and the parameters."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from delivery import sms
from delivery.channel import Letter, Outcome, Result
from delivery.sms import SmsChannel, in_few_words
from settings import SmsAccount
from tests.delivery.loopback import Gateway, Request, gateway

SECRET = "secret-of-nobody"
LETTER = Letter(
    "10012345678", "【工作例会】东风支部：下周二开会。\n请准备台账。", rule="work_meeting"
)
TEMPLATES = {"*": "SMS_1", "political_birthday": "SMS_2"}


def account(port: int) -> SmsAccount:
    return SmsAccount("key", SECRET, "东风街道党工委", TEMPLATES, f"http://127.0.0.1:{port}")


@pytest.fixture
def aliyun() -> Iterator[Gateway]:
    with gateway() as mood:
        mood.answer = {"Code": "OK", "Message": "OK", "RequestId": "1", "BizId": "1"}
        yield mood


def signature(request: Request) -> str:
    """What Aliyun expects (ACS3-HMAC-SHA256), worked out from what arrived."""
    parts = request.headers["authorization"].split("SignedHeaders=")[1]
    names = parts.split(",")[0].split(";")
    where = urlsplit(request.path)
    asked = {name: values[0] for name, values in parse_qs(where.query).items()}
    query = "&".join(
        f"{quote(n, safe='')}={quote(v, safe='-_.~')}" for n, v in sorted(asked.items())
    )
    canonical = "\n".join(
        [
            "POST",
            where.path or "/",
            query,
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def test_a_letter_goes_out_signed_with_the_template_of_its_rule(aliyun: Gateway) -> None:
    assert SmsChannel(account(aliyun.port)).send(LETTER) == Outcome(Result.SENT)
    [request] = aliyun.requests
    assert request.headers["authorization"].endswith(f"Signature={signature(request)}")
    assert request.headers["x-acs-action"] == "SendSms"
    asked = {name: value[0] for name, value in parse_qs(urlsplit(request.path).query).items()}
    assert asked["PhoneNumbers"] == "10012345678"
    assert asked["SignName"] == "东风街道党工委"
    assert asked["TemplateCode"] == "SMS_1"
    assert json.loads(asked["TemplateParam"]) == {"text": "工作例会：东风支部：下周二开会。"}


def test_a_rule_may_have_a_template_of_its_own(aliyun: Gateway) -> None:
    SmsChannel(account(aliyun.port)).send(Letter("10012345678", "x", rule="political_birthday"))
    assert "TemplateCode=SMS_2" in aliyun.requests[0].path


@pytest.mark.parametrize(
    ("code", "result", "unreachable"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", Result.PERMANENT, True),
        ("isv.BLACK_KEY_CONTROL_LIMIT", Result.PERMANENT, True),
        ("isv.PARAM_LENGTH_LIMIT", Result.PERMANENT, False),
        ("isv.AMOUNT_NOT_ENOUGH", Result.TEMPORARY, False),
        ("isv.SMS_TEMPLATE_ILLEGAL", Result.TEMPORARY, False),
        ("isp.SYSTEM_ERROR", Result.TEMPORARY, False),
    ],
)
def test_what_aliyun_answers(aliyun: Gateway, code: str, result: Result, unreachable: bool) -> None:
    aliyun.answer = {"Code": code, "Message": "…", "RequestId": "1"}
    outcome = SmsChannel(account(aliyun.port)).send(LETTER)
    assert outcome == Outcome(result, code, unreachable=unreachable)
    assert len(aliyun.requests) == 1


def test_a_number_that_had_its_share_is_left_alone_for_a_while(aliyun: Gateway) -> None:
    aliyun.answer = {"Code": "isv.BUSINESS_LIMIT_CONTROL", "RequestId": "1"}
    outcome = SmsChannel(account(aliyun.port)).send(LETTER)
    assert outcome == Outcome(Result.TEMPORARY, "number_limit", retry_after=timedelta(minutes=15))


@pytest.mark.parametrize("status", [400, 503])
def test_a_refused_call_sent_nothing(aliyun: Gateway, status: int) -> None:
    aliyun.status, aliyun.answer = status, {"Code": "SignatureDoesNotMatch", "RequestId": "1"}
    outcome = SmsChannel(account(aliyun.port)).send(LETTER)
    assert outcome == Outcome(Result.TEMPORARY, "SignatureDoesNotMatch")


def test_a_lost_answer_is_uncertain_and_not_asked_for_again(aliyun: Gateway) -> None:
    aliyun.drops = True
    assert SmsChannel(account(aliyun.port)).send(LETTER).result == Result.UNCERTAIN
    assert len(aliyun.requests) == 1


def test_a_late_answer_is_uncertain(aliyun: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "READ_MS", 200)
    aliyun.late = 0.6
    assert SmsChannel(account(aliyun.port)).send(LETTER).result == Result.UNCERTAIN


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert SmsChannel(account(port)).send(LETTER) == Outcome(Result.TEMPORARY, "no_connection")


def test_few_words_fit_the_template() -> None:
    assert len(in_few_words("【通知】" + "很长" * 50)) == 35
    assert in_few_words("王同志，生日[快乐]\n第二行") == "王同志，生日快乐"
