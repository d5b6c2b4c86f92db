"""What the noise of some rounds is worth, for processes that must not load scipy:

    python -m federation.privacy.worth

reads the `Participation`s as a JSON array and says ε.
"""

from __future__ import annotations

import sys

import msgspec

from federation.privacy.accounting import Participation, epsilon


def main() -> None:
    """Count."""
    rounds = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Participation])
    sys.stdout.write(repr(epsilon(rounds)))


if __name__ == "__main__":
    main()
