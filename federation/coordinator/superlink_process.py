"""``flower-superlink``, which ends with the process that started it, however that ends.

It reads its standard input, which its parent holds open and never writes to.
"""

from __future__ import annotations

import os
import sys
import threading


def main() -> None:
    """Run the SuperLink with the arguments of the command line."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Imported late: the watch shall not wait for it.
    from flwr.superlink.cli.flower_superlink import flower_superlink  # noqa: PLC0415

    flower_superlink()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
