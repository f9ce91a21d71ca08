"""The supervisor graph: both models plan, call tools and word an answer by the same nodes."""
