"""The public site as a whole: which documents exist, what frames them, and pages that no feature owns."""
