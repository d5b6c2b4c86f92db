"""``python -m bench [SECTION…]``: measure, and write the tables into the documents."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from rich.console import Console
from rich.progress import Progress

from bench import (
    completion,
    content_script,
    context,
    footprint,
    key_to_ghost,
    kills,
    latency,
    memory,
    personalisation,
    quantisation,
    review,
    rivals,
    secure_sum,
    strategies,
)
from bench.attacks import tables as attacks
from bench.continual import tables as continual
from bench.report import write_section

SECTIONS: dict[str, Callable[[Progress], str]] = {
    "completion": completion.report,
    "context": lambda progress: context.table(context.measure(progress)),
    "continual": continual.report,
    "personalisation": personalisation.report,
    "latency": lambda progress: latency.table(latency.measure(progress)),
    "memory": lambda _: memory.table(memory.measure()),
    "quantisation": lambda progress: quantisation.table(quantisation.measure(progress)),
    "rivals": lambda _: rivals.table(rivals.measure()),
    "footprint": lambda _: footprint.table(footprint.measure()),
    "key_to_ghost": lambda _: key_to_ghost.table(key_to_ghost.measure()),
    "content_script": lambda _: content_script.table(content_script.measure()),
    "review": lambda progress: review.table(review.measure(progress)),
    "secure_sum": secure_sum.report,
    "strategies": strategies.report,
    "attacks_canary": attacks.canary,
    "attacks_inversion": attacks.inversion,
    "attacks_poison": attacks.poison,
    "kills": lambda progress: kills.table(kills.measure(progress)),
}


def main() -> None:
    """Run the sections named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("section", nargs="*", choices=[[], *SECTIONS], help="default: all")
    chosen = parser.parse_args().section or list(SECTIONS)
    console = Console(stderr=True)
    with Progress(console=console) as progress:
        for name in progress.track(chosen, description="benchmarks"):
            table = SECTIONS[name](progress)
            write_section(name, table)
            console.print(name, table, sep="\n")


if __name__ == "__main__":
    main()
