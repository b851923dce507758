"""Pure rules of the committee service: no database, no clock, no network."""
