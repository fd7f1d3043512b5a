"""The reference interpreter and the compiled explorer."""
