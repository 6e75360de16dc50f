"""A Bot API server of our own: ``python -m tests.fake_telegram --port N --token T``."""
