// @ts-check
// The page of an institution: lines of its history, response times of its hosts, and this site's address in examples.

import "./build-figures.js";
import "./build-history.js";
import "./example-address.js";
