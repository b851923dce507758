"""The HTTP gateway: routes, problems, sessions, streams of files and events, the portal's files. No rules."""
