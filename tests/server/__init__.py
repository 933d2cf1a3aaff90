"""The server, tested on SQLite and, where it is installed, on PostgreSQL."""
