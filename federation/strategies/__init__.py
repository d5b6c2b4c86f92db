"""How many devices make one adapter better together: one module for each way."""

from __future__ import annotations

from federation.strategies.fdlora import FDLoRA
from federation.strategies.fedavg import FedAvg
from federation.strategies.strategy import Strategy

STRATEGIES: dict[str, Strategy] = {one.name: one for one in (FDLoRA(), FedAvg())}
DEFAULT = FDLoRA.name
