"""Honest and mutated claims, made from the corpus to measure the verifier. Shares nothing with it."""
