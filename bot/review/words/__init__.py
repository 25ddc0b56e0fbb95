"""The words of the review pages, one file a language."""

from bot.review.words.words import LANGUAGES, PageWords, choose_language, page_words

__all__ = ["LANGUAGES", "PageWords", "choose_language", "page_words"]
