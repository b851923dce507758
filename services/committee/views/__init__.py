"""What acts answer: rows → contract models, below operations and queries."""
