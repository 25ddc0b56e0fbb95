"""Fit the ranking of sentences and the judgement when to refuse, from golden questions.

    python -m tests.bench.fit tests/golden/train-a.jsonl tests/golden/train-b.jsonl ...
    python -m tests.bench.fit --into /tmp/weights tests/golden/train-a.jsonl ...

Ranking: a sentence counts as right when it stands in one of a question's right documents and holds
one of the facts asked for; a linear model is fitted so that right sentences of a question come
before its others (softmax over the question's sentences). Refusal: a logistic model tells
answerable questions from the others. Both are written beside the code that reads them, or into
another folder, to be looked at first. The figures printed are cross-validated by question: no
question is judged by weights it helped to fit.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import refusal
from retrieval.compose import measuring
from retrieval.configuration import Configuration
from retrieval.engine import Engine, Holdings
from retrieval.evaluation import GoldenQuestion, load_golden
from retrieval.refusal import read_signs
from retrieval.understanding import understand

FOLDS = 8
RANKING_PENALTY = 0.003
REFUSAL_STRENGTH = 0.02
"""Inverse of the penalty, as scikit-learn takes it."""

AS_GOOD = 0.005

UNANSWERABLE_SHARE = 1 / 6
"""Of the questions people ask. More are learnt from; the threshold is set for this share."""

RANKING = Path(measuring.__file__).with_name("ranking.json")
REFUSAL = Path(refusal.__file__).with_name("refusal.json")

Matrix = NDArray[np.float64]


@dataclass
class Example:
    """What one question gives to learn from."""

    golden: GoldenQuestion
    features: list[NDArray[np.float32]]
    right: list[NDArray[np.bool_]]
    signs: dict[str, float]
    decided_by_name: bool


def main(arguments: list[str]) -> None:
    """Read the command line: golden question files, and perhaps where to write."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fit")
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, help="folder to write to, instead of beside the code")
    given = parser.parse_args(arguments)
    holdings = Engine(Configuration(home=Path("var"))).holdings()
    goldens = [golden for path in given.questions for golden in load_golden(path).questions]
    if given.into:
        fit(goldens, holdings, given.into / RANKING.name, given.into / REFUSAL.name)
    else:
        fit(goldens, holdings)


def fit(
    goldens: Sequence[GoldenQuestion],
    holdings: Holdings,
    ranking: Path = RANKING,
    refusing: Path = REFUSAL,
) -> None:
    """Measure, fit, write, report.

    Args:
        goldens: the questions to learn from.
        holdings: what is searched.
        ranking: file that the weights of the ranking are written to.
        refusing: file that the weights of the judgement are written to.
    """
    today = max(document.checked for document in holdings.library)
    examples = [measure(golden, holdings, today) for golden in goldens]
    weights = fit_ranking(examples, ranking)
    # The signs rest on the ranking, so they are read again with the new weights.
    examples = [measure(golden, holdings, today, weights) for golden in goldens]
    fit_refusal(examples, refusing)


def measure(
    golden: GoldenQuestion,
    holdings: Holdings,
    today: date,
    weights: NDArray[np.float32] | None = None,
) -> Example:
    """Search for one question and measure its sentences, ranked by `weights` where given."""
    inquiry = understand(
        golden.as_question(), today=today, speller=holdings.speller, events=holdings.events
    )
    features, right = [], []
    signs: dict[str, float] = {}
    decided_by_name = False
    for part in inquiry.parts:
        found = holdings.search.search(part.query, 10)
        measured = measuring.measure(
            part, found, holdings.reader, inquiry.as_of, is_dated=inquiry.dated
        )
        if weights is not None:
            measured = replace(measured, scores=measured.features @ weights)
        features.append(measured.features)
        right.append(_right(golden, measured.positions, holdings))
        if not signs:
            signs, unknown = read_signs(part, found, measured, holdings.reader, holdings.speller)
            decided_by_name = bool(unknown) and not part.sides
    return Example(golden, features, right, signs, decided_by_name)


