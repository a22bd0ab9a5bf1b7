"""What was done, in words: the audit log keeps codes. And what was sent, by kind."""

from scheduler import i18n
from scheduler.i18n import Sentence, say

NOBODY = say("Whoever runs Chairtime")
COLLEAGUE = say("A colleague")
DEEDS = {
    "booking.cancel": say("{who} gave back or cancelled a time"),
    "booking.checked_in": say("{who} marked that somebody had arrived"),
    "booking.claim": say("{who} booked a time"),
    "booking.completed": say("{who} marked a massage as finished"),
    "booking.confirmed": say("{who} took back a mark of attendance"),
    "booking.draw": say("A draw gave somebody a time"),
    "booking.decline": say("{who} declined the time that they had been moved to"),
    "booking.keep": say("{who} kept the time that they had been moved to"),
    "booking.move": say("{who} moved a booking"),
    "booking.no_show": say("{who} marked that somebody did not come"),
    "booking.prefer": say("{who} changed what they prefer at the chair"),
    "draw.announce": say("{who} announced a draw, or moved its moment"),
    "draw.run": say("The times of a day were drawn"),
    "draw.take_back": say("{who} took a draw back"),
    "draw.wish": say("{who} wished for a time"),
    "draw.withdraw": say("{who} took a wish back"),
    "booking.walk_in": say("{who} let somebody take a time at the chair"),
    "booking.reseat": say("{who} took a chair out, which moved or ended a booking"),
    "event.announce": say("{who} wrote to people of a massage day"),
    "event.cancel": say("{who} cancelled a massage day"),
    "event.change": say("{who} changed a massage day"),
    "event.create": say("{who} planned a massage day"),
    "event.invite": say("{who} sent invitations"),
    "event.nudge": say("{who} told those who asked for it that times are free"),
    "event.publish": say("{who} published a massage day"),
    "event.repeat": say("{who} planned a day for the months to come"),
    "identity_provider.remove": say("{who} ended the sign-in with a company account"),
    "identity_provider.set_up": say("{who} set up the sign-in with a company account"),
    "mail.choose": say("{who} chose which messages to get"),
    "offer.make": say("A time that opened was offered to somebody in line"),
    "offer.pass": say("{who} passed on a time that was held for them"),
    "organisation.add": say("{who} added the organisation"),
    "organisation.change": say("{who} changed the organisation’s settings"),
    "organisation.fairness": say("{who} changed who gets a time"),
    "pacing.change": say("{who} changed the breaks and limits for therapists"),
    "slot.give": say("What was left of a missed time was given to others"),
    "standby.join": say("{who} could come at short notice"),
    "standby.leave": say("{who} could not come at short notice any more"),
    "person.admin": say("{who} gave the role admin"),
    "person.coordinator": say("{who} gave the role coordinator"),
    "person.employee": say("{who} gave the role employee"),
    "person.end_admin": say("{who} took away the role admin"),
    "person.end_coordinator": say("{who} took away the role coordinator"),
    "person.end_employee": say("{who} took away the role employee"),
    "person.end_therapist": say("{who} took away the role therapist"),
    "person.erase": say("{who} had their own data erased"),
    "person.import": say("{who} imported employees from a file"),
    "person.remove": say("{who} took somebody out of the organisation"),
    "person.rename": say("{who} changed the name that they go by"),
    "person.therapist": say("{who} gave the role therapist"),
    "session.begin": say("{who} signed in"),
    "session.end_all": say("{who} signed out everywhere"),
    "shift.back": say("{who} brought a chair back into use"),
    "shift.delay": say("{who} said how late a chair runs"),
    "shift.out": say("{who} took a chair out of use and moved its people"),
    "shift.substitute": say("{who} gave a shift to a substitute"),
    "token.add": say("{who} made a token for programs"),
    "waitlist.join": say("{who} joined the line for a time, or changed what suits"),
    "waitlist.leave": say("{who} left the line for a time"),
}
UNKNOWN = say("{who} did something that has no words yet")
MESSAGES = {
    "announcement": say("A message from a coordinator"),
    "cancellation": say("Your time was cancelled"),
    "draw_missed": say("No time for you in a draw"),
    "day_off": say("A day that you waited for was cancelled"),
    "invitation": say("An invitation to a massage day"),
    "invite": say("The calendar entry of your time"),
    "nudge": say("Word that times are left"),
    "offer": say("A time that was held for you"),
    "open_now": say("A time that was free at short notice"),
    "rating_request": say("The question how it was"),
    "reminder_day": say("A reminder the day before"),
    "reminder_hour": say("A reminder an hour before"),
    "reseated": say("The time that you were moved to"),
    "sign_in": say("A code to sign in"),
    "unseated": say("Your time was cancelled, as a therapist or a chair was missing"),
}
STATUSES = {
    "cancelled": say("Given back or cancelled"),
    "checked_in": say("Arrived"),
    "completed": say("Finished"),
    "confirmed": say("Booked"),
    "no_show": say("Did not come"),
}


def told(action: str, who: str | None) -> str:
    """In the language that is being spoken. Without `who` it was a command at a terminal."""
    sentence = DEEDS.get(action, UNKNOWN)
    return i18n.translate(sentence.fill(who=who or NOBODY))


def message(kind: str) -> Sentence | str:
    return MESSAGES.get(kind, kind)
