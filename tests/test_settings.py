"""Settings come from the environment; what cannot be used is named."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import settings
from settings import SettingError


def read(folder: Path, **environment: str) -> settings.Settings:
    return settings.load({"ZHIBU_DATA": str(folder), **environment})


def test_without_any_setting_everything_is_local(tmp_path: Path) -> None:
    loaded = read(tmp_path)
    assert loaded.host == "127.0.0.1"
    assert loaded.database_url == f"sqlite:///{tmp_path / 'zhibu.db'}"
    assert (loaded.port, loaded.rasa_port, loaded.actions_port) == (8080, 8081, 8082)
    assert loaded.queue_url is None
    assert loaded.telegram_token is None
    assert loaded.demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql+psycopg://zhibu@db/zhibu"),
        ("ZHIBU_PUBLIC_URL", "https://zhibu.example"),
        ("WEBHOOK_URL", "https://zhibu.example"),
        ("ZHIBU_HOST", "0.0.0.0"),
    ],
)
def test_where_it_is_in_earnest_there_is_no_demonstration(
    tmp_path: Path, name: str, value: str
) -> None:
    assert not read(tmp_path, **{name: value}).demo
    assert read(tmp_path, **{name: value, "ZHIBU_DEMO": "1"}).demo


def test_what_is_kept_is_kept_from_others(tmp_path: Path) -> None:
    folder = read(tmp_path / "new").data_folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, second = read(tmp_path).secret, read(tmp_path).secret
    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_telegram_is_shown_another_secret_than_our_own_processes(tmp_path: Path) -> None:
    loaded = read(tmp_path)
    assert loaded.webhook_secret not in {loaded.secret, ""}
    assert loaded.webhook_secret == read(tmp_path).webhook_secret


def test_a_secret_may_be_kept_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("1:abc\n")
    assert read(tmp_path, TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "token")).telegram_token == "1:abc"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZHIBU_PORT", "eighty"),
        ("ZHIBU_PORT", "80"),
        ("ZHIBU_PORT", "70000"),
        ("ZHIBU_DEMO", "perhaps"),
        ("TELEGRAM_BOT_TOKEN_FILE", "/nowhere/token"),
        ("WEBHOOK_SECRET", "要十六个字符以上而且只用英文字母"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read(tmp_path, **{name: value})


GATEWAYS = {
    "ALIYUN_ACCESS_KEY_ID": "key",
    "ALIYUN_ACCESS_KEY_SECRET": "hidden",
    "ALIYUN_SMS_SIGNATURE": "东风街道",
    "ALIYUN_SMS_TEMPLATES": "*=SMS_1, political_birthday=SMS_2",
    "SMTP_HOST": "mail.example.org",
    "SMTP_SENDER": "zhibu@example.org",
    "SMTP_PASSWORD": "hidden",
    "GROUP_ROBOTS": "Z1=wecombot://key-1\nZ2=dingtalk://SECret@token?a=1,2",
}


def test_gateways_are_read_and_their_secrets_are_not_shown(tmp_path: Path) -> None:
    loaded = read(tmp_path, **GATEWAYS)
    assert loaded.sms is not None
    assert loaded.sms.templates == {"*": "SMS_1", "political_birthday": "SMS_2"}
    assert loaded.mail is not None
    assert (loaded.mail.port, loaded.mail.tls) == (465, True)
    assert loaded.groups == {"Z1": "wecombot://key-1", "Z2": "dingtalk://SECret@token?a=1,2"}
    assert "hidden" not in repr(loaded)


def test_without_gateways_there_are_none(tmp_path: Path) -> None:
    loaded = read(tmp_path)
    assert (loaded.sms, loaded.mail, loaded.groups) == (None, None, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALIYUN_ACCESS_KEY_SECRET", ""),
        ("ALIYUN_SMS_SIGNATURE", ""),
        ("ALIYUN_SMS_TEMPLATES", "political_birthday=SMS_2"),
        ("ALIYUN_SMS_TEMPLATES", "SMS_1"),
        ("SMTP_SENDER", "zhibu"),
        ("SMTP_PORT", "0"),
        ("SMTP_TLS", "perhaps"),
        ("GROUP_ROBOTS", "Z1=slack://a/b"),
        ("GROUP_ROBOTS", "wecombot://key"),
    ],
)
def test_a_gateway_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read(tmp_path, **GATEWAYS | {name: value})
