"""The command line of the centre: one module for each thing the office looks after."""
