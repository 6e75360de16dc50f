"""Reading the ledger of a work meeting out of what a secretary writes."""
