"""A built site becomes a folder of this machine, or is uploaded to where visitors find it."""
