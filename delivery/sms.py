"""Text messages by Aliyun, through its own SDK.

A message goes out as a template that was approved beforehand, with one variable, ``text``: what it
is about, in a few words.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import SendSmsRequest
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from delivery.channel import Letter, Outcome, Result
from settings.gateways import ANY_RULE, SmsAccount

LONGEST_VARIABLE = 35
"""Characters that a template's variable may have (Aliyun's rule for text variables)."""
CONNECT_MS, READ_MS = 5_000, 10_000
LIMITED = timedelta(minutes=15)
"""One number may get so many messages a minute, an hour and a day; which, is not said."""
OURS_TO_MEND = {
    "isv.OUT_OF_SERVICE",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.ACCOUNT_NOT_EXISTS",
    "isv.ACCOUNT_ABNORMAL",
    "isv.SMS_TEMPLATE_ILLEGAL",
    "isv.SMS_SIGNATURE_ILLEGAL",
    "isv.PRODUCT_UN_SUBSCRIPT",
    "isv.PRODUCT_UNSUBSCRIBE",
    "isv.DENY_IP_RANGE",
}
"""What is wrong with our account: the message waits until it is put right."""
NO_SUCH_NUMBER = {"isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT"}
LABEL = re.compile(r"^【(.+?)】\s*")


class SmsChannel:
    """Sends a letter's first words by SMS; the address is the mobile number."""

    def __init__(self, account: SmsAccount) -> None:
        self._account = account
        protocol, _, host = account.endpoint.partition("://")
        self._client = Client(
            Config(
                access_key_id=account.key_id,
                access_key_secret=account.key_secret,
                endpoint=host,
                protocol=protocol,
            )
        )
        self._runtime = RuntimeOptions(
            autoretry=False, connect_timeout=CONNECT_MS, read_timeout=READ_MS
        )

    def send(self, letter: Letter) -> Outcome:
        """Deliver one letter: once, since an answer that is lost may hide a delivery."""
        templates = self._account.templates
        template = templates.get(letter.rule) or templates.get(ANY_RULE)
        if template is None:
            return Outcome(Result.PERMANENT, "no_template")
        request = SendSmsRequest(
            phone_numbers=letter.address,
            sign_name=self._account.signature,
            template_code=template,
            template_param=json.dumps({"text": in_few_words(letter.text)}, ensure_ascii=False),
        )
        try:
            answer = self._client.send_sms_with_options(request, self._runtime)
        except (ClientException, ServerException) as error:  # refused before anything was sent
            return Outcome(Result.TEMPORARY, str(error.code)[:80])
        except UnretryableException as error:
            return outcome_of_network(error)
        except Exception as error:  # noqa: BLE001 - a channel never raises; the ledger wants an end
            return Outcome(Result.UNCERTAIN, type(error).__name__)
        return outcome_of(answer.body.code if answer.body else None)


def in_few_words(text: str) -> str:
    """The first line of a message as the variable of a template: 35 characters, no brackets."""
    line = LABEL.sub(r"\1：", text.strip().split("\n", 1)[0])
    line = re.sub(r"[【】\[\]]", "", line)
    return line if len(line) <= LONGEST_VARIABLE else f"{line[: LONGEST_VARIABLE - 1]}…"


def outcome_of(code: str | None) -> Outcome:
    """What Aliyun's code means for the ledger."""
    if code == "OK":
        return Outcome(Result.SENT)
    if code is None:
        return Outcome(Result.UNCERTAIN, "answer_unreadable")
    if code.startswith("isv.BUSINESS_LIMIT_CONTROL"):
        return Outcome(Result.TEMPORARY, "number_limit", retry_after=LIMITED)
    if code.startswith("isp.") or code in OURS_TO_MEND:  # isp: Aliyun's own faults
        return Outcome(Result.TEMPORARY, code)
    return Outcome(Result.PERMANENT, code[:80], unreachable=code in NO_SUCH_NUMBER)


def outcome_of_network(error: Exception) -> Outcome:
    """Only a connection that was never made surely delivered nothing.

    The SDK keeps of the network's error its words alone.
    """
    words = str(error.__context__ or error)
    never = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "ProxyError")
    if any(name in words for name in never):
        return Outcome(Result.TEMPORARY, "no_connection")
    return Outcome(Result.UNCERTAIN, "answer_lost")
