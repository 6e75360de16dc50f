"""Answers to questions of policy and procedure: retrieved from cards, cited, or declined."""
