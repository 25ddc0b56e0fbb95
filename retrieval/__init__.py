"""How an answer is found and proved: index, search, composition, verification."""
