"""Floors: what the figures must reach, kept in a file that anyone may edit."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator

from corpus.errors import UsageError
from retrieval.evaluation.figures import FIGURES, Figures
from retrieval.evaluation.runs import Run

_ROUNDING = 1e-9


def _number(value: object) -> object:
    """A floor may be written as a count of questions, such as `14/15`."""
    if isinstance(value, str):
        try:
            return float(Fraction(value.replace(" ", "")))
        except ZeroDivisionError as error:
            raise ValueError("a count is written as 14/15, over more than nought") from error
    return value


Bound = Annotated[float, BeforeValidator(_number)]


class Floors(BaseModel):
    """Bounds by figure, for all questions and for those of a tag.

    A bound is a minimum where more is better, else (words, milliseconds) a maximum.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    overall: dict[str, Bound] = {}
    tags: dict[str, dict[str, Bound]] = {}

    @field_validator("overall")
    @classmethod
    def _figures_exist(cls, bounds: dict[str, float]) -> dict[str, float]:
        for key in bounds:
            if key not in FIGURES:
                raise ValueError(f"no figure {key!r}; there are {', '.join(FIGURES)}")
        return bounds

    @field_validator("tags")
    @classmethod
    def _figures_of_tags_exist(
        cls, tags: dict[str, dict[str, float]]
    ) -> dict[str, dict[str, float]]:
        for bounds in tags.values():
            cls._figures_exist(bounds)
        return tags


class BrokenFloor(BaseModel):
    """A figure that misses its floor. `tag` is None for all questions together."""

    model_config = ConfigDict(frozen=True)

    figure: str
    tag: str | None
    value: float
    floor: float


def load_floors(path: Path) -> Floors:
    """Read a floors file (YAML: `overall` and `tags`, each figure with its bound).

    Raises:
        UsageError: the file cannot be read, or names a figure there is not.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Floors.model_validate(data or {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise UsageError(f"{path}: {place}: {reason}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{path}{line}: not YAML; mend it there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); give a YAML file") from error


def broken_floors(run: Run, floors: Floors) -> tuple[BrokenFloor, ...]:
    """The floors a run misses. A figure with nothing to measure it on breaks none."""
    groups: list[tuple[str | None, dict[str, float], Figures]]
    groups = [(None, floors.overall, run.figures)]
    groups += [(tag, bounds, run.tags.get(tag, {})) for tag, bounds in floors.tags.items()]
    return tuple(
        BrokenFloor(figure=key, tag=tag, value=value, floor=floor)
        for tag, bounds, figures in groups
        for key, floor in bounds.items()
        if (value := figures.get(key)) is not None and misses(key, value, floor)
    )


def misses(figure: str, value: float, floor: float) -> bool:
    """Whether a value lies on the wrong side of its floor; rounding is forgiven."""
    if FIGURES[figure].more_is_better:
        return value < floor - _ROUNDING
    return value > floor + _ROUNDING
