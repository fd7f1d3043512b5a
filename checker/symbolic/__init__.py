"""Z3 and cvc5 back ends."""
