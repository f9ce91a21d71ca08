"""Money for language models: prices, purses, the question before a costly turn, and the words about them."""
