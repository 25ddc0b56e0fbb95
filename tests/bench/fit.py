"""Fit the ranking of sentences, and the threshold below which an answer is refused, from data.

    python -m tests.bench.fit tests/golden/train-*.jsonl

A sentence counts as right when it stands in one of a question's right documents and holds one of
the facts asked for. The weights go to `retrieval/compose/ranking.json`; the figures printed are
from cross-validation by question, so that no question is judged by weights it helped to fit.
"""
