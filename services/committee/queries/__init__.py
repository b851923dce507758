"""The read side: SELECT → contract models."""
