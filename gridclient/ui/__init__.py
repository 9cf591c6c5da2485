"""The window: the only place in the product where Qt exists."""
