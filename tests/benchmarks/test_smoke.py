import asyncio
import struct
import tempfile
from pathlib import Path

from benchmarks import cpu, phases, targets, wire
from benchmarks.client import Connection, request


def test_a_bare_server_is_started_measured_and_ended(tmp_path: Path) -> None:
    async def run() -> tuple[float, str]:
        async with targets.bare(1, tmp_path) as target:
            found = await phases.read(target, [request("GET", "/health/live")] * 50)
            port = target.port
        assert dict(found.answers) == {"200": 50}
        assert len(found.latencies) == 50
        try:
            await Connection(port).ask(request("GET", "/health/live"))
        except ConnectionRefusedError:
            return found.cpu, "refused"
        return found.cpu, "answered"

    spent, afterwards = asyncio.run(run())
    assert spent > 0
    assert afterwards == "refused"


def test_the_time_of_ended_children_is_kept() -> None:
    async def run() -> tuple[float, float]:
        busy = "python3 -c 'for n in range(3_000_000): pass'"
        shell = await asyncio.create_subprocess_shell(
            f"read go; {busy}; read go", stdin=asyncio.subprocess.PIPE
        )
        assert shell.stdin is not None
        before = cpu.of_trees(shell.pid)
        shell.stdin.write(b"\n")
        await asyncio.sleep(0.3)
        await cpu.settle(lambda: cpu.of_trees(shell.pid))
        after = cpu.of_trees(shell.pid)
        shell.stdin.write(b"\n")
        await shell.wait()
        return before, after

    before, after = asyncio.run(run())
    assert after - before > 0.02


def test_a_connection_that_ends_is_no_answer() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def run() -> str:
        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return (await Connection(port).ask(request("GET", "/"))).label

    assert asyncio.run(run()) == "no answer"


def test_round_trips_are_counted_on_the_wire() -> None:
    def message(kind: bytes, body: bytes = b"") -> bytes:
        return kind + struct.pack("!i", 4 + len(body)) + body

    start = struct.pack("!ii", 8, 196608)
    prepared = message(b"P", b"SELECT 1") + message(b"B") + message(b"E") + message(b"S")

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def run(folder: str) -> tuple[int, int]:
        upstream = await asyncio.start_unix_server(swallow, f"{folder}/.s.PGSQL.5432")
        async with upstream, wire.counted(f"postgresql://p@/d?host={folder}") as (through, dsn):
            path = dsn.partition("host=")[2] + "/.s.PGSQL.5432"
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(start + message(b"Q", b"BEGIN") + prepared)
            writer.write_eof()
            await reader.read()
            writer.close()
            await writer.wait_closed()
            return through.round_trips, through.statements

    with tempfile.TemporaryDirectory() as folder:
        assert asyncio.run(run(folder)) == (2, 2)
