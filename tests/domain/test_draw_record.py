"""The file by which anybody can repeat a draw."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from scheduler.cli import main
from scheduler.domain.draw import Wish, draw
from scheduler.domain.draw_record import NotARecord, differences, read, read_either, shown, written
from tests.domain.test_draw import SEED, times

EVENT = UUID(int=5)
WISHES = [
    Wish("ticket-aa", 1, ["s1", "s0"]),
    Wish("ticket-bb", 0, ["s0"]),
    Wish("ticket-cc", 0, ["s0"]),
]


def record(**changed: Any) -> bytes:
    content = written(EVENT, SEED, times(2), draw(SEED, times(2), WISHES))
    return json.dumps(json.loads(content) | changed).encode()


def test_a_draw_is_repeated_from_its_file() -> None:
    assert differences(read(record())) == []


def test_in_the_file_nothing_tells_who_came_first() -> None:
    kept = written(EVENT, SEED, times(2), draw(SEED, times(2), WISHES))
    other = written(EVENT, SEED, times(2)[::-1], draw(SEED, times(2), WISHES[::-1]))
    assert kept == other


def test_colleagues_can_repeat_it_and_do_not_read_how_due_anybody_was() -> None:
    content = shown(record())
    assert differences(read_either(content)) == []
    assert b"due" not in content
    assert not any(wish.ticket.encode() in content for wish in WISHES)
    with pytest.raises(NotARecord, match="not all of it"):
        read(content)
    order = json.loads(content) | {"order": json.loads(content)["order"][::-1]}
    assert differences(read_either(json.dumps(order).encode()))


def test_another_seed_than_the_promised_one_is_found_out() -> None:
    (first, *_) = differences(read(record(seed="00" * 32)))
    assert first == "The seed is not the one that was promised before the wishes closed."


def test_another_outcome_is_found_out() -> None:
    found = differences(read(record(places={"ticket-aa": "s1"})))
    assert len(found) == 1
    assert found[0].endswith(" draws s0, but the file says nothing.")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"seed": "5e"}, "`$.seed`"),
        ({"chairtime_draw": 3}, "chairtime_draw"),
        ({"names": []}, "unknown field `names`"),
        ({"times": [{"id": "s0", "starts_at": "2026-12-03T09:00:00"}]}, "$.times[0].starts_at"),
        ({"times": [{"id": "s0", "starts_at": "2026-12-03T09:00:00Z"}] * 2}, "'s0' is there twice"),
        ({"wishes": [{"ticket": "aa", "due": 0, "slots": []}] * 2}, "'aa' is there twice"),
        ({"wishes": [{"ticket": "aa", "due": 0, "slots": ["s0"] * 2}]}, "wishes for 's0' twice"),
        ({"wishes": [{"ticket": "aa", "due": 0, "slots": ["s7"]}]}, "'s7', which is no time"),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(NotARecord) as refused:
        read(record(**changed))
    assert why in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"null"])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(NotARecord):
        read(content)


def verify(file: Path, content: bytes) -> tuple[int, str, str]:
    file.write_bytes(content)
    done = CliRunner().invoke(main, ["draw", "verify", str(file)])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_says_that_all_is_well(tmp_path: Path) -> None:
    done = verify(tmp_path / "draw.json", record())
    assert done == (0, "3 wishes, 2 times given: as it must be.\n", "")


def test_the_command_refuses_a_draw_that_was_tampered_with(tmp_path: Path) -> None:
    code, out, err = verify(tmp_path / "draw.json", record(places={"ticket-aa": "s1"}))
    assert (code, out) == (1, "")
    assert "draws s0" in err


def test_the_command_refuses_what_is_no_record(tmp_path: Path) -> None:
    code, out, err = verify(tmp_path / "draw.json", b"{}")
    assert (code, out) == (1, "")
    assert err.startswith("draw.json: This is not the file of a draw:")
    assert err.count("\n") == 1
