"""A mix by published rules: every percentage point names its rule and its source.

`Allocator.load(library)` binds rules, funds and words; `allocate` and all beside it are pure. The
parts for conversations: `Interview`, `parse_holdings`, `parse_holdings_file`, `view_of`,
`draw_allocation` (in `chart`), `is_expired` and `require_fresh`.
"""

from bot.allocation.batch import allocation_lines, load_profile
from bot.allocation.difference import Difference, compare_days
from bot.allocation.drift import measure_drift
from bot.allocation.engine import Allocator
from bot.allocation.holdings import Held, parse_amount, parse_holdings
from bot.allocation.holdings_file import parse_holdings_file
from bot.allocation.interview import Interview, Kind, Question
from bot.allocation.loading import RuleSet, load_rules, packaged_rules
from bot.allocation.months import is_expired, months_after, require_fresh
from bot.allocation.phrases import drift_lines
from bot.allocation.profile import Holding, Profile, parse_profile
from bot.allocation.result import Allocation, Drift, SleeveLine
from bot.allocation.sleeves import THEMES, Horizon, Implementation, Sleeve
from bot.allocation.switch import Switch
from bot.allocation.table import Cell, all_cells
from bot.allocation.views import ResultView, view_of
from bot.allocation.words import AllocationWords, load_allocation_words

__all__ = [
    "THEMES",
    "Allocation",
    "AllocationWords",
    "Allocator",
    "Cell",
    "Difference",
    "Drift",
    "Held",
    "Holding",
    "Horizon",
    "Implementation",
    "Interview",
    "Kind",
    "Profile",
    "Question",
    "ResultView",
    "RuleSet",
    "Sleeve",
    "SleeveLine",
    "Switch",
    "all_cells",
    "allocation_lines",
    "compare_days",
    "drift_lines",
    "is_expired",
    "load_allocation_words",
    "load_profile",
    "load_rules",
    "measure_drift",
    "months_after",
    "packaged_rules",
    "parse_amount",
    "parse_holdings",
    "parse_holdings_file",
    "parse_profile",
    "require_fresh",
    "view_of",
]
