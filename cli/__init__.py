"""The command ``zhibu``."""
