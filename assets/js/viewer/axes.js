// Which axis of an array is x, y, z, channel or time: by type and name, never by position alone, as the catalog's
// pictures do. Where no axes are named, as in OME-Zarr 0.1 and 0.2, their order is (t, c, z, y, x).

/** @typedef {{name: string, type: string | null, unit: string | null}} Axis */
/** @typedef {{y: number, x: number, c: number | null, z: number | null, t: number | null}} Positions */

/** @type {Record<string, string>} */
const TYPES_BY_NAME = { x: "space", y: "space", z: "space", c: "channel", channel: "channel", t: "time" };

/**
 * Return the position of each axis; null where there are not two space axes.
 * @param {Axis[] | null} axes in the order of the array
 * @param {number[]} shape
 * @returns {Positions | null}
 */
export function findAxes(axes, shape) {
  if (!axes || axes.length !== shape.length) return findByRank(shape);
  const names = axes.map(({ name }) => name.trim().toLowerCase());
  const types = axes.map(({ type }, at) => type?.trim().toLowerCase() || TYPES_BY_NAME[names[at]] || "other");
  const spatial = (/** @type {string} */ name) => names.findIndex((each, at) => each === name && types[at] === "space");
  let [x, y] = [spatial("x"), spatial("y")];
  // An axis named z becomes y or x only if no other is left.
  const rest = names.map((_, at) => at).filter((at) => types[at] === "space" && at !== x && at !== y);
  rest.sort((one, other) => Number(names[one] !== "z") - Number(names[other] !== "z") || one - other);
  if (rest.length < Number(x < 0) + Number(y < 0)) return null;
  if (x < 0) x = /** @type {number} */ (rest.pop());
  if (y < 0) y = /** @type {number} */ (rest.pop());
  return { y, x, z: rest[0] ?? null, c: orNull(types.indexOf("channel")), t: orNull(types.indexOf("time")) };
}

/** @param {number} at @returns {number | null} */
const orNull = (at) => (at < 0 ? null : at);

/** @param {number[]} shape @returns {Positions | null} */
function findByRank(shape) {
  const rank = shape.length;
  if (rank < 2) return null;
  if (rank === 3 && (shape[2] === 3 || shape[2] === 4) && Math.min(shape[0], shape[1]) > 4) {
    return { y: 0, x: 1, c: 2, z: null, t: null };
  }
  const before = (/** @type {number} */ place) => (rank - place >= 0 ? rank - place : null);
  return { y: rank - 2, x: rank - 1, z: before(3), c: before(4), t: before(5) };
}
