"""What we draw: state charts and sequence diagrams."""
