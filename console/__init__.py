"""Web pages: the chat for members, and what secretaries look at."""
