"""Owns SMS, e-mail and in-app notices, their attempts and receipts, announcements, policies and questions.

Keeps the profile slice of the gateway (names and words of the portal), which has no database of its own.

Publishes nothing. Follows every event that somebody is to be told of.
"""
