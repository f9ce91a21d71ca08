"""Contacts with known duplicates: a world of people, two unlike ways of recording some of them twice, and counting."""
