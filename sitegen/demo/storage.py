"""The ways in which the images of the demo are stored: versions, codecs, chunks and shards."""

from sitegen.demo.stores import StorageSettings

V5, V5_BLOSC = StorageSettings(chunk_px=384), StorageSettings(chunk_px=384, codec="blosc", flat=True)
SHARDED = StorageSettings(sharded=True, statistic=True, chunk_px=128)
"""As the OME2024 NGFF Challenge stored most of its data."""
SLIDE = StorageSettings(sharded=True, chunk_px=256)
VOLUME = StorageSettings(sharded=True, deep=True, chunk_px=64, chunk_z=16, statistic=True)
CUBES = StorageSettings(sharded=True, chunk_px=32, chunk_z=8)
FILM = StorageSettings(sharded=True, chunk_px=96, chunk_z=8)
SMALL = StorageSettings(sharded=True, flat=True, smallest_px=100, chunk_px=64)

V4, V4_BLOSC = StorageSettings(version="0.4", chunk_px=384), StorageSettings(version="0.4", chunk_px=384, codec="blosc")
V4_GZIP, V4_BIG = StorageSettings(version="0.4", codec="gzip"), StorageSettings(version="0.4", big_endian=True)
SMALL_V4 = StorageSettings(version="0.4", smallest_px=100, codec="blosc")

V1, V2, V3 = StorageSettings(version="0.1", omero=False), StorageSettings(version="0.2"), StorageSettings(version="0.3")
V6 = StorageSettings(version="0.6rc0")
