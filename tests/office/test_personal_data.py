"""What is personal does not get into a card that everybody reads."""

from __future__ import annotations

import pytest

from office.errors import PersonalDataError
from office.personal_data import without_personal_data

NAMES = ["陈立春", "陈立", "孙雨水"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("陈立春同志能参加吗", "某同志能参加吗"),
        ("问孙雨水书记", "问某同志"),
        ("陈立春和陈立一起去", "某同志和某同志一起去"),
        ("打 138 0013 8000 或 010-12345678", "打 （号码略） 或 （号码略）"),
        ("打１３８００１３８０００", "打（号码略）"),
        ("身份证11010519491231002X", "身份证（号码略）"),
        ("发到zhang.san@example.com.cn", "发到（邮箱略）"),
        ("找老王或者李主任", "找某同志或者某同志"),
        ("任何同志都可以，不允许书记代交", "任何同志都可以，不允许书记代交"),
        ("每月 5 日前交，2026年11月23日起，组通字〔2015〕33号", None),
        ("小组会每年 12 次，32 学时，1000 元以内", None),
    ],
)
def test_people_and_numbers_are_taken_out_and_rules_stay(text: str, kept: str | None) -> None:
    assert without_personal_data(text, NAMES) == (kept or text)


@pytest.mark.parametrize(
    "text", ["电话 6543210", "住3号楼", "2单元501室", "我的邮箱 a @ b", "QQ12345"]
)
def test_what_may_still_be_personal_is_refused(text: str) -> None:
    with pytest.raises(PersonalDataError):
        without_personal_data(text, NAMES)
