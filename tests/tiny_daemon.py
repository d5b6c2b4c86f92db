"""The real daemon on a tiny base model, so that a course of learning takes seconds."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterable
from pathlib import Path

from plm_engine.base.catalogue import DEFAULT
from plm_engine.base.convert import convert
from plm_engine.base.installed import InstalledBase
from tests.daemon_client import Client, Json
from tests.engine.tiny_llama import TinyLlama

PATIENCE_S = 600
"""So long a course may say nothing: it has the lowest priority, and others may use the machine."""


def tiny_default_base(folder: Path) -> InstalledBase:
    """The tiny model under the name that the daemon looks for, in a cache of its own."""
    gguf = TinyLlama.random().write_gguf(folder / "tiny.gguf")
    place = folder / "cache" / "bases" / DEFAULT.name
    return convert(gguf, place, name=DEFAULT.name, licence="none", how=None)


def cache_of(base: InstalledBase) -> Path:
    """The cache folder that it lies in."""
    return base.folder.parents[1]


def vowels(number: int, letters: int) -> str:
    """Never the same, so that the memory does not know it all, but of few letters only.

    Too short, below fifty letters, for anybody to tell that it is no English.
    """
    return "".join(random.Random(number).choices("aeiou ", k=letters))


async def write(client: Client, site: str, texts: Iterable[str]) -> None:
    """Texts that were typed on a site, the first after all that were typed there before."""
    await client.ask("site_set", site=site, capture=True)
    first = (await client.ask("captures_query", site=site))["total"]
    for number, text in enumerate(texts, first):
        answer = await client.ask(
            "capture",
            draft=f"{number}",
            site=site,
            kind="textarea",
            text=text,
            typed_chars=len(text),
        )
        assert answer["document"], answer


async def learn(client: Client) -> Json:
    """Run a course to its end; how learning stands then."""
    await client.ask("learn_now", part="adapter")
    while (await next_status(client))["course"] is None:
        pass
    while (await next_status(client))["course"]:
        pass
    return await client.ask("learn_status_query")


async def next_status(client: Client) -> Json:
    """How learning stands as soon as that changes."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.suppress(TimeoutError):
                return await client.push("learn_status")
