"""Memory of relationships: what people prefer, fear, promised and told, with who said it and when."""

from tools.memories.forgetting import forget
from tools.memories.gathering import gather_memories
from tools.memories.recalling import recall
from tools.memories.remembering import remember

TOOLS = (remember, recall, forget, gather_memories)

__all__ = ["TOOLS", "forget", "gather_memories", "recall", "remember"]
