"""Does somebody ask for advice or a prediction? Judged from the vector of the question.

Patterns know the plain ways of asking (`retrieval/understanding.py`); people have many more, which
a logistic model over the packaged embedding tells apart. Its weights are fitted by
`tests/bench/fit_advice.py` and kept in `advice.json`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.language import detect_language
from retrieval.query import Query


@dataclass(frozen=True)
class AdviceModel:
    """Weights over the vectors of one embedding model, named by its identity."""

    embedding: str
    weights: NDArray[np.float32]
    intercept: float
    threshold: float

    def probability(self, vector: NDArray[np.float32]) -> float:
        """How likely it is that the question with this unit vector asks for advice."""
        return float(1 / (1 + np.exp(-(float(self.weights @ vector) + self.intercept))))


@lru_cache(maxsize=1)
def load_model() -> AdviceModel:
    """The fitted weights that come with Lodestone."""
    data = json.loads(Path(__file__).with_name("advice.json").read_text(encoding="utf-8"))
    weights = np.array(data["weights"], dtype=np.float32)
    return AdviceModel(data["embedding"], weights, data["intercept"], data["threshold"])


def wants_advice(query: Query, vector: NDArray[np.float32], embedding: str) -> bool:
    """Whether a question asks for advice, as far as its vector can tell.

    Args:
        query: the question. One that leans on an earlier question has that one's words in its
            vector, and a Japanese one is searched by its English terms: of these it cannot tell.
        vector: of the question.
        embedding: the identity of the model that made it; of another's vectors it cannot tell.
    """
    model = load_model()
    if model.embedding != embedding or query.context or detect_language(query.original) != "en":
        return False
    return model.probability(vector) >= model.threshold
