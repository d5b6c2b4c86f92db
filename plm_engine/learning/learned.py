"""What a learner has learned, taken out of torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from peft import get_peft_model_state_dict

from plm_engine.learning.learner import Learner

Array = NDArray[np.float32]


def adapter_tensors(learner: Learner) -> dict[str, Array]:
    """Under peft's names; empty without an adapter."""
    if learner.peft is None:
        return {}
    state = get_peft_model_state_dict(learner.peft)
    return {name: value.detach().numpy().copy() for name, value in state.items()}


def prompt_array(learner: Learner) -> Array | None:
    """``[tokens, hidden]``."""
    if learner.prompt is None:
        return None
    prompt: Array = learner.prompt.detach().numpy().copy()
    return prompt
