"""A person is erased: their key is destroyed, and what little stands unsealed goes with it."""

from __future__ import annotations
