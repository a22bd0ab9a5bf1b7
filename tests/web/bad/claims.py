"""Times that cannot be taken, moved, marked or rated as asked, and days that cannot be changed."""

from typing import Any

from scheduler.domain.body import Area, Technique
from tests.web.bad import Bad, invalid, missing, refused, shift
from tests.web.bad.plans import EMPTY, NOT_AT_ALL, SKIPPED, TIME, UNKNOWN, WHOLE, hidden

AREAS = ", ".join(Area)
TECHNIQUES = ", ".join(Technique)
MARKABLE = "confirmed, checked_in, completed, no_show"
NO_EMPLOYEE = "No employee here has this address."
NO_BODY = "The body is missing. Send a JSON object."


def claim(title: str, field: str, sentence: str, /, **body: Any) -> Bad:
    return invalid(title, "emil", "POST /slots/{open}/booking", [(field, sentence)], json=body)


def on_behalf(title: str, sentence: str, person: Any) -> Bad:
    return invalid(
        title, "hana", "POST /slots/{open}/booking", [("person", sentence)],
        json={"person": person},
    )  # fmt: skip


def wish(title: str, field: str, sentence: str, /, **body: Any) -> Bad:
    return invalid(title, "emil", "POST /events/{day}/booking", [(field, sentence)], json=body)


def score(title: str, field: str, sentence: str, /, **body: Any) -> Bad:
    request = "PUT /bookings/{booking}/ratings/before"
    return invalid(title, "emil", request, [(field, sentence)], json=body)


def change(title: str, field: str, sentence: str, /, **body: Any) -> Bad:
    return invalid(title, "hana", "PATCH /events/{day}", [(field, sentence)], json=body)


CLAIMS = [
    claim("pressure of 0", "pressure", "This must be at least 1.", pressure=0),
    claim("too much pressure", "pressure", "This must be at most 4.", pressure=5),
    claim("pressure as text", "pressure", f"{WHOLE} or null, not text.", pressure="2"),
    claim("an area that is none", "focus_areas[1]", f"“elbow” is none of the choices: {AREAS}.",
          focus_areas=["neck", "elbow"]),
    claim("an area, not a list", "avoid_areas", "This must be a list, not text.",
          avoid_areas="neck"),
    claim("more areas than there are", "focus_areas", "This must have at most 19 entries.",
          focus_areas=["neck"] * 20),
    claim("a technique that is none", "technique",
          f"“hot stones” is none of the choices: {TECHNIQUES}.", technique="hot stones"),
    claim("1 for true", "quiet", "This must be true or false, not a number.", quiet=1),
    claim("a word about the body", "notes", UNKNOWN, notes="my knee"),
    claim("a person, by an employee", "person",
          "Only a coordinator can take a time for somebody else.", person="edda@acme.example"),
    on_behalf("nobody known", NO_EMPLOYEE, "nobody@acme.example"),
    on_behalf("somebody of another organisation", NO_EMPLOYEE, "otto@other.example"),
    on_behalf("a therapist", NO_EMPLOYEE, "tara@hands.example"),
    on_behalf("no address", "An email address must have an @-sign.", "Emil"),
    on_behalf("an empty address", "The e-mail address is missing.", ""),
    on_behalf("NUL in the address", hidden("U+0000"), "emil\0@acme.example"),
    on_behalf("a person's address too long", "This must have at most 254 characters.", "m" * 255),
    on_behalf("null for a person", "This must be text, not null.", None),
    wish("a time as number", "earliest", "This must be text or null, not a number.", earliest=9),
    wish("a time that is none", "latest", TIME, latest="25:00"),
    wish("a therapist by address", "therapist", "This is not an id.",
         therapist="tara@hands.example"),
    wish("a wish that ends before it begins", "latest", "This must be later than “earliest”.",
         earliest="12:00", latest="09:00"),
    missing("a slot of another organisation", "emil", "POST /slots/{other_slot}/booking"),
    missing("a slot of a draft", "emil", "POST /slots/{draft_slot}/booking"),
    missing("a slot that is an event", "emil", "POST /slots/{day}/booking"),
    missing("a day of another organisation", "emil", "POST /events/{other_day}/booking"),
    refused("a slot that is taken", "edda", "POST /slots/{slot}/booking",
            (409, "slot_taken", "Somebody was faster: this time is taken.")),
    missing("somebody else's booking", "edda", "GET /bookings/{booking}"),
    missing("another organisation's booking", "hana", "DELETE /bookings/{other_booking}"),
]  # fmt: skip

