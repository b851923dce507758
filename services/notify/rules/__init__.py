"""Pure rules of the notify service."""
