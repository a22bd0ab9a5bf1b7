"""`chairtime demo`, in an empty folder of somebody who has never heard of us."""

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest

from scheduler import app
from scheduler import demo as story
from scheduler.domain import event, organisation, person, report, wallclock
from scheduler.domain.delivery import PostOffice
from scheduler.settings import load
from tests.commands import Shell, free_port, until

LONGEST_FIRST_START = 60  # on a machine that is busy with other tests; alone, about three
CALL = re.compile(r"^ +(\w+), (\w+) +curl -H 'Authorization: Bearer (\S+)' (\S+)$", re.MULTILINE)


class Demo:
    """A demo that runs; what it printed, and its three people."""

    def __init__(self, said: str) -> None:
        self.said = said
        self.people = {role: (token, url) for _, role, token, url in CALL.findall(said)}
        self.base = re.sub(r"/api/v1.*", "", self.people["coordinator"][1])

    def get(self, role: str, path: str) -> Any:
        token, _ = self.people[role]
        answer = self.ask("GET", f"{self.base}/api/v1/{path}", token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, method: str, url: str, token: str = "", body: object = None) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx.Client(trust_env=False) as client:
            return client.request(method, url, headers=bearer, json=body)


@contextlib.contextmanager
def demo(folder: Path, *options: str) -> Iterator[Demo]:
    """Starts one, with an empty HOME, and waits until it answers."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    log, port = folder / "log", free_port()
    with (
        log.open("wb") as output,
        Shell(folder, HOME=str(home)).start(
            "demo", "--port", str(port), *options, output=output, PYTHONUNBUFFERED="1"
        ) as process,
    ):
        until(lambda: _answers(port) and "calendars/" in log.read_text("utf-8"), process)
        yield Demo(log.read_text("utf-8"))
    assert not list(home.iterdir()), "the demo keeps to its folder"


def _answers(port: int) -> bool:
    with contextlib.suppress(httpx.TransportError), httpx.Client(trust_env=False) as client:
        return client.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
    return False


def _file(folder: Path) -> Path:
    return folder / "demo-data" / "chairtime.db"


def _claim(shown: Demo) -> str:
    """Emil takes whatever is left of the day that is on; his new booking."""
    token, _ = shown.people["employee"]
    current, *_ = shown.get("employee", "events?status=published")["items"]
    url = f"{shown.base}/api/v1/events/{current['id']}/booking"
    answer = shown.ask("POST", url, token)
    assert answer.status_code == 201, answer.text
    booking: str = answer.json()["id"]
    return booking


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demo that was started once and in which Emil took a time."""
    folder = tmp_path_factory.mktemp("demo")
    begun = time.monotonic()
    with demo(folder) as shown:
        assert time.monotonic() - begun < LONGEST_FIRST_START
        _check_people(shown)
        _check_story(shown)
        _claim(shown)
        _check_mailbox(folder)
    return folder


