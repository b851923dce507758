"""The broker's topology for installations that do not use the launcher."""
