"""All pages, by whose they are."""

from scheduler.web.pages import (
    admin,
    appearance,
    demo,
    employee,
    landing,
    me,
    people,
    plan,
    reference,
    sign_in,
    therapist,
)

ROOMS = (
    landing, sign_in, employee, therapist, plan, people, admin, me, appearance, reference,
)  # fmt: skip
ALWAYS = [handler for room in ROOMS for handler in room.HANDLERS]
DEMO = demo.HANDLERS
