// Objects whose keys are of data or of an address: `constructor` and `__proto__` may be facets, values and words, and
// every object inherits something under these names.

/**
 * Return what an object itself has under a key; undefined where it has nothing, or there is no object.
 * @template T
 * @param {Record<string, T> | null | undefined} object
 * @param {string} key
 * @returns {T | undefined}
 */
export const own = (object, key) => (object && Object.hasOwn(object, key) ? object[key] : undefined);
