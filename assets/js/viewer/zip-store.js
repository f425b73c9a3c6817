// A zipped OME-Zarr (.ozx, RFC-9) as a store: keys become members, and members byte ranges of one file. The end of the
// file, which holds the directory, is read first; after that a key that is not there costs no request, a member one.
// Own code, not zarrita's ZipFileStore over unzipit: that takes two requests for a member and holds as many objects as
// a hostile directory states (docs/decisions.md).

import { inflate } from "./inflate.js";
import { DOCUMENT_BYTES, OBJECT_BYTES, ZIP_DIRECTORY_BYTES } from "./limits.js";
import { Store } from "./store.js";
import { ViewerError } from "./values.js";
import { dataStart, findDirectory, LOCAL_BYTES, readDirectory, TAIL_BYTES } from "./zip-directory.js";

/** @typedef {import("./zip-directory.js").Member} Member */
/** @typedef {import("./store.js").Range} Range */
/** @typedef {{start: number, bytes: Uint8Array}} Part of the file */

const [STORED, DEFLATED] = [0, 8];
/** Documents lie side by side, as RFC-9 recommends; so much is read at once where one of them is. */
const BLOCK_BYTES = 32_768;
const BLOCKS = 8;
/** Bytes of extra fields that are read along with a member. */
const EXTRA_BYTES = 64;

export class ZipStore extends Store {
  /** @type {Promise<Map<string, Member>> | null} */
  #members = null;
  /** Parts of the file that are kept: its end, and blocks of documents. @type {Part[]} */
  #parts = [];
  /** @type {Map<string, Promise<number>>} where the data of members begin, by key */
  #starts = new Map();
  /** The compressed member of which a part was read last. @type {{key: string, bytes: Promise<Uint8Array>} | null} */
  #unpacked = null;

