"""Claims told while the model is still writing: each as soon as it stands whole and has passed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from retrieval.compose.draft import DraftClaim
from retrieval.compose.generative.gates import Gatekeeper, Passed
from retrieval.compose.generative.material import Excerpt
from retrieval.compose.generative.reply import ReplyClaim, claims_so_far

log = logging.getLogger(__name__)

OnClaims = Callable[[Sequence[DraftClaim]], None]


class Telling:
    """Reads along with a reply, and tells what of it may be shown already.

    Args:
        excerpts: the passages the model was shown.
        ordered: the claims to show, of what has passed so far.
        tell: told all of them whenever there is one more, in another thread than the asker's.
    """

    def __init__(
        self,
        excerpts: Sequence[Excerpt],
        ordered: Callable[[Passed], Sequence[DraftClaim]],
        tell: OnClaims,
    ) -> None:
        self._excerpts = excerpts
        self._ordered = ordered
        self._tell = tell
        self._gatekeeper = Gatekeeper(excerpts)
        self._taken: tuple[ReplyClaim, ...] = ()
        self._objects_closed = 0

    async def hear(self, text: str) -> None:
        """All that has been written so far. A fault in here never costs the answer."""
        closed = text.count("}")
        if closed == self._objects_closed:
            return
        self._objects_closed = closed
        try:
            await asyncio.to_thread(self._check, claims_so_far(text))
        except Exception as error:
            log.warning("the claims so far are not shown: %s", type(error).__name__)

    def _check(self, claims: tuple[ReplyClaim, ...]) -> None:
        if claims[: len(self._taken)] != self._taken:
            # The model was asked again, and begins anew.
            self._gatekeeper, self._taken = Gatekeeper(self._excerpts), ()
        new = claims[len(self._taken) :]
        self._taken = claims
        known = len(self._gatekeeper.passed.claims)
        for claim in new:
            self._gatekeeper.check(claim)
        passed = self._gatekeeper.passed
        if len(passed.claims) > known:
            self._tell(self._ordered(passed))
