"""No more massages of a person in any span of days than their organisation's rule allows.

What is added is guarded, wherever it comes from. A booking that moves stays on its day, and one that
was there before the rule stays too. On PostgreSQL two claims of one person wait for each other at
the row that holds their name there: each then counts what the other has left.

The last hour is free, as in domain/limit.py: a time that nobody took by then would stay empty.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-25T03:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "fairness guards"

TAKEN = (
    "booking JOIN event ON event.id = booking.event WHERE booking.organisation = NEW.organisation"
    " AND booking.person = NEW.person AND booking.status <> 'cancelled'"
)
# A span that the new booking is in ends on its day, or on a later one that another booking is on.
FULL_SPAN = f"""SELECT 1 FROM (
        SELECT event.date AS last FROM event WHERE event.id = NEW.event
        UNION SELECT event.date FROM {TAKEN}
            AND event.date > {{day}} AND event.date < {{after}}
    ) AS span WHERE (SELECT count(*) FROM {TAKEN}
        AND event.date <= span.last AND event.date > {{before}}) >= {{most}}"""

POSTGRES = (
    f"""CREATE FUNCTION booking_within_limit() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE most integer; days integer; day date;
    BEGIN
        SELECT limit_count, limit_days INTO most, days FROM organisation
            WHERE id = NEW.organisation;
        IF most IS NULL THEN RETURN NEW; END IF;
        PERFORM 1 FROM known_as WHERE organisation = NEW.organisation AND person = NEW.person
            FOR NO KEY UPDATE;
        SELECT date INTO day FROM event WHERE id = NEW.event;
        IF EXISTS ({
        FULL_SPAN.format(day="day", after="day + days", before="span.last - days", most="most")
    }) THEN
            RAISE EXCEPTION 'booking_within_limit' USING ERRCODE = 'exclusion_violation';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER booking_within_limit BEFORE INSERT ON booking FOR EACH ROW
    WHEN (NEW.status <> 'cancelled' AND NEW.starts_at > NEW.placed_at + interval '1 hour')
    EXECUTE FUNCTION booking_within_limit()""",
)

RULE = "(SELECT {} FROM organisation WHERE id = NEW.organisation)"
DAY = "(SELECT date FROM event WHERE id = NEW.event)"
DAYS = RULE.format("limit_days")
SQLITE = (
    f"""CREATE TRIGGER booking_within_limit_INSERT BEFORE INSERT ON booking
    WHEN NEW.status <> 'cancelled' AND {RULE.format("limit_count")} IS NOT NULL
    AND strftime('%s', NEW.starts_at) - strftime('%s', NEW.placed_at) > 3600 BEGIN
    SELECT RAISE(ABORT, 'booking_within_limit') WHERE EXISTS ({
        FULL_SPAN.format(
            day=DAY,
            after=f"date({DAY}, '+' || {DAYS} || ' days')",
            before=f"date(span.last, '-' || {DAYS} || ' days')",
            most=RULE.format("limit_count"),
        )
    });
END""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        for statement in POSTGRES if database.is_postgres() else SQLITE:
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
