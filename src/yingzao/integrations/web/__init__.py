"""Reading public addresses over HTTP."""
