// The elements of the home page by their names, so that `tsc` knows what `find(page, "search-box")` returns.

import type { CopyLink } from "../../assets/js/home/copy-link.js";
import type { FilterChips } from "../../assets/js/home/chips.js";
import type { FacetFilter } from "../../assets/js/home/facet-filter.js";
import type { FilterPanel } from "../../assets/js/home/filter-panel.js";
import type { RangeFilter } from "../../assets/js/home/range-filter.js";
import type { ExportMenu, ResultToolbar } from "../../assets/js/home/result-toolbar.js";
import type { ResultPager } from "../../assets/js/home/pager.js";
import type { ResultList, ResultMessage } from "../../assets/js/home/results.js";
import type { InstitutionLinks, SearchBox } from "../../assets/js/home/search-box.js";
import type { SearchSuggestions } from "../../assets/js/home/suggestions.js";
import type { SelectionBar } from "../../assets/js/home/selection-bar.js";
import type { ResultTable } from "../../assets/js/home/result-table.js";
import type { TableTools } from "../../assets/js/home/table-tools.js";

declare global {
  interface HTMLElementTagNameMap {
    "copy-link": CopyLink;
    "export-menu": ExportMenu;
    "facet-filter": FacetFilter;
    "filter-chips": FilterChips;
    "filter-panel": FilterPanel;
    "institution-links": InstitutionLinks;
    "range-filter": RangeFilter;
    "result-list": ResultList;
    "result-message": ResultMessage;
    "result-pager": ResultPager;
    "result-table": ResultTable;
    "result-toolbar": ResultToolbar;
    "selection-bar": SelectionBar;
    "table-tools": TableTools;
    "search-box": SearchBox;
    "search-suggestions": SearchSuggestions;
  }
}
