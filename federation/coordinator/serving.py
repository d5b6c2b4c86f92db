"""A coordinator's life in one process: SuperLink, post, gateway, its course, the operator's page.

All that must last is in the community's folder, so it may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import filelock
import msgspec

from federation import release
from federation.calls import UnreachableError
from federation.coordinator.carrying import Carrier
from federation.coordinator.coordinator import Coordinator, Pace
from federation.coordinator.enrolment import Desk
from federation.coordinator.folder import Folder, FolderError
from federation.coordinator.gateway import Gateway, GatewayOptions
from federation.coordinator.post import Post
from federation.coordinator.quality import PublicText
from federation.coordinator.roll import Roll
from federation.coordinator.run import Registry
from federation.coordinator.summing import Patience
from federation.coordinator.superlink import SuperLink
from plm_engine.base import BaseModelError, InstalledBase, installed_bases
from plm_engine.base.files import write_whole

log = logging.getLogger("plm.coordinator")

NOTE = "serving.json"
_TROUBLE_S = 60.0


class ServeError(Exception):
    """Why the coordinator cannot be started: one line for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """How a community is served."""

    cache_dir: Path
    """Where base models lie."""
    gateway: GatewayOptions = field(default_factory=GatewayOptions)
    public_text: Path | None = None
    """Paragraphs that no version may make harder to predict; None: some that come with PLM."""
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)


class Served(msgspec.Struct, frozen=True):
    """A running coordinator, as it is written down in its folder."""

    pid: int
    port: int
    """Of the gateway."""


@dataclass(slots=True)
class Attendance:
    """Who is online, by the names in their certificates."""

    post: Post
    online: int = 0
    """Nodes, at the last look."""

    async def __call__(self) -> list[str]:
        """Nobody, while nobody can tell."""
        try:
            nodes = [str(node.node_id) for node in await self.post.online()]
        except UnreachableError:
            nodes = []
        self.online = len(nodes)
        return nodes


async def serve(
    folder: Folder, options: ServeOptions, *, on_ready: Callable[[Served], None]
) -> None:
    """Serve a community until SIGTERM or SIGINT.

    Raises `ServeError`, `FolderError`, `BaseModelError`, `SuperLinkError` and `OSError`, each with
    a line for the operator.
    """
    stop = _stop_on_signals()
    async with running(folder, options) as (served, course):
        on_ready(served)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, course}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if course.done():
            course.result()
        log.info("stopping")


@contextlib.asynccontextmanager
async def running(
    folder: Folder, options: ServeOptions
) -> AsyncIterator[tuple[Served, asyncio.Task[None]]]:
    """A coordinator that serves until the block is left, and its course, which never ends by
    itself. Raises as `serve`."""
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_only_one(folder))
        quality = await asyncio.to_thread(_quality, folder, options)
        roll = stack.enter_context(Roll.opened(folder.path))
        superlink = await stack.enter_async_context(SuperLink.started(folder.path / "superlink"))
        post = await stack.enter_async_context(Post.opened(superlink))
        carrier = await stack.enter_async_context(Carrier.opened(post))
        attendance = Attendance(post)
        coordinator = Coordinator(
            folder, carrier, attendance, quality, pace=options.pace, patience=options.patience
        )
        desk = Desk(folder, Registry(superlink), roll, lambda: coordinator.newest)
        gateway = Gateway.serving(options.gateway, superlink, post.ledger, desk.enrol)
        served = Served(os.getpid(), await stack.enter_async_context(gateway))
        stack.enter_context(_noted(folder, served))
        course = await stack.enter_async_context(_on_course(coordinator))
        log.info("ready", extra={"port": served.port})
        yield served, course


@contextlib.contextmanager
def _only_one(folder: Folder) -> Iterator[None]:
    charter = folder.charter  # where there is no community, nothing is locked
    lock = filelock.FileLock(folder.path / "coordinator.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise ServeError(f"The community {charter.name} is being served already.") from None
    try:
        yield
    finally:
        lock.release()


def _quality(folder: Folder, options: ServeOptions) -> PublicText:
    charter = folder.charter
    _, _, newest = folder.stands()
    said, _ = release.read(newest)
    if (said.community, said.base, said.strategy) != (charter.name, charter.base, charter.strategy):
        raise FolderError(
            "charter.json: name, base and strategy are in every release and cannot be changed."
        )
    try:
        return PublicText.of(_base(options.cache_dir, charter.base), options.public_text)
    except UnicodeDecodeError:
        raise ServeError(f"{options.public_text} is no text in UTF-8.") from None


def _base(cache: Path, digest: str) -> InstalledBase:
    for base in installed_bases(cache):
        if base.digest == digest:
            base.verify()
            return base
    raise BaseModelError("The community's base model is not on this machine. Run: plm base build")


@contextlib.contextmanager
def _noted(folder: Folder, served: Served) -> Iterator[None]:
    note = folder.path / NOTE
    write_whole(note, msgspec.json.encode(served))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def _on_course(coordinator: Coordinator) -> AsyncIterator[asyncio.Task[None]]:
    course = asyncio.create_task(_run(coordinator))
    try:
        yield course
    finally:
        course.cancel()
        await asyncio.gather(course, return_exceptions=True)


async def _run(coordinator: Coordinator) -> None:
    while True:
        try:
            await coordinator.run()
        except (OSError, FolderError) as error:  # a full disk, as a rule: nodes are still served
            log.error("cannot go on; trying again", extra={"error": type(error).__name__})
            await asyncio.sleep(_TROUBLE_S)


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop
