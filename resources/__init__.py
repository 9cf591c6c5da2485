"""Files the program reads and never writes: icons, words, ledger templates, code tables."""
