// What the viewer spends at most. Stores are written by strangers: every size is checked against these numbers before
// memory is reserved, whatever the metadata state. Together they keep a page below 300 MB.

const MB = 1_000_000;

/** One decoded chunk; larger ones are refused before they are requested. The catalog's own pictures use the same. */
export const CHUNK_BYTES = 64 * MB;
/** One stored object: a chunk that was not compressed, with a checksum. */
export const OBJECT_BYTES = CHUNK_BYTES + MB;
/** One JSON document. */
export const DOCUMENT_BYTES = 16 * MB;
/** The directory of a ZIP archive; the same as when a catalog is built (`sitegen/stores/zip_directory.py`). */
export const ZIP_DIRECTORY_BYTES = 16 * MB;
/** The index of one shard: 16 bytes for each chunk. */
export const SHARD_INDEX_BYTES = 16 * MB;
/** A shard that is no larger, decoded, is read in one request instead of three: its index, and a preflight for it. */
export const SMALL_SHARD_BYTES = MB;
/** Small shards that are kept. */
export const SMALL_SHARDS = 16;
/** Decoded chunks that are kept in the worker: moving through z, or to the next tile, often needs them again. */
export const CHUNK_CACHE_BYTES = 48 * MB;
/** Pixels of tiles, as stored. */
export const TILE_CACHE_BYTES = 48 * MB;
/** Tiles drawn in color: four bytes a pixel. */
export const DRAWN_CACHE_BYTES = 48 * MB;
/** Pixels of all tiles that one view may need; a coarser level is shown where it would need more. */
export const VIEW_BYTES = 40 * MB;
/** Pixels of the canvas: a larger screen is drawn at a lower density. */
export const CANVAS_PX = 4 * MB;

/** Levels of a pyramid that are looked at: 24 halvings of a side of 16 million pixels leave one. */
export const MAX_LEVELS = 24;
/** Axes of an array. */
export const MAX_AXES = 8;
/** Channels that are listed. */
export const MAX_CHANNELS = 256;
/** Channels that are drawn at once when an image is opened; the palette has eight colors. */
export const MAX_ACTIVE = 8;
/** Colors of labels that are read. */
export const MAX_LABEL_COLORS = 10_000;
/** Images of a series, fields of a well, label images that are listed. */
export const MAX_NAMES = 2_000;
/** Wells of a plate: one of 1,536 wells is the largest in use. */
export const MAX_WELLS = 10_000;

/** A host that sends nothing for so long has stopped to answer. */
export const SILENCE_MS = 20_000;
/** A chunk that is not decoded after so long never will be. */
export const DECODE_MS = 15_000;
/** Requests at once to the host of the data. */
export const REQUESTS_AT_ONCE = 12;

/** Longer side of a tile, about. */
export const TILE_PX = 512;
