"""The words people read, one file a language, and the model that holds them to one shape."""

from bot.words.words import LANGUAGES, Language, Words, load_words, words_for

__all__ = ["LANGUAGES", "Language", "Words", "load_words", "words_for"]
