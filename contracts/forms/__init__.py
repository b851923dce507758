"""The form engine: pure functions that read and check what a person fills in, by the profile's form description.

It stands among the contracts because the declaration's and the experts' forms are checked alike and the page may ask
for both, while services never import each other.
"""
