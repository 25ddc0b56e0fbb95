"""Writing the answer: which sentences, which outcome, which frame around them."""
