"""Array metadata and stored bytes become arrays of pixels."""
