"""What people give, seen by those who give: receipts, the year in one list, refunds, reminders of dues, the land gift."""
