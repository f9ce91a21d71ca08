"""The way to a language model: what a call may use and wait for, what goes wrong, and what a span is told of it."""
