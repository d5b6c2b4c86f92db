"""The daemon's life: start, serve, stop without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import logging
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from daemon.completions import Completions
from daemon.connections import Connections
from daemon.federation.federating import Federating
from daemon.federation.schedule import FederationSchedule
from daemon.federation.shared_files import file_in_use
from daemon.federation.trial import Trial
from daemon.guard import OriginRule, guard_middleware, is_extension_origin, is_own_origin
from daemon.instance import (
    DEFAULT_PORT,
    ServerInfo,
    StartError,
    listen,
    noted,
    own_info,
    single_instance,
)
from daemon.learning.learning import Learning
from daemon.learning.schedule import Schedule
from daemon.lobby import Limits, Lobby
from daemon.pairing import Gatekeeper, renew_cli_secret
from daemon.playground.page import add_playground
from daemon.service import notify
from daemon.services import Services
from daemon.sessions import Sessions
from daemon.store import STORE_FILE, Store, StoreError, StoreKey, load_key
from daemon.tally import Tally
from daemon.worker_process import end_leftovers
from daemon.writing import Writing
from plm_engine.background import stop_on_signals
from plm_engine.base import BaseModelError, InstalledBase, installed
from plm_engine.completion.engine import CompletionEngine
from plm_engine.evaluation.changes import changes
from plm_engine.runtime.trimming import keep_large_blocks_apart

log = logging.getLogger("plm.server")

KEEPALIVE_S = 15
SHUTDOWN_S = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """Where the daemon listens and keeps its things."""

    data_dir: Path
    cache_dir: Path
    port: int = DEFAULT_PORT
    """0 takes any free port."""
    limits: Limits = field(default_factory=Limits)


async def serve(options: ServeOptions, *, on_ready: Callable[[ServerInfo], None]) -> None:
    """Run the daemon until SIGTERM or SIGINT. Raises `StartError` with a line for the user."""
    keep_large_blocks_apart()
    stop = stop_on_signals()
    async with running(options) as info:
        on_ready(info)
        async with _supervised():
            await stop.wait()
            log.info("stopping")


@contextlib.asynccontextmanager
async def running(options: ServeOptions) -> AsyncIterator[ServerInfo]:
    """A daemon that serves for as long as the block lasts."""
    version = importlib.metadata.version("plm")
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(single_instance(options.data_dir))
        listener = stack.enter_context(contextlib.closing(listen(options.port)))
        info = own_info(listener, version)
        services = await stack.enter_async_context(_services(options, version))
        await stack.enter_async_context(_listening(services, options, listener, info.port))
        stack.enter_context(noted(options.data_dir, info))
        log.info("ready", extra={"port": info.port, "version": version, "base": services.base})
        yield info


@contextlib.asynccontextmanager
async def _services(options: ServeOptions, version: str) -> AsyncIterator[Services]:
    async with contextlib.AsyncExitStack() as stack:
        await asyncio.to_thread(end_leftovers)
        try:
            key, store = await asyncio.to_thread(_open_store, options.data_dir)
            stack.push_async_callback(asyncio.to_thread, store.close)
            base, engine = await asyncio.to_thread(_open_engine, options.cache_dir)
            writing = await asyncio.to_thread(
                Writing, store, engine.vocabulary, base, _shared(options.data_dir, store)
            )
            await asyncio.to_thread(writing.remember_all)
            completions_on = await asyncio.to_thread(store.settings.completions)
            preferred = await asyncio.to_thread(store.settings.preferred)
            learns = await asyncio.to_thread(store.settings.learning)
            quiet_hours = await asyncio.to_thread(store.settings.quiet_hours)
            limits = await asyncio.to_thread(store.settings.federation_limits)
        except (StoreError, BaseModelError) as error:
            raise StartError(str(error)) from error
        tally = Tally(store)
        stack.push_async_callback(tally.keep)
        keeping = asyncio.create_task(tally.keep_regularly())
        stack.callback(keeping.cancel)
        completions = Completions(engine, on_finished=lambda: tally.add("suggestions"))
        stack.push_async_callback(completions.close)
        completions.prepare(writing.known_on(None))
        sessions = Sessions()
        learning = Learning(store, writing, options.cache_dir)

        def on_kept() -> None:
            completions.begin_anew(writing.known_on(None))

        schedule = Schedule(
            learning,
            store,
            writing,
            paused=not learns,
            quiet_hours=quiet_hours,
            push=sessions.push,
            on_kept=on_kept,
        )
        stack.push_async_callback(schedule.close)
        scheduled = asyncio.create_task(schedule.run())
        stack.callback(scheduled.cancel)
        federating = Federating(store, writing, learning, options.cache_dir)
        federation = FederationSchedule(
            federating,
            Trial(store, writing, learning, options.data_dir),
            learning,
            schedule,
            store,
            limits=limits,
            push=sessions.push,
            on_kept=on_kept,
        )
        stack.push_async_callback(federation.close)
        federated = asyncio.create_task(federation.run())
        stack.callback(federated.cancel)
        yield Services(
            sessions=sessions,
            learning=learning,
            schedule=schedule,
            federating=federating,
            federation=federation,
            changes=partial(changes, engine),
            version=version,
            base=engine.name,
            store=store,
            writing=writing,
            key_protection=key.protection,
            completions=completions,
            completions_on=completions_on,
            preferred=preferred,
            tally=tally,
        )


def _shared(data_dir: Path, store: Store) -> Path:
    member = store.federation.membership()
    return file_in_use(data_dir, member.in_use if member else None)


def _open_store(data_dir: Path) -> tuple[StoreKey, Store]:
    file = data_dir / STORE_FILE
    key = load_key(data_dir, store_exists=file.exists())
    return key, Store.open(file, key)


def _open_engine(cache_dir: Path) -> tuple[InstalledBase, CompletionEngine]:
    base = installed(cache_dir)
    if base is None:
        raise BaseModelError("The base model is not built yet. Run: plm base build")
    base.verify()  # a damaged model would not fail but suggest nonsense
    return base, CompletionEngine.open(base)


@contextlib.asynccontextmanager
async def _listening(
    services: Services, options: ServeOptions, listener: socket.socket, port: int
) -> AsyncIterator[None]:
    lobby = Lobby(options.limits)
    gatekeeper = Gatekeeper(
        services.store, services.pairing_code, renew_cli_secret(options.data_dir)
    )
    connections = Connections(services, gatekeeper, lobby)
    runner = web.AppRunner(
        _app(connections, services.base, port),
        handle_signals=False,
        access_log=None,
        keepalive_timeout=KEEPALIVE_S,
        shutdown_timeout=SHUTDOWN_S,
    )
    await runner.setup()
    assert runner.server is not None
    site = web.SockSite(runner, listener)
    await site.start()
    sweeping = asyncio.create_task(lobby.sweep_forever(runner.server))
    try:
        yield
    finally:
        sweeping.cancel()
        await site.stop()
        # Before the runner's own clean-up, which stops listening to clients that say good-bye.
        await connections.close_all()
        await runner.cleanup()


def _app(connections: Connections, base: str, port: int) -> web.Application:
    app = web.Application(middlewares=[_log_request, guard_middleware(port, _welcome_at)])
    app.router.add_get("/v1", connections.v1)
    app.router.add_get("/playground/v1", connections.playground)
    add_playground(app, base)
    return app


def _welcome_at(path: str) -> OriginRule:
    return is_extension_origin if path == "/v1" else is_own_origin


@web.middleware
async def _log_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "unknown"
    fields = {"method": request.method, "route": route, "status": response.status}
    log.debug("request", extra=fields)
    return response


@contextlib.asynccontextmanager
async def _supervised() -> AsyncIterator[None]:
    """Tell a supervising systemd that we are up, alive, and on our way out."""
    notify.ready()
    alive = asyncio.create_task(_stay_alive())
    try:
        yield
    finally:
        alive.cancel()
        notify.stopping()


async def _stay_alive() -> None:
    interval = notify.watchdog_interval()
    while interval:
        notify.watchdog()
        await asyncio.sleep(interval)
