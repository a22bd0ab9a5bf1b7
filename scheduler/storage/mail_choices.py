"""Which messages somebody wants, of those that they can do without."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from scheduler.ids import new_id
from scheduler.storage.database import execute, fetch
from scheduler.storage.mail_rows import MailChoice
from scheduler.storage.rows import Id


async def of_person(organisation: UUID, person: UUID) -> list[MailChoice]:
    return await fetch(
        MailChoice,
        "SELECT kind, wanted, chosen_at FROM mail_choice WHERE organisation = {} AND person = {}"
        " ORDER BY kind",
        organisation, person,
    )  # fmt: skip


async def put(organisation: UUID, person: UUID, choices: Mapping[str, bool], now: datetime) -> None:
    for kind, wanted in choices.items():
        await execute(
            "INSERT INTO mail_choice (id, organisation, person, kind, wanted, chosen_at)"
            " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (organisation, person, kind)"
            " DO UPDATE SET wanted = excluded.wanted, chosen_at = excluded.chosen_at"
            " WHERE mail_choice.wanted <> excluded.wanted",
            new_id(), organisation, person, kind, wanted, now,
        )  # fmt: skip


async def who_chose(organisation: UUID, kind: str, *, wanted: bool) -> set[UUID]:
    rows = await fetch(
        Id,
        "SELECT person AS id FROM mail_choice WHERE organisation = {} AND kind = {}"
        " AND wanted = {}",
        organisation, kind, wanted,
    )  # fmt: skip
    return {row.id for row in rows}
