"""Surveys to take away."""