def _right(
    golden: GoldenQuestion, positions: NDArray[np.int64], holdings: Holdings
) -> NDArray[np.bool_]:
    index = holdings.index
    verdicts = []
    for position in positions:
        sentence = index.manifest.sentences[position]
        document = holdings.library.get(index.passages[sentence.passage].document_id)
        text = _folded(document.body[sentence.start : sentence.end])
        says = any(_folded(fact) in text for group in golden.must_include for fact in group)
        verdicts.append(document.id in golden.documents and says)
    return np.array(verdicts, dtype=bool)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def fit_ranking(examples: list[Example], target: Path) -> NDArray[np.float32]:
    """Fit and write the ranking; print how often a right sentence is among the first few."""
    usable = [e for e in examples if any(right.any() for right in e.right)]
    rows = np.concatenate([np.concatenate(e.features) for e in usable]).astype(np.float64)
    right = np.concatenate([np.concatenate(e.right) for e in usable])
    groups = np.concatenate(
        [np.full(sum(len(f) for f in e.features), i) for i, e in enumerate(usable)]
    )
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        held_out = groups % FOLDS == fold
        weights = _fit_softmax(rows[~held_out], right[~held_out], groups[~held_out])
        scores[held_out] = rows[held_out] @ weights
    ranks = []
    for group in range(len(usable)):
        members = np.flatnonzero(groups == group)
        order = members[np.argsort(-scores[members], kind="stable")]
        ranks.append(int(np.flatnonzero(right[order])[0]))
    shares = "  ".join(f"@{k} {np.mean(np.array(ranks) < k):.3f}" for k in (1, 2, 3, 5, 8))
    print(f"ranking, {len(usable)} questions, cross-validated: right sentence {shares}")
    weights = _fit_softmax(rows, right, groups)
    named = {name: round(float(w), 4) for name, w in zip(measuring.FEATURES, weights, strict=True)}
    _write(target, {"weights": named})
    return np.array([named[name] for name in measuring.FEATURES], dtype=np.float32)


def _fit_softmax(rows: Matrix, right: NDArray[np.bool_], groups: NDArray[np.int64]) -> Matrix:
    """Weights under which the right rows of each group get most of its softmax."""
    import torch

    x = torch.tensor(rows)
    y = torch.tensor(right.astype(np.float64))
    _, inverse = np.unique(groups, return_inverse=True)
    group = torch.tensor(inverse)
    count = int(group.max()) + 1
    weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = x @ weights
        likelihood = torch.exp(scores - scores.max().detach())
        everything = torch.zeros(count, dtype=torch.float64).index_add(0, group, likelihood)
        good = torch.zeros(count, dtype=torch.float64).index_add(0, group, likelihood * y)
        value = (torch.log(everything) - torch.log(good + 1e-12)).mean()
        value = value + RANKING_PENALTY * (weights**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    fitted: Matrix = weights.detach().numpy()
    return fitted


def fit_refusal(examples: list[Example], target: Path) -> None:
    """Fit and write the judgement; print precision and recall at the threshold chosen."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    usable = [e for e in examples if not {"advice", "empty-ish"} & set(e.golden.tags)]
    names = list(usable[0].signs)
    x = np.array([[e.signs[name] for name in names] for e in usable])
    y = np.array([not e.golden.answerable for e in usable])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=REFUSAL_STRENGTH, max_iter=3000))
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    # What a name decides is not for the weights to learn.
    open_ = np.array([not e.decided_by_name for e in usable])
    chance = np.ones(len(usable))
    predicted = cross_val_predict(model, x[open_], y[open_], cv=folds, method="predict_proba")
    chance[open_] = predicted[:, 1]
    threshold = _best_threshold(chance, y)
    refused = chance >= threshold
    right = int((refused & y).sum())
    print(
        f"refusal, {len(usable)} questions, cross-validated: AUC {roc_auc_score(y, chance):.3f}, "
        f"threshold {threshold:.2f}: precision {right / max(int(refused.sum()), 1):.2f}, "
        f"recall {right / int(y.sum()):.2f}"
    )
    for e, p in sorted(zip(usable, chance, strict=True), key=lambda pair: -pair[1]):
        if (p >= threshold) == e.golden.answerable:
            verdict = "refused" if e.golden.answerable else "answered"
            print(f"  {verdict} {p:.2f} {e.golden.id} {e.golden.question}")
    model.fit(x[open_], y[open_])
    scale, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scale.scale_
    intercept = float(logistic.intercept_[0] - (weights * scale.mean_).sum())
    data = {
        "threshold": round(threshold, 3),
        "intercept": round(intercept, 4),
        "weights": {name: round(float(w), 4) for name, w in zip(names, weights, strict=True)},
        "usual": {
            name: round(float(x[:, names.index(name)].mean()), 4)
            for name in ("unheld_like", "unheld_words")
        },
    }
    _write(target, data)


def _best_threshold(chance: Matrix, y: NDArray[np.bool_]) -> float:
    """The probability that gives the best F1 of refusing, at the share of `UNANSWERABLE_SHARE`.

    Of several as good to half a point the highest: a reader can judge an answer, but no refusal.
    """
    weight = np.where(y, UNANSWERABLE_SHARE / y.mean(), (1 - UNANSWERABLE_SHARE) / (1 - y.mean()))

    def f1(at: float) -> float:
        refused = chance >= at
        return float(2 * weight[refused & y].sum() / (weight[refused].sum() + weight[y].sum()))

    tried = [round(0.05 * k, 2) for k in range(3, 16)]
    best = max(f1(at) for at in tried)
    return max(at for at in tried if f1(at) >= best - AS_GOOD)


def _write(path: Path, data: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
