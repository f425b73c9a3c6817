"""The tree of a facet's values."""

from __future__ import annotations

from string import ascii_lowercase

from sitegen.site.facet_tree import make_tree


def test_values_of_a_tree_are_in_the_order_in_which_they_are_found() -> None:
    """Stated values come first, then the wider ones that join them: files are the same in every process."""
    stated = [f"{letter}{number}" for letter in ascii_lowercase for number in (1, 2)]

    tree = make_tree(stated, lambda value: (value[0],) if len(value) > 1 else ())

    assert list(tree.wider) == [*stated, *ascii_lowercase]
    assert tree.wider["q2"] == {"q"}
