"""Because and fix: which settings break a guarantee."""
