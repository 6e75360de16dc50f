"""Conversation: the way in (gateway), Rasa's actions, and the answers to questions of policy."""
