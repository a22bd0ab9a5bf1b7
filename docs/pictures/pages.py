"""Which pages are shown, to whom, and at what time of the demo's story."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from docs.pictures.later import Later, drawn, late
from scheduler import demo

DAY = date(2026, 12, 3)
NOW = datetime(2026, 12, 3, 10, 12, tzinfo=UTC)  # 11:12 at the chairs
EMIL, HANA, TARA = demo.EMIL, demo.HANA, demo.TARA
JONAS = "jonas.weber@meridian.example"
DESK, PHONE = (1100, 1000), (390, 844)


class Picture(NamedTuple):
    """`who` is signed in; the path may name {today}, {last_month}, {full} and {drawn}, days, and
    {booking} and {offer}, theirs.

    `link` is one to follow from there, and `after` is what happens before it. Whatever is taken
    next shows that as well.
    """

    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK
    link: str = ""
    dark: bool = False
    after: Later | None = None


PICTURES = [
    Picture("board", "/days/{today}", who=EMIL, size=PHONE),
    Picture("booked", "/bookings/{booking}", who=JONAS, size=PHONE, dark=True),
    Picture("roster", "/roster", who=TARA, size=PHONE),
    Picture("new-day", "/plan/new", who=HANA),
    Picture("day", "/plan/{today}", who=HANA, size=(1280, 1100)),
    Picture("report", "/plan/{last_month}/report", who=HANA, size=(1280, 1000)),
    Picture("mail", f"/demo/mailbox?to={JONAS}", size=(1100, 1300), link="Your massage on"),
    Picture("offer", "/offers/{offer}", who=EMIL, size=PHONE),
    Picture("day-full", "/plan/{full}", who=HANA, size=(1280, 900)),
    Picture("series", "/plan/{full}/series?months=6", who=HANA),
    Picture("api", "/api/docs"),
    Picture("late", "/roster", who=TARA, size=PHONE, after=late),
    Picture("draw", "/days/{drawn}", who=EMIL, size=PHONE, after=drawn),
]
