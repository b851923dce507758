"""How messages cross and services run (the microservice chassis pattern). Not one word of the trade in it."""
