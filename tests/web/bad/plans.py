"""Days that cannot be planned."""

from typing import Any

from tests.web.bad import Bad, bad_plan, bad_shift, invalid, shift, without
from tests.world import plan

WHOLE = "This must be a whole number"
DAY = "This must be a day that exists, such as 2026-12-03."
ZONED = "This must be an instant with its offset from UTC, such as 2026-12-03T08:00:00Z."
TIME = "This must be a time such as 09:00, at most 23:59."
SKIPPED = "This time does not exist on that day: the clocks skip it. Choose another."
REPEATED = "This time comes twice on that day: the clocks are set back. Choose another."
LATER = "This must be later than “starts”, on the same day."
EMPTY = "It must not be empty."
UNKNOWN = "This is not known here. Check how it is spelled, or leave it out."
IN_THE_PAST = "This day is in the past. Choose today or a later day."
NOT_AT_ALL = "Choose an instant between the years 2000 and 2100."


def hidden(code: str) -> str:
    return f"It holds the invisible control character {code}. Remove it."


def no_zone(zone: str) -> str:
    return f"“{zone}” is not a time zone. Use a name such as Europe/Berlin."


def clock_change(zone: str, day: str, time: str, sentence: str) -> Bad:
    shifts = [shift(starts=time, ends="05:00")]
    return bad_plan(
        f"{time} on {day} in {zone}", "shifts[0].starts", sentence,
        date=day, timezone=zone, shifts=shifts,
    )  # fmt: skip


def pauses(*breaks: str) -> list[dict[str, Any]]:
    return [dict(zip(("starts", "ends"), pause.split("-"), strict=True)) for pause in breaks]


FIELDS = [
    bad_plan("a number as title", "title", "This must be text, not a number.", title=5),
    bad_plan("null as title", "title", "This must be text, not null.", title=None),
    bad_plan("an empty title", "title", "This must not be empty.", title=""),
    bad_plan("a blank title", "title", EMPTY, title=" \u2003\t"),
    bad_plan(
        "a title too long", "title", "This must have at most 200 characters.", title="m" * 201
    ),
    bad_plan("NUL in the title", "title", hidden("U+0000"), title="Chair\0massage"),
    bad_plan("U+2028 in the title", "title", hidden("U+2028"), title="Chair\u2028massage"),
    bad_plan("a bidi override", "title", hidden("U+202E"), title="Chair\u202emassage"),
    bad_plan("two lines as title", "title", hidden("U+000A"), title="Chair\nmassage"),
    bad_plan(
        "a place as text", "location", "This must be an object, not text.", location="Quiet room"
    ),
    bad_plan("a place without a name", "location.name", "This is missing.", location={}),
    bad_plan("a blank place", "location.name", EMPTY, location={"name": " "}),
    bad_plan(
        "a tab inside the address", "location.address", hidden("U+0009"),
        location={"name": "Quiet room", "address": "Hauptstr.\t1\nBerlin"},
    ),
    bad_plan(
        "an address too long", "location.address", "This must have at most 1000 characters.",
        location={"name": "Quiet room", "address": "m" * 1001},
    ),
    bad_plan("slots as text", "slot_minutes", f"{WHOLE}, not text.", slot_minutes="15"),
    bad_plan(
        "slots in fractions", "slot_minutes", f"{WHOLE}, without a decimal point.",
        slot_minutes=15.5,
    ),
    bad_plan("slots too short", "slot_minutes", "This must be at least 5.", slot_minutes=4),
    bad_plan("slots too long", "slot_minutes", "This must be at most 120.", slot_minutes=121),
    bad_plan("huge slots", "slot_minutes", "This must be at most 120.", slot_minutes=10**30),
    bad_plan("true as minutes", "slot_minutes", f"{WHOLE}, not true or false.", slot_minutes=True),
    bad_plan("a negative reset", "reset_minutes", "This must be at least 0.", reset_minutes=-1),
    bad_plan("a reset too long", "reset_minutes", "This must be at most 60.", reset_minutes=61),
    bad_plan("no claims", "claims_per_person", "This must be at least 1.", claims_per_person=0),
    bad_plan(
        "a cut-off too early", "cancel_until_minutes", "This must be at most 43200.",
        cancel_until_minutes=43_201,
    ),
    bad_plan(
        "opening without an offset", "claims_open_at",
        "This needs its offset from UTC, as in 2026-12-03T08:00:00Z.",
        claims_open_at="2026-11-26T08:00:00",
    ),
    bad_plan("opening on a date", "claims_open_at", ZONED, claims_open_at="2026-11-26"),
    bad_plan(
        "opening as a number", "claims_open_at",
        "This must be an instant such as 2026-12-03T08:00:00Z or null, not a number.",
        claims_open_at=1_795_680_000,
    ),
    bad_plan(
        "opening before time began", "claims_open_at", NOT_AT_ALL,
        claims_open_at="0001-01-01T00:00:00+23:00",
    ),
    bad_plan(
        "opening after time ends", "claims_open_at", NOT_AT_ALL,
        claims_open_at="9999-12-31T23:59:59-10:00",
    ),
    bad_plan("an unknown field", "colour", UNKNOWN, colour="blue"),
    bad_plan("a status, which is ours", "status", UNKNOWN, status="published"),
    bad_plan("a tenant, which is ours", "organisation", UNKNOWN, organisation="{other}"),
]  # fmt: skip