def _check_people(shown: Demo) -> None:
    assert set(shown.people) == {"coordinator", "employee", "therapist"}
    for token, url in shown.people.values():
        answer = shown.ask("GET", url, token)
        assert answer.status_code == 200
        assert answer.json().get("items") or answer.json()["shifts"]
    for role in shown.people:
        assert f"{shown.base}/demo/as/{role}\n" in shown.said
        _check_door(shown, role)
    assert f"{shown.base}/api/docs" in shown.said
    assert f"{shown.base}/demo/mailbox" in shown.said
    [feed] = re.findall(r"http\S+\.ics", shown.said)
    calendar = shown.ask("GET", feed)
    assert calendar.text.startswith("BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:Booked\\, Chair 1" in calendar.text


def _check_door(shown: Demo, role: str) -> None:
    """A button behind each printed link lets in, and leads to that role's pages."""
    own = {"sec-fetch-site": "same-origin", "accept": "text/html"}
    with httpx.Client(trust_env=False, headers=own) as client:
        door = f"{shown.base}/demo/as/{role}"
        assert "Go in as" in client.get(door).text
        assert not client.cookies
        assert client.post(door).status_code == 303
        assert client.cookies


def _check_story(shown: Demo) -> None:
    [last] = shown.get("coordinator", "events?status=finished")["items"]
    current, full, drawn = shown.get("coordinator", "events?status=published")["items"]
    assert date.fromisoformat(last["date"]) < date.fromisoformat(current["date"])
    assert len(last["shifts"]) == len(current["shifts"]) == 2
    assert all(shift["breaks"] for shift in current["shifts"])
    assert current["counts"]["booked"] > 0
    assert current["counts"]["open"] > 0
    assert (full["counts"]["open"], full["counts"]["waiting"]) == (0, 4)
    [held] = shown.get("employee", "offers")["items"]
    assert held["event_id"] == full["id"]
    draw = shown.get("coordinator", f"events/{drawn['id']}/draw")
    assert draw["wishes"] > drawn["counts"]["slots"]
    worth = shown.get("coordinator", f"events/{last['id']}/report")
    assert worth["closed"]
    assert worth["hidden"] == []
    assert min(worth["attendance"].values()) > 0
    assert worth["tension"]["pairs"] >= 8
    assert worth["tension"]["change"] < 0


def _check_mailbox(folder: Path) -> None:
    new = folder / "demo-data" / "mail" / "new"
    story = len(list(new.iterdir()))
    assert story > 40, "invites, reminders, a cancellation, rating requests"
    letters = [path.read_text("ascii") for path in new.iterdir()]
    for subject in (
        "Your massage on",
        "Cancelled: your",
        "Tomorrow: your",
        "Soon: your",
        "How was",
        "A time for you",
    ):
        assert any(f"\nSubject: {subject}" in letter for letter in letters), subject
    until(lambda: any("emil" in path.read_text() for path in set(new.iterdir())))


def test_the_first_start(played: Path) -> None:
    names = {path.name for path in played.iterdir()}
    assert names == {"demo-data", "home", "log"}


def test_the_second_start_keeps_what_was_tried(played: Path) -> None:
    with demo(played) as shown:
        kept = shown.get("employee", "bookings")["items"]
        assert [one["status"] for one in kept].count("confirmed") == 1


def test_reset_starts_afresh(played: Path) -> None:
    with demo(played) as shown:
        before = shown.get("employee", "bookings")["items"]
    with demo(played, "--reset") as shown:
        after = shown.get("employee", "bookings")["items"]
        assert len(after) == len(before) - 1
        _check_story(shown)
        _claim(shown)


def test_the_day_of_yesterday_is_played_again(played: Path) -> None:
    marker = played / "demo-data" / "day"
    today = wallclock.today(datetime.now(UTC), "Europe/Berlin")
    assert date.fromisoformat(marker.read_text()) >= today
    marker.write_text((today - timedelta(days=1)).isoformat())
    with demo(played) as shown:
        _check_story(shown)
    assert date.fromisoformat(marker.read_text()) >= today


# At whatever hour and on whatever day somebody starts it


@pytest.mark.parametrize(
    "started",
    [
        "2026-11-23T00:10:00+01:00",
        "2026-11-23T09:00:00+01:00",
        "2026-11-23T12:59:00+01:00",
        "2026-11-23T13:00:00+01:00",
        "2026-11-28T23:59:00+01:00",  # a Saturday
        "2027-03-28T01:30:00+01:00",  # clocks go forward within the hour
        "2026-10-24T16:00:00+02:00",  # the day ahead has 25 hours
        "2027-01-31T11:11:00+01:00",
    ],
)
def test_the_story_holds_at_any_time(started: str, sqlite_url: str, tmp_path: Path) -> None:
    now = datetime.fromisoformat(started).astimezone(UTC)
    post = app.office(load({"CHAIRTIME_MAIL_URL": f"maildir:{tmp_path}/mail"}))
    played = asyncio.run(_play(sqlite_url, post, now))
    _, current, full, drawn = played["days"]
    assert [day.status for day in played["days"]] == ["finished", *["published"] * 3]
    assert (full.counts.open, full.counts.waiting) == (0, 4)
    assert (drawn.event.claims_open_at or now) > now, "wishes can be put in"
    assert current.event.date >= now.astimezone(ZoneInfo("Europe/Berlin")).date()
    assert current.counts.open >= 3, "something is left to take"
    assert current.counts.booked >= 10
    worth = played["report"]
    assert worth.closed
    assert min(msgspec.to_builtins(worth.attendance).values()) > 0
    assert worth.tension.pairs >= 8


async def _play(url: str, post: PostOffice, now: datetime) -> dict[str, Any]:
    async with app.connected(url):
        await story.tell_story(post, story._day(now), now)  # noqa: SLF001  (the day it would choose)
        tenant = (await organisation.named(story.COMPANY)).id
        hana = await person.caller(await person.add_token(tenant, story.HANA, 1, now), now)
        found = await event.listed(hana, date.min, date.max, None, now)
        days = await event.details_of_many(found, now)
        return {"days": days, "report": await report.get(hana, days[0].event.id, now)}
