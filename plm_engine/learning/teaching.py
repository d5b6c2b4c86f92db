"""A part of a version is learned from texts; the other part stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import torch

from plm_engine.adapters.learned import Learned
from plm_engine.base.installed import InstalledBase
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.learning import recipes
from plm_engine.learning.base import load_base
from plm_engine.learning.job import LearningError, Part, Text
from plm_engine.learning.learner import AdapterShape, Learner
from plm_engine.learning.own import own_tokens
from plm_engine.learning.phrases import frequent_phrases
from plm_engine.learning.training import Step, Training
from plm_engine.learning.windows import OwnText, windows
from plm_engine.runtime.trimming import give_back_memory

OnStep = Callable[[Step, Training], None]


def teach(
    base: InstalledBase,
    current: Learned,
    part: Part,
    texts: Sequence[Text],
    *,
    seed: int = 0,
    checkpoint: bytes = b"",
    on_step: OnStep = lambda _step, _training: None,
) -> Learned:
    """A version that has learned a part from texts, given in the order of time.

    ``checkpoint`` is the state of the very same training, interrupted; one that is not is passed
    over. Raises `LearningError`.
    """
    torch.manual_seed(seed)
    vocabulary = Vocabulary(base)
    own = [own_tokens(vocabulary, text) for text in texts]
    learner = _learner(base, current, part, own)
    schedule = recipes.PROMPT if part == "prompt" else recipes.ADAPTER
    training = Training(learner, windows(own, recipes.WINDOW), replace(schedule, seed=seed))
    with suppress(ValueError):
        training.resume(checkpoint)
    for step in training.steps():
        on_step(step, training)
    prompt = learner.prompt
    return replace(
        current,
        tensors=learner.adapter_tensors(),
        prompt=None if prompt is None else prompt.detach().numpy().copy(),
    )


def _learner(base: InstalledBase, current: Learned, part: Part, own: Sequence[OwnText]) -> Learner:
    learner = Learner(load_base(base))
    give_back_memory()  # the graph that the weights were taken out of
    if current.prompt is not None:
        learner.add_prompt(current.prompt)
    elif part == "prompt":
        beginning = frequent_phrases([text.tokens for text in own], recipes.PROMPT_TOKENS)
        if not beginning:
            raise LearningError("there is too little text to learn from and to judge by")
        learner.add_prompt(learner.embedded(beginning))
    if current.tensors:
        learner.add_adapter(AdapterShape.of(current.tensors), current.tensors)
    elif part == "adapter":
        learner.add_adapter(recipes.adapter_shape(base.config), {})
    if part == "adapter":
        learner.learn_adapter()
    else:
        learner.learn_prompt()
    return learner
