"""Questions that people ask a catalog of microscopy, and the datasets that answer them."""
