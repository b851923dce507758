"""Owns SMS, e-mail and in-app notices, their attempts and receipts, announcements, policies and questions.

Publishes nothing. Follows every event that somebody is to be told of.
"""
