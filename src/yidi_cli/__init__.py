"""yidi: what to do when a person insured in one Chinese city needs care in another."""

__version__ = "0.1.0"
