"""Array metadata and stored bytes → arrays of pixels: levels, selections, chunks, shards, codecs."""
