"""The way out: what stands in the outbox is claimed, sent over its channel, and settled."""
