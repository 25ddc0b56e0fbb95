"""Golden questions in, figures out: how good the answers are, and whether they got worse."""

from retrieval.evaluation.figures import FIGURES, Figure, Figures, compute, percentile
from retrieval.evaluation.floors import BrokenFloor, Floors, broken_floors, load_floors, misses
from retrieval.evaluation.golden import GoldenQuestion, GoldenSet, load_golden
from retrieval.evaluation.runs import (
    LODESTONE,
    PLAIN_STACK,
    Run,
    ask_all,
    last_run,
    latest_check,
    save_run,
    summarise,
)
from retrieval.evaluation.scoring import DEPTH, Score, score_answer, score_passages

__all__ = [
    "DEPTH",
    "FIGURES",
    "LODESTONE",
    "PLAIN_STACK",
    "BrokenFloor",
    "Figure",
    "Figures",
    "Floors",
    "GoldenQuestion",
    "GoldenSet",
    "Run",
    "Score",
    "ask_all",
    "broken_floors",
    "compute",
    "last_run",
    "latest_check",
    "load_floors",
    "load_golden",
    "misses",
    "percentile",
    "save_run",
    "score_answer",
    "score_passages",
    "summarise",
]