DAYS_AND_ZONES = [
    bad_plan("30 February", "date", DAY, date="2026-02-30"),
    bad_plan("tomorrow", "date", DAY, date="tomorrow"),
    bad_plan("a day with a time", "date", DAY, date="2026-12-03T00:00:00Z"),
    bad_plan("a German day", "date", DAY, date="03.12.2026"),
    bad_plan(
        "a day as a number", "date", "This must be a date such as 2026-12-03, not a number.",
        date=20261203,
    ),
    bad_plan("yesterday", "date", IN_THE_PAST, date="2026-11-22"),
    bad_plan("a day long ago", "date", IN_THE_PAST, date="0001-01-01"),
    bad_plan("a day far off", "date", "Choose a day before the year 2101.", date="2101-01-01"),
    bad_plan(
        "the last day of all", "date", "Choose a day before the year 2101.", date="9999-12-31",
        timezone="America/New_York",
    ),
    bad_plan("a place on Mars", "timezone", no_zone("Mars/Olympus"), timezone="Mars/Olympus"),
    bad_plan("an abbreviation", "timezone", no_zone("CEST"), timezone="CEST"),
    bad_plan("an offset as zone", "timezone", no_zone("+01:00"), timezone="+01:00"),
    bad_plan("a zone in lower case", "timezone", no_zone("europe/berlin"),
             timezone="europe/berlin"),
    bad_plan("an empty zone", "timezone", no_zone(""), timezone=""),
    bad_plan("a zone from the disk", "timezone", no_zone("../../etc/passwd"),
             timezone="../../etc/passwd"),
    bad_plan("NUL in the zone", "timezone", no_zone("Europe/Berlin "), timezone="Europe/Berlin\0"),
    clock_change("Europe/Berlin", "2027-03-28", "02:30", SKIPPED),
    clock_change("Europe/Berlin", "2027-10-31", "02:30", REPEATED),
    clock_change("America/New_York", "2027-03-14", "02:30", SKIPPED),
    clock_change("America/New_York", "2027-11-07", "01:30", REPEATED),
    clock_change("Australia/Lord_Howe", "2027-10-03", "02:15", SKIPPED),
    clock_change("Australia/Lord_Howe", "2027-04-04", "01:45", REPEATED),
    bad_plan(
        "a break at a time that is skipped", "shifts[0].breaks[0].starts", SKIPPED,
        date="2027-03-28", shifts=[shift(starts="01:00", breaks=pauses("02:15-03:15"))],
    ),
]  # fmt: skip

