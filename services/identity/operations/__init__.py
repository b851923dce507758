"""What people can do with organisations, accounts and sessions: one function per act, one transaction each."""