  /** @param {string} key */
  async fetchDocument(key) {
    const member = await this.#find(key);
    if (!member) return undefined;
    if (Math.max(member.size, member.stored) > DOCUMENT_BYTES) throw tooLarge(key);
    const start = member.offset;
    const length = LOCAL_BYTES + member.nameBytes + member.stored;
    if (!this.#held(start, start + length + EXTRA_BYTES)) {
      const stop = Math.max(Math.min(start + BLOCK_BYTES, await this.#end()), start + length);
      this.#parts.splice(BLOCKS, 1);
      this.#parts.splice(1, 0, { start, bytes: await this.#readFile(start, stop) });
    }
    return this.#readWhole(key, member);
  }

  /**
   * Return the bytes of a member, or a range of them; undefined where there is none.
   * @param {string} key @param {Range | undefined} range @param {AbortSignal} [signal]
   */
  async read(key, range, signal) {
    const member = await this.#find(key);
    if (!member) return undefined;
    if (!range) return this.#readWhole(key, member, signal);
    const start = "offset" in range ? range.offset : Math.max(0, member.size - range.suffixLength);
    const stop = "offset" in range ? start + range.length : member.size;
    if (!(start >= 0 && start < stop && stop <= member.size)) {
      throw new ViewerError("The index of a shard states a chunk that lies beyond its end.");
    }
    if (member.method !== STORED) return (await this.#unpack(key, member)).slice(start, stop);
    const begin = await this.#startOf(key, member, signal);
    return this.#readFile(begin + start, begin + stop, signal);
  }

  /** @param {string} key @param {Member} member @param {AbortSignal} [signal] */
  async #readWhole(key, member, signal) {
    if (Math.max(member.size, member.stored) > OBJECT_BYTES) throw tooLarge(key);
    const head = LOCAL_BYTES + member.nameBytes;
    const most = Math.min(member.limit, member.offset + head + EXTRA_BYTES + member.stored);
    const bytes = await this.#readFile(member.offset, most, signal);
    const begin = dataStart(member, bytes) - member.offset;
    const data =
      begin + member.stored <= bytes.length
        ? bytes.slice(begin, begin + member.stored)
        : await this.#readFile(member.offset + begin, member.offset + begin + member.stored, signal);
    return member.method === STORED ? data : unpack(key, data, member.size);
  }

  /** Return the content of a compressed member of which a part is wanted. @param {string} key @param {Member} member */
  #unpack(key, member) {
    if (this.#unpacked?.key !== key) this.#unpacked = { key, bytes: this.#readWhole(key, member) };
    return this.#unpacked.bytes;
  }

  /**
   * Return where the data of a member begin: nothing is between its name and them if there is no room for it.
   * @param {string} key @param {Member} member @param {AbortSignal} [signal]
   */
  #startOf(key, member, signal) {
    const { offset, nameBytes, stored, limit } = member;
    const first = offset + LOCAL_BYTES + nameBytes;
    if (first + stored === limit) return first;
    const known = this.#starts.get(key);
    if (known) return known;
    const start = this.#readFile(offset, offset + LOCAL_BYTES, signal).then((header) => dataStart(member, header));
    this.#starts.set(key, start);
    start.catch(() => this.#starts.delete(key));
    return start;
  }

  /** @param {string} key @returns {Promise<Member | undefined>} */
  async #find(key) {
    this.#members ??= this.#open();
    this.#members.catch(() => (this.#members = null)); // another try reads it again
    const member = (await this.#members).get(key.replace(/^\/+/, ""));
    if (member?.isEncrypted) throw new ViewerError("Files in the ZIP archive are encrypted.");
    if (member && member.method !== STORED && member.method !== DEFLATED) {
      throw new ViewerError(
        `Files in the ZIP archive are compressed by method ${member.method}, which is not read here.`,
      );
    }
    if (member && member.method === STORED && member.stored !== member.size) throw tooLarge(key);
    return member;
  }

  async #open() {
    const tail = await this.readTail("", TAIL_BYTES);
    if (!tail) throw new ViewerError("The file of this dataset no longer exists.");
    const tailStart = tail.size - tail.bytes.length;
    this.#parts = [{ start: tailStart, bytes: tail.bytes }];
    const place = findDirectory(tail.bytes, tailStart);
    if (place.size > ZIP_DIRECTORY_BYTES) {
      throw new ViewerError(`The directory of the ZIP archive is larger than ${ZIP_DIRECTORY_BYTES / 1e6} MB.`);
    }
    return readDirectory(await this.#readFile(place.start, place.start + place.size), place);
  }

  /** Return where the members end. */
  async #end() {
    const limits = [...((await this.#members)?.values() ?? [])].map(({ limit }) => limit);
    return limits.reduce((most, each) => Math.max(most, each), 0);
  }

  /** @param {number} start @param {number} stop @param {AbortSignal} [signal] @returns {Promise<Uint8Array>} */
  async #readFile(start, stop, signal) {
    if (start === stop) return new Uint8Array(0);
    const held = this.#held(start, stop);
    if (held) return held.bytes.slice(start - held.start, stop - held.start);
    const bytes = await super.read("", { offset: start, length: stop - start }, signal);
    if (bytes?.length !== stop - start) throw new ViewerError("The ZIP archive is shorter than its directory states.");
    return bytes;
  }

  /** @param {number} start @param {number} stop */
  #held(start, stop) {
    return this.#parts.find((part) => part.start <= start && stop <= part.start + part.bytes.length);
  }
}

/** @param {string} key @param {Uint8Array} data @param {number} most bytes that the directory states */
async function unpack(key, data, most) {
  const check = (/** @type {number} */ size) => {
    if (size > most) throw tooLarge(key);
  };
  try {
    return await inflate(data, "deflate-raw", check);
  } catch (error) {
    if (error instanceof ViewerError) throw error;
    throw new ViewerError(`A file in the ZIP archive, ${key.slice(0, 80)}, cannot be unpacked.`);
  }
}

/** @param {string} key */
const tooLarge = (key) => new ViewerError(`The ZIP archive states an impossible size for ${key.slice(0, 80)}.`);
