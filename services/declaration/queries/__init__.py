"""The read side: rows as the messages of the contract."""
