"""Bodies and headers that cannot be read, and methods and addresses that are not there."""

from tests.web.bad import Bad, invalid, missing, refused

JSON = {"content-type": "application/json"}
NEEDS_TOKEN = (401, "not_signed_in", 'Send a valid token: "Authorization: Bearer …".')
TOO_LARGE = (413, "too_large", "This is more than fits. Send less at once.")
NO_METHOD = (405, "method_not_allowed", "This address does not know that method.")
PLAN = "POST /events"


def unread(title: str, content: bytes, sentence: str, who: str = "hana") -> Bad:
    return invalid(title, who, PLAN, [("", sentence)], content=content, headers=JSON)


def shaped(title: str, content: bytes, what: str) -> Bad:
    return unread(title, content, f"The body must be an object, not {what}.")


def no_number(title: str, number: bytes, sentence: str, field: str = "") -> Bad:
    return invalid(
        title, "hana", PLAN, [(field, sentence)], headers=JSON,
        content=b'{"slot_minutes": ' + number + b"}",
    )  # fmt: skip


BODIES = [
    unread("nothing", b"", "The body is missing. Send a JSON object."),
    unread("half of it", b'{"title": "Chair', "The body is not JSON: it ends too early."),
    unread("a form", b"title=Chair+massage", "The body is not JSON: look at byte 5."),
    unread("UTF-16", '{"title": "m"}'.encode("utf-16"), "The body is not JSON: look at byte 1."),
    unread("a byte order mark", b"\xef\xbb\xbf{}", "The body is not JSON: look at byte 1."),
    unread("Windows-1252", b'{"title": "B\xfcro"}', "The body is not text in UTF-8."),
    unread("a surrogate in UTF-8", b'{"title": "\xed\xa0\x80"}', "The body is not text in UTF-8."),
    unread("half a surrogate pair", rb'{"title": "\ud800 Chair massage"}',
           "The body is not JSON: look at byte 18."),
    unread("a NUL byte", b'{"title": "m\x00"}', "The body is not JSON: look at byte 13."),
    shaped("a list", b"[] and more", "a list"),
    shaped("text", b'"title"', "text"),
    shaped("a number", b"5", "a number"),
    shaped("null", b"null", "null"),
    shaped("many lists", b"[" * 100_000, "a list"),
    invalid("many objects", "hana", PLAN,
            [("a", "This is not known here. Check how it is spelled, or leave it out.")],
            content=b'{"a":' * 100_000, headers=JSON),
    no_number("NaN", b"NaN", "The body is not JSON: look at byte 18."),
    no_number("Infinity", b"Infinity", "The body is not JSON: look at byte 18."),
    no_number("a leading zero", b"015", "The body is not JSON: look at byte 19."),
    no_number("1e999", b"1e999", "This is too large a number.", "slot_minutes"),
    no_number("5000 digits", b"1" * 5000, "This is too large a number.", "slot_minutes"),
    refused("10 MB", "hana", PLAN, TOO_LARGE, content=b" " * 10_000_000, headers=JSON),
    refused("10 MB to claim with", "emil", "POST /slots/{open}/booking", TOO_LARGE,
            content=b" " * 10_000_000, headers=JSON),
]  # fmt: skip


def unsigned(title: str, header: str | bytes | None) -> Bad:
    headers = {} if header is None else {"authorization": header}
    return refused(title, "anonymous", "GET /events", NEEDS_TOKEN, headers=headers)


def no_key(title: str, key: str | bytes) -> Bad:
    sentence = "Use 1 to 255 printable ASCII characters."
    headers = {"idempotency-key": key}
    return invalid(
        title, "emil", "POST /slots/{open}/booking", [("Idempotency-Key", sentence)],
        headers=headers,
    )  # fmt: skip


HEADERS = [
    unsigned("no token", None),
    unsigned("an empty header", ""),
    unsigned("no scheme", "abcdef"),
    unsigned("another scheme", "Basic aGFuYTpoYW5h"),
    unsigned("an empty token", "Bearer  "),
    unsigned("a wrong token", "Bearer abcdef"),
    unsigned("a token that is not ASCII", b"Bearer \xfc\xff"),
    unsigned("a long token", "Bearer " + "m" * 8000),
    unsigned("two tokens", "Bearer {token} {token}"),
    no_key("an empty key", ""),
    no_key("a key too long", "m" * 256),
    no_key("a key that is not ASCII", "schlüssel".encode()),
    no_key("a tab in the key", "a\tb"),
]

