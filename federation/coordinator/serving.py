"""A coordinator's life in one process: SuperLink, post, gateway, its course, the operator's page.

All that must last is in the community's folder, so it may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from federation import release
from federation.coordinator.attendance import Attendance
from federation.coordinator.carrying import Carrier
from federation.coordinator.coordinator import Coordinator, Pace
from federation.coordinator.enrolment import Desk
from federation.coordinator.folder import Folder, FolderError
from federation.coordinator.gateway import Gateway, GatewayOptions
from federation.coordinator.going_back import taken_away, wished
from federation.coordinator.instance import Served, ServeError, noted, only_one
from federation.coordinator.overview import Live, Overview, overview
from federation.coordinator.page.server import page_served
from federation.coordinator.post import Post
from federation.coordinator.quality import PublicText
from federation.coordinator.roll import Roll
from federation.coordinator.run import Registry
from federation.coordinator.summing import Patience
from federation.coordinator.superlink import SuperLink
from plm_engine.background import stop_on_signals
from plm_engine.base import BaseModelError, InstalledBase, installed_bases

log = logging.getLogger("plm.coordinator")

_TROUBLE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """How a community is served."""

    cache_dir: Path
    """Where base models lie."""
    gateway: GatewayOptions = field(default_factory=GatewayOptions)
    page_port: int = 0
    """Of the operator's page, on 127.0.0.1; 0 takes any free port."""
    public_text: Path | None = None
    """Paragraphs that no version may make harder to predict; None: some that come with PLM."""
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class _Community:
    """What runs."""

    folder: Folder
    superlink: SuperLink
    post: Post
    attendance: Attendance
    coordinator: Coordinator

    def overview(self) -> Overview:
        live = Live(
            online=self.attendance.online,
            ready=self.coordinator.ready,
            fruitless=self.coordinator.fruitless,
            letters=len(self.post.ledger),
            superlink_is_up=self.superlink.is_up.is_set(),
        )
        return overview(self.folder, live)

    async def run(self) -> None:
        """Hold rounds for ever, and go back where the operator wants it."""
        while True:
            version = await self._rounds_until_wished()
            try:
                await self.coordinator.go_back(version)
            except (OSError, FolderError) as error:
                log.error("cannot go back", extra={"error": str(error)})
            taken_away(self.folder)

    async def _rounds_until_wished(self) -> int:
        """A round that is under way is forgotten then."""
        rounds = asyncio.create_task(self._rounds())
        wish = asyncio.create_task(wished(self.folder))
        try:
            await asyncio.wait({rounds, wish}, return_when=asyncio.FIRST_COMPLETED)
            return rounds.result() if rounds.done() else wish.result()
        finally:
            for task in (rounds, wish):
                task.cancel()
            await asyncio.gather(rounds, wish, return_exceptions=True)

    async def _rounds(self) -> NoReturn:
        while True:
            try:
                await self.coordinator.run()
            except (OSError, FolderError) as error:  # a full disk, as a rule; enrolment goes on
                log.error("cannot go on; trying again", extra={"error": type(error).__name__})
                await asyncio.sleep(_TROUBLE_S)


async def serve(
    folder: Folder, options: ServeOptions, *, on_ready: Callable[[Served], None]
) -> None:
    """Serve a community until SIGTERM or SIGINT.

    Raises `ServeError`, `FolderError`, `BaseModelError`, `SuperLinkError` and `OSError`, each with
    a line for the operator.
    """
    stop = stop_on_signals()
    _as_many_files_as_allowed()
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
        _check(folder)
        stack.enter_context(only_one(folder))
        community = await _brought_up(folder, options, stack)
        attendance, coordinator = community.attendance, community.coordinator
        desk = Desk(folder, attendance.nodes, attendance.roll, lambda: coordinator.newest)
        gateway = Gateway.serving(
            options.gateway, community.superlink, community.post.ledger, desk.enrol
        )
        served = Served(
            pid=os.getpid(),
            port=await stack.enter_async_context(gateway),
            page_port=await stack.enter_async_context(
                page_served(options.page_port, community.overview)
            ),
        )
        stack.enter_context(noted(folder, served))
        course = await stack.enter_async_context(_in_background(community))
        log.info("ready", extra={"port": served.port})
        yield served, course


async def _brought_up(
    folder: Folder, options: ServeOptions, stack: contextlib.AsyncExitStack
) -> _Community:
    quality = await asyncio.to_thread(_quality, folder, options)
    superlink = await stack.enter_async_context(SuperLink.started(folder.path / "superlink"))
    post = await stack.enter_async_context(Post.opened(superlink))
    carrier = await stack.enter_async_context(Carrier.opened(post))
    roll = stack.enter_context(Roll.opened(folder.path))
    attendance = Attendance(post, roll, Registry(superlink))
    coordinator = Coordinator(
        folder, carrier, attendance, quality, pace=options.pace, patience=options.patience
    )
    return _Community(folder, superlink, post, attendance, coordinator)


@contextlib.asynccontextmanager
async def _in_background(community: _Community) -> AsyncIterator[asyncio.Task[None]]:
    course = asyncio.create_task(community.run())
    letting_out = asyncio.create_task(community.attendance.let_out_forever())
    try:
        yield course
    finally:
        for task in (course, letting_out):
            task.cancel()
        await asyncio.gather(course, letting_out, return_exceptions=True)


def _as_many_files_as_allowed() -> None:
    """Each device that waits for mail holds a socket, and the usual limit is a thousand."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _check(folder: Folder) -> None:
    """The operator may have edited the charter. Raises `FolderError`."""
    charter = folder.charter
    _, _, newest = folder.stands()
    said, _ = release.read(newest)
    if (said.community, said.base, said.strategy) != (charter.name, charter.base, charter.strategy):
        raise FolderError(
            "charter.json: name, base and strategy are in every release and cannot be changed."
        )


def _quality(folder: Folder, options: ServeOptions) -> PublicText:
    base = _base(options.cache_dir, folder.charter.base)
    try:
        return PublicText.of(base, options.public_text)
    except UnicodeDecodeError:
        raise ServeError(f"{options.public_text} is no text in UTF-8.") from None


def _base(cache: Path, digest: str) -> InstalledBase:
    for base in installed_bases(cache):
        if base.digest == digest:
            base.verify()
            return base
    raise BaseModelError("The community's base model is not on this machine. Run: plm base build")
