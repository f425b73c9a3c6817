"""The tree of a facet's values."""

from __future__ import annotations

from sitegen.site.facet_tree import make_tree


def test_the_order_of_values_is_that_of_the_records() -> None:
    """In each process, although the hashes of texts differ: files of the same data have the same bytes."""
    stated = [f"species-{number}" for number in range(20)]
    tree = make_tree(stated, lambda value: ("genus", "family") if value < "species-15" else ("family",))

    assert list(tree.wider) == [*stated, "genus", "family"]
    assert tree.wider["species-0"] == {"genus", "family"}
