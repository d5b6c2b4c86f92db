"""Named tensors as one vector: what travels, in an order that everybody knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Tensors = Mapping[str, Array]
"""Under peft's names: ``lora_A [rank, in]``, ``lora_B [out, rank]``."""
Vector = NDArray[np.float64]


class LayoutError(ValueError):
    """What came does not have the agreed form: one line, without any of its values."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Names and shapes, sorted by name."""

    shapes: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def of(cls, tensors: Tensors, names: Iterable[str]) -> Layout:
        """Of these among some tensors."""
        return cls(tuple((name, tensors[name].shape) for name in sorted(names)))

    @property
    def size(self) -> int:
        """Length of the vector."""
        return sum(prod(shape) for _, shape in self.shapes)

    @property
    def digest(self) -> str:
        """Two layouts are the same if and only if their digests (SHA-256, hex) are."""
        return hashlib.sha256(repr(self.shapes).encode()).hexdigest()

    def flat(self, tensors: Tensors) -> Vector:
        """As one vector ``[size]``. Raises `LayoutError` for other shapes and values not finite."""
        parts = []
        for name, shape in self.shapes:
            tensor = tensors.get(name)
            if tensor is None or tensor.shape != shape:
                raise LayoutError("a tensor is missing or has another shape")
            parts.append(np.asarray(tensor, np.float64).ravel())
        vector = np.concatenate(parts) if parts else np.zeros(0)
        if not np.isfinite(vector).all():
            raise LayoutError("a value is not a finite number")
        return vector

    def shaped(self, vector: Vector) -> dict[str, Array]:
        """The tensors of a vector ``[size]``. Raises `LayoutError` for another length."""
        if vector.shape != (self.size,):
            raise LayoutError("the vector has another length")
        tensors, start = {}, 0
        for name, shape in self.shapes:
            end = start + prod(shape)
            tensors[name] = vector[start:end].reshape(shape).astype(np.float32)
            start = end
        return tensors
