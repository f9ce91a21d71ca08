"""Scorers: one claim each, from an answer and the truth to a grade."""
