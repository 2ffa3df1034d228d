"""小鹅通: who watched a live stream, and who watched a recording. Both know only how long."""
