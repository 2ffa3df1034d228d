"""Completion lists of courses on other platforms: figures, states and times as they may be written."""
