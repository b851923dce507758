"""What can be done: one function per thing, each in one transaction with its audit row and its events."""
