"""企业微信: 打卡时间记录, a row a person and a column a day."""
