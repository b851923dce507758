"""The ledger of the invented bank."""
