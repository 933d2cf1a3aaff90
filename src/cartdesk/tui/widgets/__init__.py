"""The parts pages are made of; each takes frozen views and posts messages, and knows nothing of the desk behind them."""
