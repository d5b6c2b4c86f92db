"""``plm base``: base models on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from daemon import paths
from daemon.cli.output import json_option, one_line_for, print_json
from plm_engine.base import BaseModelError, ensure_base, installed, installed_bases
from plm_engine.base.catalogue import DEFAULT

_NEXT_START = "It is used from the next start of the daemon on."


@click.group(short_help="Base models on this machine.")
def command() -> None:
    """Base models on this machine."""


@command.command("list")
@json_option
def list_bases(as_json: bool) -> None:
    """List the converted base models."""
    rows = [
        {
            "name": base.name,
            "licence": base.manifest["licence"],
            "megabytes": round(base.size_bytes / 1e6),
            "quantisation": base.manifest["quantisation"],
            "default": base.name == DEFAULT.name,
            "folder": str(base.folder),
        }
        for base in installed_bases(paths.cache_dir())
    ]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("No base model yet. Make one with: plm base build")
    for row in rows if not as_json else ():
        click.echo(f"{row['name']}  {row['megabytes']} MB  {row['licence']}  {row['folder']}")


@command.command("build")
@click.option("--again", is_flag=True, help="Convert anew even if it is there.")
def build(again: bool) -> None:
    """Fetch and convert the base model now instead of at the first start."""
    cache = paths.cache_dir()
    if not again and installed(cache):
        return
    from daemon.cli.progress import stages  # noqa: PLC0415 - every `make` passes here

    with one_line_for(BaseModelError), stages() as report:
        base = ensure_base(cache, report, again=again)
    click.echo(f"{base.name}: {base.folder}")


@command.group("adapter", short_help="An adapter that many people share.")
def adapter() -> None:
    """An adapter that many people share, fused with what was learned from you."""


@adapter.command("install")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def install_adapter(folder: Path) -> None:
    """Use the LoRA adapter in FOLDER, as peft saves it, for all of your personas."""
    from plm_engine.adapters.low_rank import AdapterError  # noqa: PLC0415 - only needed here
    from plm_engine.adapters.shared import install_shared  # noqa: PLC0415

    base = installed(paths.cache_dir())
    if base is None:
        raise click.ClickException("No base model yet. Make one with: plm base build")
    with one_line_for(AdapterError, OSError):
        install_shared(folder, _shared_file(), base)
    click.echo(_NEXT_START)


@adapter.command("remove")
def remove_adapter() -> None:
    """Use no shared adapter any more."""
    file = _shared_file()
    if not file.exists():
        raise click.ClickException("No adapter is installed.")
    file.unlink()
    click.echo("It is not used any more from the next start of the daemon on.")


def _shared_file() -> Path:
    from plm_engine.adapters.shared import SHARED_FILE  # noqa: PLC0415 - only needed here

    return paths.data_dir() / SHARED_FILE
