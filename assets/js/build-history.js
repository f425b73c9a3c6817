// @ts-check
// Lines that show how the figures of the catalog, or of an institution, changed from build to build.

import { whyFailed } from "./offline.js";
import { sizeText } from "./build-figures.js";
import { holdBetween, readBuilds, writeDate, writeTime } from "./builds.js";
import { part } from "./home/dom.js";
import { writeCount } from "./writing.js";

/** @typedef {import("./builds.js").Build} Build */
/** @typedef {{name: string, write: (value: number) => string, points: {date: Date, value: number}[]}} Line */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [200, 40];
/** Space above and below a line, for its width. */
const EDGE = 3;
const HOSTS = 12;
/** @type {[string, string, (value: number) => string][]} */
const FIGURES = [
  ["datasets", "Datasets", writeCount],
  ["ok", "Readable datasets", writeCount],
  ["valid", "Valid datasets", writeCount],
  ["bytes", "Stored size", sizeText],
  ["errors", "Errors", writeCount],
  ["warnings", "Warnings", writeCount],
  ["score", "Findability", (score) => `${score} of 100`],
];

/**
 * Draws a line for each figure, and for the response time of each host. With `data-until`, the address of build.json,
 * the history has only builds that found something else than the build before.
 */
class BuildHistory extends HTMLElement {
  async connectedCallback() {
    const read = await readBuilds(this.getAttribute("data-history") ?? "");
    const until = this.getAttribute("data-until");
    const builds = read && until ? await holdBetween(read, until) : read;
    const note = part(this, "note");
    if (!builds)
      note.textContent = `The history of builds could not be loaded. ${whyFailed("Reload the page to see it.")}`;
    else if (builds.length < 2) note.textContent = "There is one build so far; charts appear after the next one.";
    else {
      const list = part(this, "lines");
      list.replaceChildren(...linesOf(builds).map(draw));
      list.hidden = false;
      const [first, last] = [builds[0], builds[builds.length - 1]];
      const span = `from ${writeDate(first.date)} to ${writeDate(last.date)}`;
      const changes = read && until && read.length - 1;
      const found = changes === 1 ? "1 change" : `${writeCount(changes || 0)} changes`;
      note.textContent = `${until ? found : `${writeCount(builds.length)} builds`}, ${span}.`;
    }
  }
}

/** @param {Build[]} builds @returns {Line[]} */
function linesOf(builds) {
  const figures = FIGURES.map(([key, name, write]) => {
    const stated = builds.filter(({ figures }) => key in figures);
    return { name, write, points: stated.map(({ date, figures }) => ({ date, value: figures[key] })) };
  });
  const hosts = [...builds[builds.length - 1].times.keys()].slice(0, HOSTS);
  const times = hosts.map((host) => {
    const points = builds.flatMap(({ date, times }) => {
      const value = times.get(host);
      return value === undefined ? [] : [{ date, value }];
    });
    return { name: `Response of ${host}`, write: writeTime, points };
  });
  return [...figures, ...times].filter(({ points }) => points.length);
}

/** @param {Line} line */
function draw({ name, write, points }) {
  const values = points.map(({ value }) => value);
  const [first, last] = [points[0], points[points.length - 1]];
  const item = document.createElement("li");
  const label = make("p", "history__name", name);
  const value = make("p", "history__value", write(last.value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const words = low === high ? `the same since ${writeDate(first.date)}` : `${write(low)} to ${write(high)}`;
  item.append(label, value, plot(points), make("p", "history__range small muted", words));
  return item;
}

/** @param {string} name @param {string} className @param {string} text */
const make = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text });

/**
 * Return a picture of a line over time; the figures beside it say what it shows.
 * @param {{date: Date, value: number}[]} points
 */
function plot(points) {
  const times = points.map(({ date }) => date.getTime());
  const values = points.map(({ value }) => value);
  const [start, end, low, high] = [times[0], times[times.length - 1], Math.min(...values), Math.max(...values)];
  const at = (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ to) =>
    to > from ? (value - from) / (to - from) : 0.5;
  const places = points.map(({ date, value }) => {
    const x = WIDTH * at(date.getTime(), start, end);
    const y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * at(value, low, high);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "history__line");
  picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "polyline");
  line.setAttribute(
    "points",
    (places.length > 1 ? places : [places[0], `${WIDTH},${places[0].split(",")[1]}`]).join(" "),
  );
  picture.append(line);
  return picture;
}

customElements.define("build-history", BuildHistory);
