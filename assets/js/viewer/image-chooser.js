// What the visitor chooses among: the wells and fields of a plate, or the images of a series, scene, well or group of
// labels; and the label images of the image that is shown.

import { make } from "./elements.js";
import { readLabelNames, readWellFields } from "./tree.js";
import { ViewerError } from "./values.js";

/** @typedef {import("./tree.js").Tree} Tree */
/** @typedef {import("./tree.js").Facts} Facts */
/** @typedef {import("./scene.js").Scene} Scene */

/** Who types the name of a well passes others on the way. */
const TYPING_MS = 150;

/** Lists of the images of a dataset. */
export class ImageChooser {
  element = make("div", { className: "viewer__chooser" });
  #first = make("select");
  #second = make("select", { "aria-label": "Field" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  /** @type {Tree} */
  #tree = { noun: "Image", images: [], plate: null };

  /** @param {Scene} scene @param {Facts} facts @param {(image: string) => void} onChoose */
  constructor(scene, facts, onChoose) {
    this.scene = scene;
    this.facts = facts;
    this.onChoose = onChoose;
    this.element.append(this.#first, this.#second);
    this.#first.addEventListener("change", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#chooseFirst(), TYPING_MS);
    });
    this.#second.addEventListener("change", () => onChoose(this.#second.value));
    this.element.hidden = true;
  }

  /** @param {Tree} tree */
  fill(tree) {
    this.#tree = tree;
    const wells = tree.plate?.wells.map(({ name, path }) => ({ name: `Well ${name}`, path }));
    const choices = wells ?? tree.images.map((path) => ({ name: `${tree.noun} ${path}`, path }));
    this.#first.setAttribute("aria-label", tree.noun);
    this.#first.replaceChildren(...choices.map(({ name, path }) => makeOption(name, path)));
    this.#first.hidden = choices.length < 2 && !wells;
    this.element.hidden = this.#first.hidden;
    this.refresh();
  }

  /** Return whether the dataset has this image, as far as is known. @param {string} path */
  has(path) {
    const { plate, images } = this.#tree;
    if (plate) return plate.wells.some((well) => path.startsWith(`${well.path}/`));
    return path === this.facts.image || images.includes(path);
  }

  /** Show which image is chosen. */
  async refresh() {
    const path = this.scene.image?.path ?? "";
    const well = this.#tree.plate?.wells.find((each) => path.startsWith(`${each.path}/`));
    if (document.activeElement !== this.#first) this.#first.value = well?.path ?? path;
    this.#second.hidden = !well;
    if (!well) return;
    const fields = await this.#readFields(well.path);
    if (this.scene.image?.path !== path) return;
    this.#second.replaceChildren(
      ...fields.map((each) => makeOption(`Field ${each.slice(well.path.length + 1)}`, each)),
    );
    this.#second.value = path;
    this.#second.hidden = fields.length < 2;
  }

  /** Choose the well at a place of the plate. @param {number} row @param {number} column */
  async chooseWell(row, column) {
    const well = this.#tree.plate?.wells.find((each) => each.row === row && each.column === column);
    if (!well) throw new ViewerError("The plate has no well there.");
    this.#first.value = well.path;
    await this.#chooseFirst();
  }

  async #chooseFirst() {
    const path = this.#first.value;
    if (!this.#tree.plate) return this.onChoose(path);
    const [field] = await this.#readFields(path);
    if (this.#first.value === path) this.onChoose(field ?? `${path}/0`);
  }

  /** @param {string} well */
  async #readFields(well) {
    return readWellFields(this.scene.store, well, this.facts.format).catch(() => /** @type {string[]} */ ([]));
  }
}

/** The label images of the image that is shown: which is drawn, and how opaque. */
export class LabelPanel {
  element = make("fieldset", { className: "viewer__labels" }, make("legend", {}, "Labels"));
  #choice = make("select", { "aria-label": "Label image" });
  #opacity = make("input", { type: "range", min: "0", max: "100", "aria-label": "Opacity of the labels" });
  /** @type {unknown} */
  #image = null;

  /** @param {Scene} scene @param {Facts} facts @param {(name: string | null, opacity: number) => void} onChoose */
  constructor(scene, facts, onChoose) {
    this.scene = scene;
    this.facts = facts;
    const choose = () => onChoose(this.#choice.value || null, Number(this.#opacity.value));
    this.element.append(this.#choice, this.#opacity);
    this.#choice.addEventListener("change", choose);
    this.#opacity.addEventListener("input", choose);
    this.element.hidden = true;
  }

  /** Show the label images of the image, which are read once for each image. */
  async refresh() {
    const { image, labels, opacity } = this.scene;
    if (image !== this.#image) await this.#fill(image);
    this.#choice.value = this.scene.labels ?? "";
    this.#opacity.value = String(opacity);
    this.#opacity.hidden = !labels;
  }

  /** @param {import("./image.js").OpenedImage | null} image */
  async #fill(image) {
    this.#image = image;
    this.element.hidden = true;
    if (!image || image.document.isLabel || !this.facts.hasLabels) return;
    const names = await readLabelNames(this.scene.store, image.path, image.format).catch(() => []);
    if (image !== this.scene.image || !names.length) return;
    this.#choice.replaceChildren(makeOption("None", ""), ...names.map((each) => makeOption(each, each)));
    this.element.hidden = false;
  }
}

/** @param {string} name @param {string} value */
const makeOption = (name, value) => make("option", { textContent: name.slice(0, 80), value });
