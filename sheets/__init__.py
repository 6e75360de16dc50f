"""Spreadsheets that come in and go out: a month's bookings, and bases as keepers list them."""
