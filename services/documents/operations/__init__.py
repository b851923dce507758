"""What people and events change: one function for each act, in one transaction."""
