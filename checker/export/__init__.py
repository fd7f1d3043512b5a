"""TLA+, Promela and Murphi text from the IR."""
