"""The judge: what the rules of OME-Zarr say of metadata, of any version, however broken.

`judge_document` takes one document as parsed JSON, `judge_store` those of a whole
dataset. Whatever is in them, the answer is a `Judgement`, never an exception; each
problem has a code of `rules.txt`, a pointer, what was expected and found, and a hint.
"""

from sitegen.ome.judge.document import DocumentKind, Judgement, judge_document
from sitegen.ome.judge.store import judge_store, store_version
from sitegen.ome.judge.stored import OME_XML, Tree

__all__ = ["OME_XML", "DocumentKind", "Judgement", "Tree", "judge_document", "judge_store", "store_version"]
