"""What learning from an author gains, part by part: ``python -m bench personalisation``."""

from bench.personalisation.tables import report

__all__ = ["report"]
