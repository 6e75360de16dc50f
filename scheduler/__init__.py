"""Time: the working calendar, what falls due when, and the process that watches the clock."""
