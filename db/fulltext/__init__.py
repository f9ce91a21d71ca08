"""Searching texts of records word by word: what is searched, the index over it, questions and the order of answers."""
