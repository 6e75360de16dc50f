"""Time: what falls due when, and the process that watches the clock."""
