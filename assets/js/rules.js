// @ts-check
// The rules page: a field that leaves the rules with all words, and links that open their section.

import { openTarget } from "./open-target.js";
import { find, part } from "./home/dom.js";
import { writeCount } from "./writing.js";

/** Shows the rules that have every word that is typed, and says how many they are. */
class RuleFilter extends HTMLElement {
  connectedCallback() {
    const form = find(this, "form");
    this.field = find(form, "input");
    this.count = part(form, "count");
    this.groups = [...this.querySelectorAll("[data-part=group]")].map((group) => ({
      group: /** @type {HTMLElement} */ (group),
      rules: [...group.querySelectorAll("[data-part=rule]")].map((rule) => ({
        rule: /** @type {HTMLElement} */ (rule),
        text: `${rule.getAttribute("data-words")} ${rule.textContent}`.toLowerCase(),
      })),
    }));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.field.addEventListener("input", () => this.filter());
    addEventListener("hashchange", () => this.clear());
    if (this.field.value) this.filter();
  }

  /** Show all rules again: a link leads to one that may be hidden. */
  clear() {
    if (!this.field?.value) return;
    this.field.value = "";
    this.filter();
    openTarget();
  }

  filter() {
    const words = (this.field?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const found = new Set();
    for (const { group, rules } of this.groups ?? []) {
      let shown = 0;
      for (const { rule, text } of rules) {
        rule.hidden = !words.every((word) => text.includes(word));
        if (rule.hidden) continue;
        shown += 1;
        found.add(rule.id || rule.querySelector("a")?.hash.slice(1));
      }
      group.hidden = !shown;
      if (group instanceof HTMLDetailsElement) group.open = words.length > 0 && shown > 0;
    }
    const count = words.length ? `${writeCount(found.size)} ${found.size === 1 ? "rule" : "rules"}` : "";
    if (this.count) this.count.textContent = words.length && !found.size ? "No rule contains all these words." : count;
  }
}

customElements.define("rule-filter", RuleFilter);
