// @ts-check
// The health page: links open what they name, and lines show how the figures changed.

import "./build-figures.js";
import "./build-history.js";
import "./open-target.js";
