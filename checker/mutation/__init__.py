"""Mutants of a model: one changed condition or update of one action, all in one compilation."""
