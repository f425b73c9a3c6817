// What the documents of a group say: an image of any version, a well, a series, a scene, a group of labels. Each value
// is read by itself, so that a wrong color does not cost the window. Source: https://ngff.openmicroscopy.org/0.5/
// and https://ngff.openmicroscopy.org/dev/ for the coordinate systems of 0.6.

import { MAX_CHANNELS, MAX_LABEL_COLORS, MAX_LEVELS, MAX_NAMES, MAX_WELLS } from "./limits.js";
import { readColor, readIndex, readNumber, readObject, readObjects, readList, readPath, readText } from "./values.js";

/** @typedef {import("./axes.js").Axis} Axis */
/**
 * @typedef {object} ChannelSettings how the author wants one channel to be drawn
 * @property {string | null} label
 * @property {string | null} color RRGGBB
 * @property {boolean} active
 * @property {[number, number] | null} window
 * @property {boolean} inverted
 * @property {string | null} lut name of a lookup table
 */
/** @typedef {{path: string, scale: (number | null)[] | null}} Dataset */
/**
 * @typedef {object} ImageDocument
 * @property {Axis[] | null} axes null where the version has none
 * @property {Dataset[]} datasets
 * @property {ChannelSettings[]} channels
 * @property {number | null} defaultZ
 * @property {number | null} defaultT
 * @property {boolean} grayscale
 * @property {boolean} isLabel
 * @property {Map<number, number[]>} labelColors label → red, green, blue, opacity, each 0 to 255
 */

/** Return the OME attributes of a group. @param {unknown} document `zarr.json`, or `.zattrs` of Zarr v2 */
export function readAttributes(document) {
  const object = readObject(document);
  const attributes = "node_type" in object ? readObject(object.attributes) : object;
  return "ome" in attributes ? readObject(attributes.ome) : attributes;
}

/**
 * Return what a group says of the image that it is; null if it is none.
 * @param {Record<string, unknown>} attributes
 * @returns {ImageDocument | null}
 */
export function readImage(attributes) {
  const [multiscale] = readObjects(attributes.multiscales, 1);
  if (!multiscale) return null;
  const systems = readObjects(multiscale.coordinateSystems, MAX_NAMES);
  const datasets = readObjects(multiscale.datasets, MAX_LEVELS);
  const shared = systems.length ? null : readScale(multiscale.coordinateTransformations);
  const omero = readObject(attributes.omero);
  const defaults = readObject(omero.rdefs);
  return {
    axes: readAxes(systems.length ? chooseSystem(systems, datasets).axes : multiscale.axes),
    datasets: datasets.flatMap((each) => readDataset(each, shared)),
    channels: readObjects(omero.channels, MAX_CHANNELS).map(readChannel),
    defaultZ: readIndex(defaults.defaultZ),
    defaultT: readIndex(defaults.defaultT),
    grayscale: defaults.model === "greyscale",
    isLabel: "image-label" in attributes,
    labelColors: readLabelColors(attributes["image-label"]),
  };
}

/**
 * Return the system of coordinates to which every level maps (0.6).
 * @param {Record<string, unknown>[]} systems
 * @param {Record<string, unknown>[]} datasets
 */
function chooseSystem(systems, datasets) {
  const outputs = datasets.map(({ coordinateTransformations: all }) => readObjects(all, 1)[0]?.output);
  const names = outputs.map((each) => (typeof each === "string" ? each : readObject(each).name));
  const agreed = names.every((each) => each === names[0]) ? names[0] : undefined;
  return systems.find(({ name }) => agreed !== undefined && name === agreed) ?? systems[0];
}

/** @param {unknown} value @returns {Axis[] | null} */
function readAxes(value) {
  const axes = readList(value, 16).map((each) =>
    typeof each === "string"
      ? { name: each, type: null, unit: null }
      : {
          name: readText(readObject(each).name) ?? "",
          type: readText(readObject(each).type),
          unit: readText(readObject(each).unit),
        },
  );
  return axes.length ? axes : null;
}

/** @param {Record<string, unknown>} dataset @param {(number | null)[] | null} shared @returns {Dataset[]} */
function readDataset({ path, coordinateTransformations }, shared) {
  const known = readPath(path);
  const own = readScale(coordinateTransformations);
  const scale = own && shared ? own.map((each, at) => times(each, shared[at])) : (own ?? shared);
  return known === null ? [] : [{ path: known, scale }];
}

/** @param {number | null} one @param {number | null | undefined} other */
const times = (one, other) => (one === null || other === undefined || other === null ? one : one * other);

/**
 * Return the product of the scales in a list of transformations, one factor for each axis; null where there is none.
 * @param {unknown} transformations
 * @returns {(number | null)[] | null} a factor that is no positive number is null
 */
