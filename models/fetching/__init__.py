"""The parts of models/fetch.py, one for each kind of data."""
