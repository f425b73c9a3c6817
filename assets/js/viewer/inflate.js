// Unpacking what DEFLATE wrote, by the browser itself, in steps: what unpacks to more than was stated is stopped.

/**
 * Return what bytes unpack to.
 * @param {Uint8Array} bytes
 * @param {CompressionFormat} format
 * @param {(size: number) => void} check throws where so many bytes are too many
 */
export async function inflate(bytes, format, check) {
  const stream = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]).stream();
  const reader = stream.pipeThrough(new DecompressionStream(format)).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    try {
      check(size);
    } catch (error) {
      await reader.cancel();
      throw error;
    }
    parts.push(value);
  }
  return joinBytes(parts, size);
}

/** @param {Uint8Array[]} parts @param {number} size */
function joinBytes(parts, size) {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
