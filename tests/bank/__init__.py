"""An invented trade with two services, small enough to kill in every place: a teller takes deposits, a ledger adds."""
