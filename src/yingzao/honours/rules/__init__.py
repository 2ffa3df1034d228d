"""Rules: who may do what (`rights`), how figures become places (`total`, `places`, `snapshot`), working days."""
