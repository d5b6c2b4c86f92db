"""``plm coordinator``: bring people together whose models get better together."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from daemon import logs, paths
from daemon.cli import community_members
from daemon.cli.community_status import community_status, show
from daemon.cli.output import json_option, one_line_for, print_json
from daemon.cli.progress import stages
from daemon.service import notify
from federation import invitation
from federation.coordinator.folder import Charter, Folder, FolderError
from federation.coordinator.founding import found, new_token
from federation.coordinator.founding import invitation as invitation_to
from federation.coordinator.going_back import go_back
from federation.coordinator.instance import Served, ServeError
from federation.coordinator.round import SMALLEST_GROUP
from federation.secure_sum.parameters import MAX_MEMBERS
from federation.strategies import DEFAULT, STRATEGIES
from plm_engine.base import BaseModelError, ensure_base

if TYPE_CHECKING:
    from federation.coordinator.serving import ServeOptions

PORT = 41718
PAGE_PORT = 41719
_MAY_COME_AGAIN = (
    "Its user can join anew with the invitation: plm coordinator invite --new-token ends that."
)
_HERE = frozenset({"127.0.0.1", "localhost"})

existing_folder = click.argument(
    "folder",
    metavar="[DIR]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="Bring people together whose models get better together.")
def command() -> None:
    """Bring people together whose models get better together.

    A coordinator belongs to one community, which lives in the folder DIR. Without DIR it is one
    of your own, in PLM's data folder, to try things out.
    """


@command.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", required=True, help="Of the community, for people; it stays.")
@click.option("--url", required=True, help="Where devices reach it: https://HOST[:PORT].")
@click.option("--strategy", type=click.Choice(list(STRATEGIES)), default=DEFAULT, show_default=True)
@click.option(
    "--cohort",
    type=click.IntRange(min=SMALLEST_GROUP),
    default=30,
    show_default=True,
    help="Devices in a round.",
)
@click.option(
    "--groups",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Sum so many parts of a cohort apart; three or more outvote who poisons.",
)
@click.option(
    "--noise",
    type=click.FloatRange(min=0, max=1e3, max_open=True),
    default=0.0,
    show_default=True,
    help="Noise multiplier: the noise of the sum, in clipping norms.",
)
@click.option(
    "--norm",
    type=click.FloatRange(min=0, min_open=True, max=1e6, max_open=True),
    default=1.0,
    show_default=True,
    help="Clipping norm of the first round; it follows the updates.",
)
@click.option(
    "--token",
    help="Whoever joins must have it; it is in the invitation. Empty: anybody may join.  "
    "[default: a random one]",
)
@click.option(
    "--from-release",
    "starter",
    metavar="FILE",
    type=existing_file,
    help="Start with the adapter of another community: a file of its folder releases.",
)
def init(
    folder: Path,
    *,
    name: str,
    url: str,
    strategy: str,
    cohort: int,
    groups: int,
    noise: float,
    norm: float,
    token: str | None,
    starter: Path | None,
) -> None:
    """Found a community in the folder DIR, which then holds its keys."""
    if cohort < groups * SMALLEST_GROUP:
        raise click.UsageError(
            f"{groups} groups need a cohort of {groups * SMALLEST_GROUP} or more."
        )
    if cohort > groups * MAX_MEMBERS:
        raise click.UsageError(f"A group has {MAX_MEMBERS:,} devices at most: take more groups.")
    with one_line_for(FolderError, BaseModelError, OSError, invitation.InvitationError):
        made = _found(
            folder,
            starter,
            name=name,
            url=url,
            strategy=strategy,
            cohort=cohort,
            groups=groups,
            noise_multiplier=noise,
            norm=norm,
            token=new_token() if token is None else token,
        )
    click.echo(f"{made.charter.name}: {folder}")


@command.command()
@existing_folder
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True)
@click.option("--certificate", type=existing_file, help="PEM file with the server's chain.")
@click.option("--key", type=existing_file, help="PEM file with its key.")
@click.option(
    "--behind-proxy", is_flag=True, help="A proxy of yours does TLS and says who the client is."
)
@click.option(
    "--page-port",
    type=click.IntRange(0, 65_535),
    default=PAGE_PORT,
    show_default=True,
    help="Of the operator's page and metrics, on 127.0.0.1.",
)
@click.option(
    "--public-text",
    type=existing_file,
    help="Paragraphs to judge versions by, instead of those that come with PLM.",
)
@click.option(
    "--look-every",
    type=click.FloatRange(min=0.1),
    default=30.0,
    show_default=True,
    help="Seconds between looks for devices that are ready.",
)
def serve(
    folder: Path | None,
    *,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    behind_proxy: bool,
    page_port: int,
    public_text: Path | None,
    look_every: float,
) -> None:
    """Serve the community in the folder DIR until Ctrl+C.

    Without DIR it is a small one in PLM's data folder, made at the first start, that only this
    machine can reach.
    """
    is_for_others = host not in _HERE or behind_proxy or certificate is not None
    if is_for_others and folder is None:
        raise click.UsageError("A community that others can reach needs a folder: give DIR.")
    if host not in _HERE and certificate is None and not behind_proxy:
        raise click.UsageError("Others may listen in: give --certificate, or --behind-proxy.")
    from federation.coordinator import serving  # noqa: PLC0415 - it brings Flower
    from federation.coordinator.admission import Limits  # noqa: PLC0415
    from federation.coordinator.coordinator import Pace  # noqa: PLC0415
    from federation.coordinator.gateway import GatewayOptions  # noqa: PLC0415

    logs.set_up()
    options = serving.ServeOptions(
        cache_dir=paths.cache_dir(),
        gateway=GatewayOptions(
            host=host,
            port=port,
            certificate=certificate,
            key=key,
            limits=Limits(behind_proxy=behind_proxy),
        ),
        page_port=page_port,
        public_text=public_text,
        pace=Pace(look_s=look_every),
    )
    _serve(folder, options)


def _serve(folder: Path | None, options: ServeOptions) -> None:
    from federation.coordinator.serving import serve as serve_community  # noqa: PLC0415
    from federation.coordinator.superlink import SuperLinkError  # noqa: PLC0415

    def on_ready(served: Served) -> None:
        scheme = "https" if options.gateway.certificate else "http"
        click.echo(f"ready: {scheme}://{options.gateway.host}:{served.port}")
        click.echo(f"page: http://127.0.0.1:{served.page_port}/")
        if folder is None:
            here = msgspec.structs.replace(
                community.charter, url=f"http://{options.gateway.host}:{served.port}"
            )
            community.write_charter(here)
            click.echo(f"invitation: {invitation.written(invitation_to(community))}")
        notify.ready()

    with one_line_for(ServeError, FolderError, BaseModelError, SuperLinkError, OSError):
        community = Folder(folder) if folder else _own()
        asyncio.run(serve_community(community, options, on_ready=on_ready))


@command.command()
@existing_folder
@click.option(
    "--certificates",
    type=existing_file,
    help="PEM file of who vouches for the server, where devices' systems do not know them.",
)
@click.option(
    "--new-token",
    "renews",
    is_flag=True,
    help="From now on nobody new joins with lines that were printed before.",
)
def invite(folder: Path | None, certificates: Path | None, renews: bool) -> None:
    """Print the line with which others join. Who has it can join: hand it out with care."""
    with one_line_for(FolderError, OSError, invitation.InvitationError, UnicodeDecodeError):
        vouching = certificates.read_text("ascii") if certificates else ""
        community = Folder(folder or _own_folder())
        if renews:
            community.write_charter(msgspec.structs.replace(community.charter, token=new_token()))
        line = invitation.written(invitation_to(community, vouching))
        invitation.read(line)
    click.echo(line)


@command.command()
@existing_folder
@json_option
def status(folder: Path | None, as_json: bool) -> None:
    """How the community stands: rounds, versions, privacy; nothing of any one device."""
    with one_line_for(FolderError):
        said = community_status(Folder(folder or _own_folder()))
    if as_json:
        print_json(said)
    else:
        show(said)


@command.command("rollback")
@click.argument("version", type=click.IntRange(min=0))
@existing_folder
def roll_back(version: int, folder: Path | None) -> None:
    """Publish VERSION of the shared adapter again, whether the coordinator runs or not.

    It gets a new number, and devices use it as soon as they have it. A round that is under way is
    given up.
    """
    with one_line_for(FolderError, OSError):
        newest = go_back(Folder(folder or _own_folder()), version)
    click.echo(f"Version {version} is published again, as version {newest}.")


@command.command()
@existing_folder
@json_option
def members(folder: Path | None, as_json: bool) -> None:
    """List the devices: the day each enrolled, and the last day on which it was online."""
    with one_line_for(FolderError):
        found = community_members.members_of(Folder(folder or _own_folder()))
    if as_json:
        print_json(found)
    else:
        community_members.show(found)


@command.command()
@click.argument("node")
@existing_folder
@click.option("--yes", is_flag=True, help="Do not ask.")
def expel(node: str, folder: Path | None, yes: bool) -> None:
    """Let the device NODE in no more, whether the coordinator runs or not.

    Its user is told. NODE is its number, which `members` lists here and `plm federation status`
    says there.
    """
    if not yes:
        click.confirm(f"Expel {node} for good?", abort=True)
    with one_line_for(FolderError):
        community_members.expel(Folder(folder or _own_folder()), node)
    click.echo(f"{node} is expelled. {_MAY_COME_AGAIN}")


def _own_folder() -> Path:
    return paths.data_dir() / "community"


def _own() -> Folder:
    folder = Folder(_own_folder())
    if (folder.path / "charter.json").exists():
        return folder
    return _found(
        folder.path,
        name="My community",
        url=f"http://127.0.0.1:{PORT}",
        strategy=DEFAULT,
        cohort=SMALLEST_GROUP,
        token=new_token(),
    )


def _found(path: Path, starter: Path | None = None, **said: object) -> Folder:
    with stages() as report:
        base = ensure_base(paths.cache_dir(), report)
    try:
        charter = msgspec.convert({**said, "base": base.digest}, Charter)
    except msgspec.ValidationError as error:
        raise FolderError(f"This is no community: {error}") from None
    invitation.check_url(charter.url)
    return found(path, charter, base, starter)
