"""docs/cli.md, from the commands themselves: ``python -m daemon.cli.reference > docs/cli.md``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from daemon.cli import main

_WIDTH = 100
_HEAD = """\
# Commands

Written by `python -m daemon.cli.reference`; a test keeps it true. Commands leave with exit code 0
when done, 1 with one clear line on stderr when they failed, 2 when they were called wrongly.
`PLM_DATA_DIR`, `PLM_CACHE_DIR` and `PLM_CONFIG_DIR` move PLM's folders."""


def reference() -> str:
    """The whole page."""
    context = click.Context(main, info_name="plm", terminal_width=_WIDTH, **main.context_settings)
    return "\n\n".join([_HEAD, *_sections(main, context)]) + "\n"


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    depth = "##" if context.parent is None or context.parent.parent is None else "###"
    yield f"{depth} `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _sections(child, click.Context(child, info_name=name, parent=context))


if __name__ == "__main__":
    click.echo(reference(), nl=False)
