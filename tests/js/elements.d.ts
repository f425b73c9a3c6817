// The elements of the home page by their names, so that `tsc` knows what `find(page, "search-box")` returns.

import type { FilterChips } from "../../assets/js/home/chips.js";
import type { FacetFilter } from "../../assets/js/home/facet-filter.js";
import type { FilterPanel } from "../../assets/js/home/filter-panel.js";
import type { RangeFilter } from "../../assets/js/home/range-filter.js";
import type { ExportMenu, ResultToolbar } from "../../assets/js/home/result-toolbar.js";
import type { ResultPager } from "../../assets/js/home/pager.js";
import type { ResultList, ResultMessage } from "../../assets/js/home/results.js";
import type { InstitutionLinks, SearchBox } from "../../assets/js/home/search-box.js";
import type { SearchSuggestions } from "../../assets/js/home/suggestions.js";

declare global {
  interface HTMLElementTagNameMap {
    "export-menu": ExportMenu;
    "facet-filter": FacetFilter;
    "filter-chips": FilterChips;
    "filter-panel": FilterPanel;
    "institution-links": InstitutionLinks;
    "range-filter": RangeFilter;
    "result-list": ResultList;
    "result-message": ResultMessage;
    "result-pager": ResultPager;
    "result-toolbar": ResultToolbar;
    "search-box": SearchBox;
    "search-suggestions": SearchSuggestions;
  }
}