MOVES = [
    invalid("no body", "emil", "PUT /bookings/{booking}/slot", [("", NO_BODY)]),
    invalid("a move to nowhere", "emil", "PUT /bookings/{booking}/slot",
            [("slot_id", "This is missing.")], json={}),
    invalid("null for a slot", "emil", "PUT /bookings/{booking}/slot",
            [("slot_id", "This must be an id, not null.")], json={"slot_id": None}),
    invalid("a number for a slot", "emil", "PUT /bookings/{booking}/slot",
            [("slot_id", "This must be an id, not a number.")], json={"slot_id": 17}),
    invalid("no id", "emil", "PUT /bookings/{booking}/slot", [("slot_id", "This is not an id.")],
            json={"slot_id": "{booking}'--"}),
    invalid("a slot of another day", "emil", "PUT /bookings/{booking}/slot",
            [("slot_id", "This time is on another day. Take it there instead.")],
            json={"slot_id": "{later_slot}"}),
    missing("a slot of another organisation, to move to", "emil", "PUT /bookings/{booking}/slot",
            json={"slot_id": "{other_slot}"}),
    missing("another organisation's booking, to move", "hana", "PUT /bookings/{other_booking}/slot",
            json={"slot_id": "{open}"}),
]  # fmt: skip

MARKS = [
    invalid("a status that is none", "tara", "PUT /bookings/{booking}/attendance",
            [("status", f"“late” is none of the choices: {MARKABLE}.")],
            json={"status": "late"}),
    invalid("a status that is not for marking", "tara", "PUT /bookings/{booking}/attendance",
            [("status", f"“cancelled” is none of the choices: {MARKABLE}.")],
            json={"status": "cancelled"}),
    missing("the booking of another's shift", "tom", "PUT /bookings/{booking}/attendance",
            json={"status": "completed"}),
    score("a score below", "score", "This must be at least 0.", score=-1),
    score("a score above", "score", "This must be at most 10.", score=11),
    score("half a score", "score", f"{WHOLE}, without a decimal point.", score=3.5),
    score("a score as text", "score", f"{WHOLE}, not text.", score="5"),
    score("no score", "score", "This is missing.", area="neck"),
    score("a rated area that is none", "area", f"“left_elbow” is none of the choices: {AREAS}.",
          score=5, area="left_elbow"),
    missing("a moment that is none", "emil", "PUT /bookings/{booking}/ratings/during",
            json={"score": 5}),
    refused("a rating before its time", "emil", "PUT /bookings/{booking}/ratings/before",
            (409, "not_yet", "It is too early for that."), json={"score": 5}),
]  # fmt: skip

CHANGES = [
    change("a changed title too long", "title", "This must have at most 200 characters.",
           title="m" * 201),
    change("no title at all", "title", "This is missing.", title=None),
    change("a changed place with a number", "location.name",
           "This must be text or null, not a number.", location={"name": 5}),
    change("a changed place with more", "location.floor", UNKNOWN, location={"floor": "3rd"}),
    change("a huge number of minutes", "slot_minutes", "This must be at most 120.",
           slot_minutes=10**30),
    change("a list as the id of a shift", "shifts[0].id",
           "This must be an id or null, not a list.", shifts=[shift(id=[])]),
    change("a shift of no day", "shifts[0].id", "This day has no such shift.",
           shifts=[shift(id="{open}")]),
    invalid("a shift twice", "hana", "PATCH /events/{day}",
            [(f"shifts[{index}].id", "This shift is listed twice.") for index in (0, 1)],
            json={"shifts": [{"id": "{shift}"}, {"id": "{shift}"}]}),
    change("all shifts gone", "shifts", "This must not be an empty list.", shifts=[]),
    change("a changed shift without its time", "shifts[0].starts", "This is missing.",
           shifts=[{"therapist": "tom@hands.example", "chair": "Chair 1"}]),
    change("a changed day that is none", "date",
           "This must be a day that exists, such as 2026-12-03.", date="2026-02-30"),
    change("opening changed to before time began", "claims_open_at", NOT_AT_ALL,
           claims_open_at="0001-01-01T00:00:00+23:00"),
    change("counts, which are ours", "counts", UNKNOWN, counts={"slots": 0}),
    invalid("moved into a gap of the clock", "hana", "PATCH /events/{day}",
            [("shifts[0].starts", SKIPPED)],
            json={"date": "2027-03-28", "shifts": [shift(starts="02:30")]}),
    invalid("no reason", "hana", "PUT /events/{day}/cancellation",
            [("reason", "This is missing.")], json={}),
    invalid("a blank reason", "hana", "PUT /events/{day}/cancellation", [("reason", EMPTY)],
            json={"reason": "\t"}),
    invalid("a reason too long", "hana", "PUT /events/{day}/cancellation",
            [("reason", "It has 501 characters; at most 500 fit.")], json={"reason": "m" * 501}),
    invalid("a reason in two lines", "hana", "PUT /events/{day}/cancellation",
            [("reason", hidden("U+000A"))], json={"reason": "ill\nBcc: everybody"}),
    missing("another organisation's day, to publish", "hana",
            "PUT /events/{other_day}/publication"),
    missing("another organisation's day, to cancel", "hana", "PUT /events/{other_day}/cancellation",
            json={"reason": "spite"}),
    missing("another organisation's day, to change", "hana", "PATCH /events/{other_day}",
            json={"title": "Ours"}),
]  # fmt: skip

CASES = [*CLAIMS, *MOVES, *MARKS, *CHANGES]
