"""The read side: cases, lists, logs and facts as contract models."""
