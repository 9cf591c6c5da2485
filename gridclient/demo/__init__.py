"""An invented field day, lived from end to end by the real parts: for a first look, and as proof that they fit."""
