"""Workbooks in, records out: read a file, recognise its form, rehearse, then commit."""
