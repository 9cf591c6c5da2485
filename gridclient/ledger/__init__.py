"""Records become sheets, sheets become paper and workbooks. No Qt here: a page is texts and lines in millimetres."""
