"""Rasa's custom actions: slots in, one call of the office or the answer service, a sentence out."""
