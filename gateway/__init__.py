"""The HTTP gateway: routes, problems, sessions, streams of files and events, the portal. No rules of the trade."""
