"""The pure rules of identity: no tables, no clock, no randomness."""
