"""Files in: XLSForm."""
