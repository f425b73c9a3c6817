"""Questions that exclude something, with words between what excludes and what is excluded, or several values.

Like `questions.py`: an answer is a predicate over the records, and says what is right, not how it is found.
"""

from __future__ import annotations

from search_questions.questions import (
    CONFOCAL,
    GB,
    LIGHT_SHEET,
    MOUSE,
    Answer,
    Question,
    below,
    both,
    channels,
    either,
    has_labels,
    is_kind,
    is_type,
    license_is,
    no,
    organism,
    stored,
    study,
    within,
)

PLATE = is_kind("plate")
STATED: Answer = lambda r: r.found.shape is not None  # noqa: E731
NO_LABELS = both(STATED, no(has_labels))
OVER_ONE_GB = within(stored, GB + 1, 10**18)
JAX = study("jax-lacz")
THREE = within(channels, 3, 3)
TWO_ORGANISMS = no(organism("10090", "9606"))


def asking(answer: Answer, *texts: str) -> tuple[Question, ...]:
    """Return questions that have one answer."""
    return tuple(Question(text, answer) for text in texts)


NEGATIONS = (
    # Verbs and prepositions before what is excluded
    *asking(
        no(license_is("CC-BY-4.0")),
        *("not under CC BY", "not published under CC BY", "not licensed under CC BY", "without anything under CC BY"),
    ),
    *asking(no(license_is("CC0-1.0")), "not available under CC0"),
    *asking(
        no(CONFOCAL),
        *("not imaged with confocal", "without using confocal", "exclude datasets imaged with confocal"),
    ),
    *asking(no(LIGHT_SHEET), "not captured with SPIM", "not based on light sheet"),
    *asking(no(either(CONFOCAL, LIGHT_SHEET)), "not made with confocal or SPIM"),
    *asking(no(PLATE), "not showing plates", "not shown on plates"),
    *asking(no(MOUSE), "not showing mouse", "no images showing mouse", "not about mouse", "not related to mouse"),
    *asking(both(MOUSE, no(CONFOCAL)), "mouse not imaged with confocal"),
    *asking(no(JAX), "not on JAX", "no datasets on JAX", "not published by JAX", "not hosted by JAX"),
    # Limits of all things
    *asking(
        no(OVER_ONE_GB),
        *("exclude larger than 1 GB", "exclude anything over 1 GB", "without anything larger than 1 GB"),
        *("no datasets over 1 GB", "nothing over 1 GB", "nothing larger than 1 GB", "exclude those over 1 GB"),
    ),
    *asking(no(below(GB)), "not under 1 GB", "exclude everything smaller than 1 GB"),
    # Several values that a field has not
    *asking(
        TWO_ORGANISMS,
        *("organism != mouse and organism != human", "organism not mouse or human", "organism != mouse or human"),
        *("organism not mouse, human", "organism != mouse, human", "organism is not mouse nor human"),
    ),
    *asking(both(TWO_ORGANISMS, THREE), "organism not mouse or human, 3 channels"),
    *asking(both(no(organism("10090")), THREE), "organism not mouse, 3 channels"),
    *asking(both(organism("10090"), below(GB)), "organism: mouse size:<1GB"),
    *asking(no(either(*map(license_is, ("CC-BY-4.0", "CC0-1.0")))), "license not CC BY or CC0"),
    *asking(no(is_type("uint8", "uint16")), "dtype not uint8 or uint16"),
    # Zero, and no number
    *asking(NO_LABELS, "0 labels", "zero labels"),
    *asking(no(PLATE), "0 plates", "zero plates"),
    *asking(within(channels, 0, 0), "channels 0", "0 channels", "zero channels"),
    *asking(no(THREE), "no 3 channels"),
    *asking(no(within(channels, 2, 2)), "no 2 channels"),
    # A comma behind
    *asking(both(MOUSE, NO_LABELS), "no labels, mouse", "without labels, mouse", "mouse, no labels"),
    *asking(both(is_type("uint16"), NO_LABELS), "no labels, uint16", "lacking labels, uint16"),
)
