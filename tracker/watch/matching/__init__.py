"""What a published item is evidence for: pure rules over the item and what the record knows, with reasons in words."""
