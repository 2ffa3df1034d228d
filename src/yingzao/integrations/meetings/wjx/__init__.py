"""问卷星: who answered a questionnaire, and when."""
