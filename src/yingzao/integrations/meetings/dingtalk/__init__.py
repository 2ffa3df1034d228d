"""钉钉: clock-ins, one a row (原始记录), or a row for each person and day (日报, 月报)."""
