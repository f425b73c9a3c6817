"""The frozen values that travel from a row of a list to a page.

An `Entry` is a dataset as the lists name it, `Findings` what an inspection found of it, `Record` what the catalog
says of it, `Catalog` all of them, `Page` a file of the site. `None` means "not stated", never "failed": a failure is a
`Problem`.
"""

from sitegen.model.branding import Branding, Footer, FooterText, Icon
from sitegen.model.catalog import (
    BuildFigures,
    Catalog,
    Folders,
    HostFigures,
    Layout,
    Page,
    PageForm,
    Source,
    Study,
    Totals,
)
from sitegen.model.changes import Changed, Changes
from sitegen.model.entry import Entry
from sitegen.model.findings import (
    Axis,
    BrowserAccess,
    Channel,
    Cost,
    Crate,
    Creator,
    CreatorKind,
    Findings,
    ImageMetadata,
    Level,
    License,
    Picture,
    Plate,
    PublicFindings,
    Shown,
    Term,
)
from sitegen.model.institutions import ChangedDatasets, InstitutionEvent, InstitutionFigures, InstitutionHistory
from sitegen.model.problems import Kind, ListProblem, Place, Problem, Severity, Status, Validated
from sitegen.model.record import Record, StudyNameOrigin, StudyOrigin, StudyRef

__all__ = [
    "Axis",
    "Branding",
    "BrowserAccess",
    "BuildFigures",
    "Catalog",
    "Changed",
    "ChangedDatasets",
    "Changes",
    "Channel",
    "Cost",
    "Crate",
    "Creator",
    "CreatorKind",
    "Entry",
    "Findings",
    "Folders",
    "Footer",
    "FooterText",
    "HostFigures",
    "Icon",
    "ImageMetadata",
    "InstitutionEvent",
    "InstitutionFigures",
    "InstitutionHistory",
    "Kind",
    "Layout",
    "Level",
    "License",
    "ListProblem",
    "Page",
    "PageForm",
    "Picture",
    "Place",
    "Plate",
    "Problem",
    "PublicFindings",
    "Record",
    "Severity",
    "Shown",
    "Source",
    "Status",
    "Study",
    "StudyNameOrigin",
    "StudyOrigin",
    "StudyRef",
    "Term",
    "Totals",
    "Validated",
]
