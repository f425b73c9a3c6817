// Which images a dataset holds, and what the visitor chooses among: wells and fields of a plate, images of a series or
// scene, label images. What the catalog knows (record.json of the page) saves requests to the host of the data.

import { readGroup } from "./image.js";
import { readFields, readPathList, readPlate, readSceneImages } from "./metadata.js";
import { readIndex, readObject, readPath, readText } from "./values.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./metadata.js").PlateLayout} PlateLayout */
/** @typedef {{kind: string, format: number, image: string, series: string[], hasLabels: boolean}} Facts */

/**
 * Return what the record of the page says.
 * @param {unknown} record
 * @returns {Facts}
 */
export function readFacts(record) {
  const { kind, zarr_format: format, image_path: image, series, label_images: labels } = readObject(record);
  return {
    kind: readText(kind) ?? "",
    format: readIndex(format) ?? 2,
    image: readPath(image) ?? "",
    series: readPathList(series),
    hasLabels: Array.isArray(labels) && labels.length > 0,
  };
}

/**
 * What there is to choose among. A choice of a plate is a well, whose fields are found when it is chosen.
 * @typedef {object} Tree
 * @property {string} noun what one choice is called
 * @property {string[]} images paths; empty where there is one image only
 * @property {PlateLayout | null} plate
 */

/**
 * Return what a dataset offers.
 * @param {Store} store
 * @param {Facts} facts
 * @returns {Promise<Tree>}
 */
export async function readTree(store, { kind, format, series, image }) {
  const attributes = ["plate", "well", "scene", "labels"].includes(kind) ? await readGroup(store, "", format) : null;
  if (kind === "plate" && attributes) return { noun: "Well", images: [], plate: readPlate(attributes) };
  if (kind === "well" && attributes) return choices("Field", readFields(attributes));
  if (kind === "scene" && attributes) return choices("Image", readSceneImages(attributes));
  if (kind === "labels" && attributes && image) return choices("Labels", readPathList(attributes.labels));
  return choices("Image", series);
}

/** @param {string} noun @param {string[]} images @returns {Tree} */
const choices = (noun, images) => ({ noun, images, plate: null });

/** Return the paths of the fields of a well. @param {Store} store @param {string} well @param {number} format */
export async function readWellFields(store, well, format) {
  const attributes = await readGroup(store, well, format);
  return attributes ? readFields(attributes).map((each) => `${well}/${each}`) : [];
}

/**
 * Return the names of the label images of an image.
 * @param {Store} store
 * @param {string} image
 * @param {number} format
 */
export async function readLabelNames(store, image, format) {
  const attributes = await readGroup(store, image ? `${image}/labels` : "labels", format);
  return readPathList(attributes?.labels);
}
