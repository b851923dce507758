"""What the documents service decides without looking anywhere: pure functions and the profile's slice."""