function readScale(transformations) {
  const flat = readObjects(transformations, 16).flatMap((each) =>
    each.type === "sequence" ? readObjects(each.transformations, 16) : [each],
  );
  const scales = flat.filter(({ type }) => type === "scale").map(({ scale }) => readList(scale, 16).map(readFactor));
  if (!scales.length) return null;
  return scales.reduce((all, each) => all.map((factor, at) => times(factor, each[at])));
}

/** @param {unknown} value */
function readFactor(value) {
  const number = typeof value === "number" ? readNumber(value) : null;
  return number !== null && number > 0 ? number : null;
}

/** @param {Record<string, unknown>} channel @returns {ChannelSettings} */
function readChannel(channel) {
  const window = readObject(channel.window);
  const [start, end] = [readNumber(window.start), readNumber(window.end)];
  return {
    label: readText(channel.label),
    color: typeof channel.color === "string" ? readColor(channel.color) : null,
    active: channel.active !== false && channel.active !== 0,
    window: start === null || end === null ? null : [start, end],
    inverted: channel.inverted === true,
    lut: readText(channel.lut),
  };
}

/** @param {unknown} value `image-label` @returns {Map<number, number[]>} */
function readLabelColors(value) {
  const found = readObjects(readObject(value).colors, MAX_LABEL_COLORS).flatMap((each) => {
    const [label, rgba] = [readNumber(each["label-value"]), readRgba(each.rgba)];
    return label !== null && rgba ? [/** @type {[number, number[]]} */ ([Math.trunc(label), rgba])] : [];
  });
  return new Map(found);
}

/** @param {unknown} value @returns {number[] | null} */
function readRgba(value) {
  const parts = readList(value, 5).map(readIndex);
  if (parts.length < 3 || parts.length > 4 || parts.some((each) => each === null || each > 255)) return null;
  return /** @type {number[]} */ ([...parts, 255].slice(0, 4));
}

/** Return the paths of the fields of a well. @param {Record<string, unknown>} attributes */
export const readFields = (attributes) => readPaths(readObjects(readObject(attributes.well).images, MAX_NAMES));

/** @param {Record<string, unknown>[]} objects @returns {string[]} */
const readPaths = (objects) => objects.map(({ path }) => readPath(path)).filter((each) => each !== null);

/** Return the paths in a list, such as `labels` and `series`. @param {unknown} value @returns {string[]} */
export const readPathList = (value) =>
  readList(value, MAX_NAMES)
    .map(readPath)
    .filter((each) => each !== null);

/**
 * Return the distinct paths of the images that a scene places (0.6).
 * @param {Record<string, unknown>} attributes
 * @returns {string[]}
 */
export function readSceneImages(attributes) {
  const scene = "scene" in attributes ? readObject(attributes.scene) : attributes;
  const systems = new Set(readObjects(scene.coordinateSystems, MAX_NAMES).map(({ name }) => name));
  const ends = readObjects(scene.coordinateTransformations, MAX_NAMES).flatMap(({ input, output }) => [input, output]);
  const paths = ends.map((each) => (typeof each === "string" ? !systems.has(each) && each : readObject(each).path));
  return [...new Set(paths.map(readPath).filter((each) => each !== null))];
}

/** @typedef {{name: string, path: string, row: number, column: number}} Well */
/** @typedef {{rows: string[], columns: string[], wells: Well[]}} PlateLayout */

/**
 * Return the wells of a plate, by row and column.
 * @param {Record<string, unknown>} attributes
 * @returns {PlateLayout}
 */
export function readPlate(attributes) {
  const plate = readObject(attributes.plate);
  const names = (/** @type {unknown} */ list) => readObjects(list, MAX_NAMES).map(({ name }) => readText(name) ?? "");
  const [rows, columns] = [names(plate.rows), names(plate.columns)];
  const wells = readObjects(plate.wells, MAX_WELLS).flatMap((each) => readWell(each, rows, columns));
  return { rows, columns, wells: wells.sort((one, two) => one.row - two.row || one.column - two.column) };
}

/** @param {Record<string, unknown>} well @param {string[]} rows @param {string[]} columns @returns {Well[]} */
function readWell(well, rows, columns) {
  const path = readPath(well.path);
  if (!path) return [];
  const [row, column] = path.split("/");
  return [
    {
      path,
      name: `${row}${column ?? ""}`,
      row: readIndex(well.rowIndex ?? well.row_index) ?? Math.max(0, rows.indexOf(row)),
      column: readIndex(well.columnIndex ?? well.column_index) ?? Math.max(0, columns.indexOf(column)),
    },
  ];
}
