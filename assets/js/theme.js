// @ts-check
// What the first paint needs to know; so a classic script in the head, not a module. Light or dark: the choice of the
// system, unless the visitor made another. `data-theme` on the root element overrides the system; choosing what the
// system has anyway takes the override back. `data-asked` says that the address asks for something: results come first
// then. `data-arriving` says that the answer is not there yet: what the page came with is not it, and stays hidden. And
// as this runs where modules do not, it says so where a page's own script did not start, and keeps what visitors do
// until then. The time of the build is in a file of its own, so that pages stay as they are from build to build; the
// footer shows it.

import { dropEarlyInput, keepEarlyInput } from "./early-input.js";
import { writeDay } from "./writing.js";

keepEarlyInput();

addEventListener("load", () => {
  // All modules have run by now, or will not.
  for (const notice of document.querySelectorAll("[data-needs]")) {
    const name = notice.getAttribute("data-needs") || "";
    if (window.customElements && customElements.get(name)) continue;
    notice.removeAttribute("hidden");
    document.documentElement.removeAttribute("data-arriving");
    dropEarlyInput();
  }
});

addEventListener("DOMContentLoaded", async () => {
  const link = document.querySelector("a[data-build]");
  if (!(link instanceof HTMLAnchorElement) || !/^https?:/.test(link.href)) return; // from a disk, nothing may be read
  const answer = await fetch(link.href).catch(() => null);
  const built = await answer?.json().catch(() => null); // the link is enough where it cannot be read
  if (!answer?.ok || typeof built?.built_at !== "string" || Number.isNaN(Date.parse(built.built_at))) return;
  const time = document.createElement("time");
  time.dateTime = built.built_at;
  time.textContent = writeDay(new Date(time.dateTime));
  link.replaceChildren("Built on ", time);
});

// Paper shows where links lead: style sheets can write an attribute, but not make an address whole.
addEventListener("beforeprint", () => {
  for (const link of document.querySelectorAll("main a[href]")) {
    if (link instanceof HTMLAnchorElement) link.dataset.address = link.href;
  }
});

{
  const KEY = "theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  /** @param {string | null} theme `light`, `dark`, or null to follow the system */
  const remember = (theme) => {
    try {
      if (theme) localStorage.setItem(KEY, theme);
      else localStorage.removeItem(KEY);
    } catch (_) {
      // Storage is closed to us: the choice lasts as long as the page.
    }
  };

  /** @param {string | null} theme */
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  try {
    apply(localStorage.getItem(KEY));
  } catch (_) {
    // Storage is closed to us: nothing was chosen.
  }
  root.toggleAttribute("data-asked", location.search.length > 1);
  root.toggleAttribute("data-arriving", location.search.length > 1);

  class ThemeToggle extends HTMLElement {
    connectedCallback() {
      this.hidden = false;
      this.onclick = this.toggle;
    }

    toggle() {
      const dark = !isDark();
      const theme = dark === system.matches ? null : dark ? "dark" : "light";
      apply(theme);
      remember(theme);
    }
  }

  customElements.define("theme-toggle", ThemeToggle);
}
