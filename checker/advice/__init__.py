"""Which settings break a guarantee, and the smallest change that makes it hold."""
