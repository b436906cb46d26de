"""Reports: the books as others read them, on paper, in a spreadsheet, in another program; and what came of the loans."""
