"""The one error of the launcher."""


class Refused(Exception):
    """A step cannot go on; the text says what failed and what to do."""
