"""The HTTP routes, one module for each service's part of the API; each has a `router`."""
