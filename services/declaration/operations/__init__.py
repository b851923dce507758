"""What can be done to batches and declarations: one function per thing, each in one transaction with its audit row."""
