"""``plm run``: the daemon in the foreground."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import click

from daemon import logs, paths
from daemon.browsers import CHROMIUM_EXTENSION, FIREFOX_EXTENSION, extension_folders
from daemon.cli.output import command_name, one_line_for
from daemon.cli.progress import stages
from daemon.instance import DEFAULT_PORT, ServerInfo, StartError
from daemon.server import ServeOptions, serve
from plm_engine.base import BaseModelError, ensure_base, installed


@click.command(short_help="Start the daemon in the foreground.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where to listen on 127.0.0.1; 0 takes any free port.",
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Log to this file, a few megabytes at most, instead of stderr.",
)
@click.option("--verbose", is_flag=True, help="Log every request (never its content).")
def command(port: int, log_file: Path | None, verbose: bool) -> None:
    """Start the daemon in the foreground; Ctrl+C stops it.

    The first start fetches and converts the base model.
    """
    with one_line_for(OSError):
        logs.set_up(log_file, level=logging.DEBUG if verbose else logging.INFO)
    options = ServeOptions(data_dir=paths.data_dir(), cache_dir=paths.cache_dir(), port=port)
    with one_line_for(StartError, BaseModelError):
        if installed(options.cache_dir) is None:
            with stages() as report:
                ensure_base(options.cache_dir, report)
        asyncio.run(serve(options, on_ready=_announce))


def _announce(info: ServerInfo) -> None:
    click.echo(f"ready: {info.url}")
    click.echo(_how_to_load(), err=True)


def _how_to_load() -> str:
    if not extension_folders():
        return "Open this address to try PLM without a browser extension."
    return (
        "To use PLM in a browser, load the extension, then pair it:\n"
        "  Chromium  chrome://extensions, Developer mode, Load unpacked:\n"
        f"            {CHROMIUM_EXTENSION}\n"
        "  Firefox   about:debugging#/runtime/this-firefox, Load Temporary Add-on:\n"
        f"            {FIREFOX_EXTENSION / 'manifest.json'}\n"
        f"  Pair      {command_name()} pair"
    )
