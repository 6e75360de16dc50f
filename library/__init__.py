"""The documents that the assistant knows: read, split into articles, kept in versions."""
