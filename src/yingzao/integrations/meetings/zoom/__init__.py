"""Zoom: participant reports, old and new, in English and Chinese."""
