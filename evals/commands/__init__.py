"""Commands: conversations in which records are read and changed, judged by the rows before and after each turn."""
