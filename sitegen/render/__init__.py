"""Arrays of pixels become encoded pictures."""
