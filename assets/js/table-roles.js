// Roles of tables, for those whose rows a style sheet shows as blocks on a phone: some browsers forget the roles there.
// They are not in the HTML, which is valid without them only (ARIA in HTML, section 4).

const ROLES = Object.entries({
  table: "table",
  "thead, tbody": "rowgroup",
  tr: "row",
  td: "cell",
  "thead th": "columnheader",
  "tbody th": "rowheader",
});

/** Write out the roles of a table and its parts. @param {HTMLElement} place the table, or an element around it */
export function giveRoles(place) {
  for (const [selector, role] of ROLES) {
    for (const each of [place, ...place.querySelectorAll(selector)]) {
      if (each.matches(selector)) each.setAttribute("role", role);
    }
  }
}
