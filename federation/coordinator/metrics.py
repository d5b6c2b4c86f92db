"""What Prometheus may know of a coordinator: counts, never who."""

from __future__ import annotations

import math
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from federation.coordinator.folder import Held
from federation.coordinator.overview import Live, Overview

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(overview: Overview) -> bytes:
    """In Prometheus' text format, with memory and files of this process."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Collected(overview))
    return generate_latest(registry)


class _Collected(Collector):
    def __init__(self, overview: Overview) -> None:
        self._overview = overview

    def collect(self) -> Iterator[Metric]:
        """One moment's figures."""
        said = self._overview
        yield _gauge("release_version", "Of the newest release.", said.version)
        yield _gauge("nodes_enrolled", "Nodes that have enrolled.", said.enrolled)
        yield _gauge("cohort_devices", "Devices that a round waits for.", said.cohort)
        yield _gauge("clipping_norm", "Of the next round.", said.norm)
        epsilon = math.inf if said.privacy.epsilon is None else said.privacy.epsilon
        yield _gauge("privacy_epsilon", "For a device that was in all rounds.", epsilon)
        if said.live:
            yield from _live(said.live)
        if said.rounds:
            yield _rounds(said)
            yield from _last(said.rounds[0].held)


def _live(live: Live) -> Iterator[Metric]:
    yield _gauge("superlink_up", "Whether the SuperLink answers.", live.superlink_is_up)
    yield _gauge("nodes_online", "At the last look.", live.online)
    yield _gauge("nodes_ready", "With an update to give, at the last look.", live.ready)
    yield _gauge("letters_open", "Questions on their way to nodes.", live.letters)
    about = "Rounds since the start of which no sum came."
    yield CounterMetricFamily("plm_rounds_fruitless", about, value=live.fruitless)


def _rounds(said: Overview) -> Metric:
    family = CounterMetricFamily("plm_rounds", "Held, by how they ended.", labels=["verdict"])
    for verdict, count in said.verdicts.items():
        family.add_metric([verdict.replace(" ", "_")], count)
    return family


def _last(held: Held) -> Iterator[Metric]:
    yield _gauge("round_timestamp_seconds", "When the last round was held.", held.at)
    yield _gauge("round_devices", "In the last round.", held.devices)
    yield _gauge("round_groups_left_out", "Whose sum could not be believed.", held.groups_left_out)
    yield _gauge("round_within_norm_ratio", "Updates within the norm.", held.within_norm)
    yield _gauge("round_refused_ratio", "Devices that refused the release.", held.refused_release)
    yield _gauge("public_text_bits_per_character", "After the last round.", held.bits_per_char)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"plm_{name}", about, value=value)
