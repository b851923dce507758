"""The functional core of the declaration service: pure functions over contracts, no I/O and no clock."""
