"""What can be done to cases: one function per thing, each in one transaction with its audit row and its event."""