METHODS = [
    refused("an event deleted", "hana", "DELETE /events/{day}", NO_METHOD),
    refused("an event put", "hana", "PUT /events/{day}", NO_METHOD, json={}),
    refused("a claim read", "emil", "GET /slots/{open}/booking", NO_METHOD),
    refused("a list posted", "hana", "POST /bookings", NO_METHOD, json={}),
    refused("a method nobody knows", "hana", "BREW /events", NO_METHOD),
]

ADDRESSES = [
    missing("no such address", "hana", "GET /appointments"),
    missing("a word for an id", "hana", "GET /events/christmas"),
    missing("a number for an id", "hana", "GET /events/1"),
    missing("a huge number for an id", "hana", f"GET /events/{10**30}"),
    missing("SQL for an id", "hana", "GET /events/{day}'%20OR%20'1'='1"),
    missing("NUL in an id", "hana", "GET /events/{day}%00"),
    missing("a path that climbs", "hana", "GET /events/%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
    missing("no UTF-8 in a path", "hana", "GET /events/%ff%fe"),
    missing("percent signs that stand for nothing", "hana", "GET /events/%zz%"),
    missing("an id that is nobody's", "hana", "GET /events/00000000-0000-0000-0000-000000000000"),
    missing("a booking for an event", "hana", "GET /events/{booking}"),
    missing("another organisation's day", "hana", "GET /events/{other_day}"),
    missing("another organisation's slots", "emil", "GET /events/{other_day}/slots"),
    missing("another organisation's report", "hana", "GET /events/{other_day}/report"),
    missing("a therapist's roster, for an employee", "emil", "GET /roster?date=2026-12-03"),
    missing("a feed that is none", "anonymous", "GET ../../calendars/%00.ics"),
    missing("an endless feed", "anonymous", f"GET ../../calendars/{'m' * 5000}.ics"),
]


def query(title: str, request: str, field: str, sentence: str) -> Bad:
    return invalid(title, "hana", f"GET {request}", [(field, sentence)])


NOT_A_DAY = "This must be a day that exists, such as 2026-12-03."
STATUSES = "draft, published, cancelled, finished"
NO_PAGE = "This page is not there any more. Start again without “after”."
QUERIES = [
    query("no items", "/events?limit=0", "limit", "This must be at least 1."),
    query("too many items", "/people?limit=201", "limit", "This must be at most 200."),
    query("a word as limit", "/events?limit=abc", "limit", "This must be a whole number."),
    query("half an item", "/events?limit=1.5", "limit", "This must be a whole number."),
    query("a huge limit", f"/events?limit={10**30}", "limit", "This must be at most 200."),
    query("NUL as limit", "/events?limit=%00", "limit", "This must be a whole number."),
    query("a page nobody knows", "/events?after=garbage", "after", NO_PAGE),
    query("NUL as page", "/people?after=%00", "after", NO_PAGE),
    query("a page too long", f"/events?after={'m' * 101}", "after",
          "This must have at most 100 characters."),
    query("no date to begin", "/events?from=not-a-date", "from", NOT_A_DAY),
    query("30 February to end", "/events?to=2026-02-30", "to", NOT_A_DAY),
    query("no status", "/events?status=secret", "status",
          f"“secret” is none of the choices: {STATUSES}."),
    query("no roster's date", "/roster", "date", "This is missing from the address."),
    query("an empty date", "/roster?date=", "date", NOT_A_DAY),
    query("a date too late", "/roster?date=10000-01-01", "date", NOT_A_DAY),
    invalid("neither yes nor no", "hana", "PATCH /events/{day}?confirm=maybe",
            [("confirm", "This must be true or false.")], json={"title": "Massage"}),
]  # fmt: skip

CASES = [*BODIES, *HEADERS, *METHODS, *ADDRESSES, *QUERIES]
