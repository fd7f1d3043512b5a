"""Counterexamples: show, replay, why-not, ITF."""
