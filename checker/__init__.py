"""How we look: language, explorers, traces, exports, settings, advice, report."""
