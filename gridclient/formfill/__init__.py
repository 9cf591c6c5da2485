"""表格助手: a department's own workbook is read, its columns are matched to ours once, and a copy of it is filled."""
