"""Arrays of pixels → encoded pictures: contrast, colormaps, channels, labels, montages."""
