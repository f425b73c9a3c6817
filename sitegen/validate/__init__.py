"""Validates OME-Zarr metadata by the rules of their version, however broken the metadata are.

`validate_document` takes one document as parsed JSON, `validate_store` those of a whole
dataset. Whatever is in them, the answer is a `ValidationResult`, never an exception. Each
problem has a code, a pointer, what was expected and found, and a hint.
"""

from sitegen.validate.document import DocumentKind, ValidationResult, validate_document
from sitegen.validate.rules import RULES, Clause, Rule, rule_for
from sitegen.validate.store import store_version, validate_reading, validate_store
from sitegen.validate.stored_tree import OME_XML, Tree

__all__ = [
    "OME_XML",
    "RULES",
    "Clause",
    "DocumentKind",
    "Rule",
    "Tree",
    "ValidationResult",
    "rule_for",
    "store_version",
    "validate_document",
    "validate_reading",
    "validate_store",
]
