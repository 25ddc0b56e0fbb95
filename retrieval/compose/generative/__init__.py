"""Answers written by a chat model, and let out only as far as the gates allow.

material.py   the passages that are shown to the model, with ids
prompt.py     the messages: instructions, and everything else as delimited data
provider.py   the model itself, through LangChain
converse.py   asking: streaming, patience, retries, one repair
reply.py      what the model wrote, as claims with quotes
gates.py      each claim against its quotes; what fails is cut
telling.py    the claims that passed, told while the model still writes
writer.py     the whole of it, with the extractive draft to fall back on
"""

from retrieval.compose.generative.budget import Budget
from retrieval.compose.generative.writer import Writer, open_writer

__all__ = ["Budget", "Writer", "open_writer"]
