"""The same products B·A with an orthonormal A (FedSVD, Lee et al., 2025).

Between epochs A may change, as long as everybody changes it alike. Orthonormal rows, ordered by
how much their direction is used, make a step in B a step of the same length in B·A whatever its
direction, so that one clipping norm suits them all. The span of A's rows stays: a frozen A can
only be turned in it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from federation.layout import Array, Tensors

Matrix = NDArray[np.float64]


def pairs(tensors: Tensors) -> list[tuple[str, str]]:
    """The names of A and B of each adapted projection."""
    return [
        (name, name.replace(".lora_A.", ".lora_B."))
        for name in sorted(tensors)
        if ".lora_A." in name
    ]


def refactorise(
    tensors: Tensors, along: Iterable[Tensors] = ()
) -> tuple[dict[str, Array], list[dict[str, Array]]]:
    """The pairs anew; ``along`` are more values in B's place, such as a velocity, in the same
    coordinates. Their products with A stay what they were."""
    new: dict[str, Array] = {}
    others = [dict(other) for other in along]
    for a_name, b_name in pairs(tensors):
        a = np.asarray(tensors[a_name], np.float64)
        b = np.asarray(tensors[b_name], np.float64)
        turned, turn = _orthonormal(a, b)
        new[a_name] = turned.astype(np.float32)
        new[b_name] = (b @ turn).astype(np.float32)
        for other in others:
            other[b_name] = (np.asarray(other[b_name], np.float64) @ turn).astype(np.float32)
    return new, others


def _orthonormal(a: Matrix, b: Matrix) -> tuple[Matrix, Matrix]:
    """A' ``[rank, in]`` with orthonormal rows and R ``[rank, rank]`` with A = R·A', turned so that
    the columns of B·R are orthogonal, the longest first."""
    basis, triangle = np.linalg.qr(a.T)
    turn = triangle.T
    _, _, right = np.linalg.svd(b @ turn, full_matrices=True)
    return right @ basis.T, turn @ right.T
