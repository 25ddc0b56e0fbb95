"""The rooms behind `retrieval.verify`: reading a text, aligning two, and what must agree."""
