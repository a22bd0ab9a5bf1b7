"""Writes the parts of the documentation that the program itself knows best."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from scheduler.app import create_app
from scheduler.cli import main
from scheduler.settings import load

HERE = Path(__file__).parent
WIDTH = 88


def openapi() -> str:
    document = create_app(load({})).openapi_schema.to_schema()
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def commands() -> str:
    """Each command's own --help, in the order of the help."""
    root = main.make_context("chairtime", [], resilient_parsing=True, terminal_width=WIDTH)
    parts = [f"## {one.command_path}\n\n```text\n{one.get_help()}\n```" for one in _walk(root)]
    return "\n\n".join(["# Commands\n\nWhat `--help` says, of every command.", *parts, ""])


def _walk(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name, command in sorted(context.command.commands.items()):
            yield from _walk(click.Context(command, context, info_name=name, terminal_width=WIDTH))


FILES = {"openapi.json": openapi, "commands.md": commands}

if __name__ == "__main__":
    for name, write in FILES.items():
        (HERE / name).write_text(write(), encoding="utf-8")
