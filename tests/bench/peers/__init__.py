"""What the tracker is measured against; each is started as a process of its own."""
