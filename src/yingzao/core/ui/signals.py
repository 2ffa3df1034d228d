"""What a reader chose, for rooms above that keep it."""

from django.dispatch import Signal

language_chosen = Signal()  # person, language: a signed-in reader switched
