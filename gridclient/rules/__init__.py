"""What follows from records and dates: pure functions, no store and no screen."""
