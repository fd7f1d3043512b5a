"""What must hold: guarantees, witnesses, scenarios."""
