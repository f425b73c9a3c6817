// How many bytes a compressed frame unpacks to, found before it is unpacked: chunks are written by strangers, and one
// of 67 kB may hold 512 MB. Where a frame states its size, its header is read; where it does not, its blocks bound it.

import { ViewerError } from "./values.js";

const MAX_FRAMES = 64;
const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_BLOCK_BYTES = 131_072;

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Blosc 1: the second and the fourth word of the header are the sizes before and after. @param {Uint8Array} bytes */
export function measureBlosc(bytes) {
  if (bytes.length < 16 || viewOf(bytes).getUint32(12, true) > bytes.length) throw cutShort();
  return viewOf(bytes).getUint32(4, true);
}

/** LZ4 as numcodecs writes it: the size, then the block. @param {Uint8Array} bytes */
export function measureLz4(bytes) {
  if (bytes.length < 4) throw cutShort();
  return viewOf(bytes).getUint32(0, true);
}

/** Zstandard: the sum over all frames (RFC 8878, section 3.1.1). @param {Uint8Array} bytes */
export function measureZstd(bytes) {
  const view = viewOf(bytes);
  let [offset, size, frames] = [0, 0, 0];
  try {
    while (offset < bytes.length) {
      if (++frames > MAX_FRAMES) throw new ViewerError(`A chunk has more than ${MAX_FRAMES} frames.`);
      const magic = view.getUint32(offset, true);
      if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
        offset += 8 + view.getUint32(offset + 4, true);
        continue;
      }
      if (magic !== ZSTD_MAGIC) throw new ViewerError("A chunk is not valid zstd data.");
      const header = readHeader(view, offset + 4);
      const blocks = readBlocks(view, header.end);
      offset = blocks.end + (header.hasChecksum ? 4 : 0);
      size += header.size ?? blocks.most;
    }
  } catch (error) {
    throw error instanceof RangeError ? cutShort() : error;
  }
  return size;
}

/** Read the header of a frame after its magic number. @param {DataView} view @param {number} at */
function readHeader(view, at) {
  const descriptor = view.getUint8(at);
  const isSingle = (descriptor >> 5) & 1;
  const flag = descriptor >> 6;
  const width = [isSingle, 2, 4, 8][flag];
  const start = at + 1 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  let size = 0;
  for (let each = width - 1; each >= 0; each--) size = size * 256 + view.getUint8(start + each);
  return {
    size: width ? size + (flag === 1 ? 256 : 0) : null,
    end: start + width,
    hasChecksum: (descriptor >> 2) & 1,
  };
}

/**
 * Return where the blocks of a frame end, and the most bytes that they hold.
 * @param {DataView} view
 * @param {number} at
 */
function readBlocks(view, at) {
  let [most, last] = [0, 0];
  while (!last) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const [type, size] = [(header >> 1) & 3, header >> 3];
    last = header & 1;
    most += type < 2 ? size : ZSTD_BLOCK_BYTES; // raw and RLE blocks state the size of their content
    at += 3 + (type === 1 ? 1 : size);
  }
  return { end: at, most };
}

const cutShort = () => new ViewerError("A chunk is cut short.");
