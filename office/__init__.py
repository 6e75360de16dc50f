"""Records and rules of the branches: knows no messenger, no clock and no web.

Functions take an open session and, where time matters, ``now`` (aware, UTC). They never commit:
the caller at the edge (action, gateway, job, route, command) owns the transaction.
"""
