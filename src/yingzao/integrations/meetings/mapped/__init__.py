"""Any other table of attendance, once somebody has said which column is what."""
