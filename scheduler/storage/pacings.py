"""What organisations ask for their therapists' bodies, where it is not the preset."""

from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch_one
from scheduler.storage.pacing_rows import Pacing

COLUMNS = (
    "breaks, breaks_as, rest_minutes, rest_every_minutes, rests_as, most_hands_on_minutes,"
    " hands_on_as, long_day_minutes, long_day_session_minutes, sessions_as"
)


async def get(organisation: UUID) -> Pacing | None:
    return await fetch_one(
        Pacing, f"SELECT {COLUMNS} FROM pacing WHERE organisation = {{}}", organisation
    )


async def put(organisation: UUID, rules: Pacing, now: datetime) -> None:
    names = COLUMNS.split(", ")
    marks = ", ".join("{}" for _ in names)
    changes = ", ".join(f"{name} = excluded.{name}" for name in [*names, "changed_at"])
    await execute(
        f"INSERT INTO pacing (id, organisation, {COLUMNS}, changed_at) VALUES ({{}}, {{}}, {marks},"
        f" {{}}) ON CONFLICT (organisation) DO UPDATE SET {changes}",
        new_id(), organisation, *(getattr(rules, name) for name in names), now,
    )  # fmt: skip
