"""The page on which a member confirms that a mail address is his."""

from __future__ import annotations

from office import invitations, members
from office.database import Database
from tests.conftest import FrozenClock
from tests.console.conftest import Enter, member

ADDRESS = "zhang@example.org"


def test_opening_the_link_confirms_nothing_pressing_the_button_does(
    enter: Enter, small_district: Database, clock: FrozenClock
) -> None:
    who = member(small_district, "M0003")
    with small_district.writing() as session:
        token = invitations.invite_mail(session, who, ADDRESS, now=clock())
    page = enter(None)
    shown = page.get(f"/m/{token}", params={"to": ADDRESS})
    assert shown.status_code == 200
    assert ADDRESS in shown.text
    with small_district.reading() as session:
        assert members.reach(session, who)[0] == "web"
    assert page.post(f"/m/{token}", data={"to": "other@example.org"}).status_code == 410
    assert page.post(f"/m/{token}", data={"to": ADDRESS}).status_code == 200
    with small_district.reading() as session:
        again = member(small_district, "M0003")
        assert members.reach(session, again) == ("email", ADDRESS)
    assert page.post(f"/m/{token}", data={"to": ADDRESS}).status_code == 410


def test_what_stands_in_the_address_is_shown_as_text(enter: Enter) -> None:
    shown = enter(None).get("/m/x", params={"to": "<script>alert(1)</script>"})
    assert "<script>alert" not in shown.text
