"""The plain prompt: everything the desk can do, in sentences, one fact a line, without moving a cursor.

For screen readers, scripts and slow links. ``cartdesk line`` opens it; it works through ``Desk`` alone and knows no screen.
"""
