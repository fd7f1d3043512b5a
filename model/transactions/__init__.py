"""Transactions: transaction manager, coordinator, markers, offsets; one file per role."""
