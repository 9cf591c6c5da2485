"""The centre: accounts, one table of documents, and the door laptops knock on. Never loaded by a laptop."""
