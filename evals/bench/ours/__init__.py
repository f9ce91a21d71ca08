"""This project's side of each comparison: the product as it is used, nothing switched off."""
