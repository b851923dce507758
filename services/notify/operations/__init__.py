"""What the notify service does, one function for each act."""
