"""What pages, feeds and the API show, worked out from a strategy and its state. Pure."""
