"""Identity owns persons, the organisation tree, accounts with their roles, sessions, captcha and recovery.

Publishes AccountOpened, PasswordChanged, RecoveryCodeRequested and OrganizationChanged; consumes nothing.
"""
