"""Tables in and out: every spreadsheet form that a clerk may upload, and .xlsx to take away."""
