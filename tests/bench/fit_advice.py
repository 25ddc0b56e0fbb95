"""Fit the model that tells requests for advice from questions of fact.

    python -m tests.bench.fit_advice tests/golden/advice.jsonl tests/golden/train-*.jsonl
    python -m tests.bench.fit_advice --into /tmp/weights tests/golden/advice.jsonl

A line is {"text", "advice"}, or a golden question, whose tag `advice` tells. The threshold is the
lowest at which, cross-validated, nineteen of twenty that are declined did ask for advice: to
decline a question of fact is the worse mistake.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from retrieval import advice
from retrieval.embedding import load_embedding
from retrieval.language import detect_language

PRECISION = 0.95
STRENGTH = 10.0
"""Inverse of the penalty, as scikit-learn takes it."""

FOLDS = 10


def main(arguments: list[str]) -> None:
    """Read the command line: files of questions, and perhaps where to write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fit_advice")
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, help="folder to write to, instead of beside the code")
    given = parser.parse_args(arguments)
    folder = given.into or Path(advice.__file__).parent
    fit([pair for path in given.questions for pair in read(path)], folder / "advice.json")


def read(path: Path) -> Iterator[tuple[str, bool]]:
    """The English questions of a file that stand alone, and whether each asks for advice."""
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        text = entry.get("text") or entry["question"]
        if detect_language(text) == "en" and not entry.get("history"):
            yield text, bool(entry.get("advice", "advice" in entry.get("tags", ())))


def fit(pairs: Sequence[tuple[str, bool]], target: Path) -> None:
    """Fit, write, and print how many of each kind are told right when not learnt from."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    model = load_embedding("minilm", Path("var/models"))
    x = np.array([model.embed_query(text) for text, _ in pairs])
    y = np.array([asked for _, asked in pairs])
    logistic = LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced")
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    chance = cross_val_predict(logistic, x, y, cv=folds, method="predict_proba")[:, 1]
    thresholds = np.round(np.arange(0.5, 0.995, 0.01), 2)
    threshold = next(
        (t for t in thresholds if y[chance >= t].mean() >= PRECISION), float(thresholds[-1])
    )
    declined = chance >= threshold
    print(
        f"advice, {len(y)} questions, {int(y.sum())} of them for advice, cross-validated: "
        f"threshold {threshold:.2f}: precision {y[declined].mean():.2f}, "
        f"recall {declined[y].mean():.2f}"
    )
    logistic.fit(x, y)
    data = {
        "embedding": model.identity,
        "threshold": float(threshold),
        "intercept": round(float(logistic.intercept_[0]), 4),
        "weights": [round(float(w), 4) for w in logistic.coef_[0]],
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(data) + "\n", encoding="utf-8")
    print(f"wrote {target}")


if __name__ == "__main__":
    main(sys.argv[1:])