CHAIR_TAKEN = "Another shift has this chair at that time."
THERAPIST_TAKEN = "This therapist has another shift at that time."
TOM = {"therapist": "tom@hands.example"}
SHIFTS = [
    bad_plan("no shifts", "shifts", "This must not be an empty list.", shifts=[]),
    invalid(
        "shifts left out", "hana", "POST /events", [("shifts", "This is missing.")],
        json=without(plan(), "shifts"),
    ),
    bad_plan("51 shifts", "shifts", "This must have at most 50 entries.", shifts=[shift()] * 51),
    bad_plan("an object of shifts", "shifts", "This must be a list, not an object.", shifts={}),
    bad_plan("a number as shift", "shifts[1]", "This must be an object, not a number.",
             shifts=[shift(), 5]),
    bad_shift("9:00 without its zero", ".starts", TIME, starts="9:00"),
    bad_shift("24:00", ".ends", TIME, ends="24:00"),
    bad_shift("seconds", ".ends", TIME, ends="12:00:00"),
    bad_shift("a line feed after the time", ".ends", TIME, ends="12:00\n"),
    bad_shift("digits of another script", ".starts", TIME, starts="٠٩:٠٠"),
    bad_shift("an end before its start", ".ends", LATER, starts="12:00", ends="09:00"),
    bad_shift("an end at its start", ".ends", LATER, ends="09:00"),
    bad_plan("a shift without an end", "shifts[0].ends", "This is missing.",
             shifts=[without(shift(), "ends")]),
    bad_shift("a shift too short", ".ends", "This shift is shorter than one massage.",
              ends="09:10"),
    bad_shift("a therapist nobody knows", ".therapist", "No therapist here has this address.",
              therapist="nobody@hands.example"),
    bad_shift("an employee as therapist", ".therapist", "No therapist here has this address.",
              therapist="emil@acme.example"),
    bad_shift("NUL in the therapist", ".therapist", "No therapist here has this address.",
              therapist="tara\0@hands.example"),
    bad_shift("a blank chair", ".chair", EMPTY, chair=" "),
    bad_shift("a chair too long", ".chair", "This must have at most 100 characters.",
              chair="m" * 101),
    bad_shift("a chair that unfolds", ".chair", "It is too long when its letters are spelled out.",
              chair="\ufdfa" * 100),
    bad_shift("a chair with an escape", ".chair", hidden("U+001B"), chair="Chair \x1b[31m1"),
    bad_shift("an id for a new shift", ".id", "A new day has no shifts yet: leave “id” out.",
              id="{shift}"),
    bad_shift("an id that is none", ".id", "This is not an id.", id="first"),
    bad_shift("a break before the shift", ".breaks[0]", "This break is outside its shift.",
              breaks=pauses("08:30-09:30")),
    bad_shift("a break after the shift", ".breaks[0]", "This break is outside its shift.",
              breaks=pauses("11:30-12:30")),
    bad_shift("breaks that overlap", ".breaks[1]", "This break overlaps another one.",
              breaks=pauses("10:00-10:30", "10:15-10:45")),
    bad_shift("a break that ends first", ".breaks[0].ends", LATER, breaks=pauses("10:30-10:00")),
    bad_shift("21 breaks", ".breaks", "This must have at most 20 entries.",
              breaks=pauses("10:00-10:05") * 21),
    bad_plan("two shifts at one chair", "shifts[1].chair", CHAIR_TAKEN,
             shifts=[shift(), shift(**TOM)]),
    bad_plan("one chair in two spellings", "shifts[1].chair", CHAIR_TAKEN,
             shifts=[shift(), shift(chair="CHAIR １", **TOM)]),
    bad_plan("one therapist at two chairs", "shifts[1].therapist", THERAPIST_TAKEN,
             shifts=[shift(), shift(chair="Chair 2")]),
    bad_plan("one therapist in two spellings", "shifts[1].therapist", THERAPIST_TAKEN,
             shifts=[shift(), shift(chair="Chair 2", therapist="TARA@hands.example")]),
]  # fmt: skip

SEVERAL = invalid(
    "several things at once",
    "hana",
    "POST /events",
    [
        ("shifts[0].ends", LATER),
        ("shifts[1].breaks[0]", "This break is outside its shift."),
    ],
    json=plan(
        shifts=[shift(ends="08:00"), shift(breaks=pauses("07:00-08:00"))],
    ),
)

CASES = [*FIELDS, *DAYS_AND_ZONES, *SHIFTS, SEVERAL]
