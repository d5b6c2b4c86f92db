"""The tokeniser of a GGUF file as a ``tokenizers`` byte-level BPE.

Special tokens are left out on purpose: a user who types ``<|im_end|>`` means these ten
characters, and no text from a web page may end the document.
"""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from plm_engine.base.errors import BaseModelError
from plm_engine.base.llama import GGUFModel

_CONTROL = 3  # GGUF token type of tokens that stand for no text


def read_tokenizer(model: GGUFModel) -> Tokenizer:
    """Build the tokeniser; ids equal those of the original."""
    split = _pre_tokenizer(model.field("tokenizer.ggml.pre"))
    tokens = model.field("tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in model.field("tokenizer.ggml.merges")]
    tokenizer = Tokenizer(
        models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges)
    )
    tokenizer.pre_tokenizer = split
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def control_tokens(model: GGUFModel) -> list[int]:
    """Ids that stand for no text: document start and end, chat roles."""
    types = model.field("tokenizer.ggml.token_type")
    return [token for token, kind in enumerate(types) if kind == _CONTROL]


def _pre_tokenizer(name: str) -> pre_tokenizers.PreTokenizer:
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if name == "gpt-2":
        return byte_level
    if name == "smollm":
        digits = pre_tokenizers.Digits(individual_digits=True)
        return pre_tokenizers.Sequence([digits, byte_level])
    raise BaseModelError(f"the model's tokeniser ({name!r}) is not supported yet")
