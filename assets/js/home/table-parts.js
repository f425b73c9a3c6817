// What shows the results as a table: loaded with the first one.

import "./result-table.js";
import "./table-tools.js";
