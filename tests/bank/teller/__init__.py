"""The teller of the invented bank."""
