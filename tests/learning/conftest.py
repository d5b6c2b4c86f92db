"""A tiny model that learns within a second, and the real one where only that tells anything."""

from tests.engine.conftest import tiny, tiny_base

__all__ = ["tiny", "tiny_base"]
