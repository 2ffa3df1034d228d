"""What the records hold, as the rules of this room take it."""
