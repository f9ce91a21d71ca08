"""What the assistant can do: typed functions, the science behind them, proposals and changes."""
