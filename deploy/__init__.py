"""How the services are started and operated: this one machine, containers, clusters."""
