"""A module for each kind of file; its ``lines`` turns the bytes into lines of text.

They run in the process that ``library.reading`` starts, never in one that has anything to lose.
"""
