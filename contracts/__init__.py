"""What crosses the bus: messages, service interfaces, events and errors. pydantic only."""
