"""The ways in which the plan's images are stored: versions, codecs, chunks and shards, each by a name."""

from sitegen.demo.stores import Style

V5, V5_BLOSC = Style(chunk_px=384), Style(chunk_px=384, codec="blosc", flat=True)
SHARDED = Style(sharded=True, statistic=True, chunk_px=128)
"""As the OME2024 NGFF Challenge stored most of its data."""
SLIDE = Style(sharded=True, chunk_px=256)
VOLUME = Style(sharded=True, deep=True, chunk_px=64, chunk_z=16, statistic=True)
CUBES = Style(sharded=True, chunk_px=32, chunk_z=8)
FILM = Style(sharded=True, chunk_px=96, chunk_z=8)
SMALL = Style(sharded=True, flat=True, smallest_px=100, chunk_px=64)

V4, V4_BLOSC = Style(version="0.4", chunk_px=384), Style(version="0.4", chunk_px=384, codec="blosc")
V4_GZIP, V4_BIG = Style(version="0.4", codec="gzip"), Style(version="0.4", big_endian=True)
SMALL_V4 = Style(version="0.4", smallest_px=100, codec="blosc")

V1, V2, V3 = Style(version="0.1", omero=False), Style(version="0.2"), Style(version="0.3")
V6 = Style(version="0.6rc0")
