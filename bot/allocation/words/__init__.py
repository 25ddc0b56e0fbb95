"""The words of the allocation, one file a language, and the model that holds them to one shape."""

from bot.allocation.words.model import AllocationWords, load_allocation_words

__all__ = ["AllocationWords", "load_allocation_words"]
