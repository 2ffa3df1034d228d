"""Pure rules of surveys: expressions, the tree of questions, and what is kept of what somebody said."""
