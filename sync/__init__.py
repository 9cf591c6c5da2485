"""Synchronise records between laptops and one centre; knows nothing of grids or windows."""
