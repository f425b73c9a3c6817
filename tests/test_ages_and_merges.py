"""What a build keeps of earlier builds: for how long answers are used, and what a failed inspection replaces."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.cache.policy import age_factor, make_document, make_refusal, make_response, restore_body, usual_age_s
from sitegen.cache.rows import CachedDocument
from sitegen.engine.merge import current_findings, merge_attempt, merge_findings, merge_unchanged, missed
from sitegen.errors import FetchError, fetch_error
from sitegen.model import Crate, Findings, Picture, Problem
from sitegen.model.codes import CODES, make_problem
from sitegen.model.task import Attempt, Known, Outcome
from sitegen.transfer import DAY_S, Response, utc

URL = "https://example.org/a.zarr/zarr.json"
NOW_S = 1_795_327_200.0
PICTURE = Picture(path="pictures/a.webp", width=64, height=64)
GOOD = Findings(kind="image", status="ok", thumbnail=PICTURE, checked_at="2026-01-01T00:00:00Z")
PIXELS_LOST = make_problem("timeout", "0", "no answer")
CRATE_LOST = make_problem("timeout", "ro-crate-metadata.json", "no answer")


def document(url: str = URL, **values: object) -> CachedDocument:
    """Return a cached document."""
    made = CachedDocument(url=url, body=b"old", etag='"1"', last_modified="then", cors=True, checked_at=1.0)
    return replace(made, **values)  # type: ignore[arg-type]


def answer(**values: object) -> Response:
    """Return an answer of the document's host."""
    made = Response(url=URL, status=200, body=b"new", etag='"2"', cors=False, fetched_at=NOW_S)
    return replace(made, **values)  # type: ignore[arg-type]


def known(found: Findings = GOOD, *, checked_at: float = NOW_S - 10 * DAY_S) -> Known:
    """Return what an earlier build knows of a dataset."""
    return Known(then=found, made_by="code", root_digest="digest", checked_at=checked_at)


# Ages


@given(st.text(min_size=1, max_size=40))
def test_ages_are_spread_by_address(url: str) -> None:
    """By a fifth more or less."""
    assert 0.8 <= age_factor(url) <= 1.2


def test_ages_of_many_addresses_differ() -> None:
    """In no tenth of the range more than a fifth of the addresses expire."""
    factors = [age_factor(f"https://example.org/{number}.zarr") for number in range(1000)]
    counts = [sum(0.8 + part / 25 <= each < 0.84 + part / 25 for each in factors) for part in range(10)]

    assert max(counts) < 200
    assert min(counts) > 20


@pytest.mark.parametrize("days", [0.5, 1, 7, 30])
def test_documents_are_used_for_the_configured_time(days: float) -> None:
    """A refusal for a day at most, a file of this machine never."""
    usual = usual_age_s(document(), days) / age_factor(URL)
    refusal = usual_age_s(document(status="missing", code="not-found"), days) / age_factor(URL)

    assert (usual, refusal) == pytest.approx((days * DAY_S, min(days, 1) * DAY_S))
    assert usual_age_s(document("file:///data/a.zarr/zarr.json"), days) == 0


def test_an_unchanged_document_has_the_cached_body() -> None:
    """A 304 brings neither body nor headers of CORS, and may bring a new ETag."""
    restored = restore_body(answer(status=304, body=b"", not_modified=True, cors=None, etag=None), document())

    assert (restored.body, restored.etag, restored.cors, restored.not_modified) == (b"old", '"1"', True, True)
    assert restored.total_bytes == 3


def test_an_equal_document_counts_as_unchanged() -> None:
    """Also where its host knows no validators; its headers are those of now."""
    restored = restore_body(answer(body=b"old", etag=None), document())

    assert (restored.body, restored.not_modified, restored.cors) == (b"old", True, False)


def test_another_document_replaces_the_cached_one() -> None:
    """Nothing of the old one is left."""
    response = answer()

    assert restore_body(response, document()) is response
    assert make_document(response) == document(
        body=b"new", etag='"2"', last_modified=None, cors=False, checked_at=NOW_S
    )


@pytest.mark.parametrize("code", sorted(code for code, row in CODES.items() if row.part == "hosts"))
def test_which_refusals_are_cached(code: str) -> None:
    """Those that a host gave, and that are not of the moment; they are raised again as the same error."""
    error = fetch_error(code, "the host said so")
    silent = make_refusal(URL, error)
    error.answered_at = NOW_S
    cached = make_refusal(URL, error)

    assert silent is None
    assert (cached is None) is CODES[code].of_moment
    if cached and cached.status != "ok":
        with pytest.raises(FetchError, match="the host said so") as caught:
            make_response(cached)
        assert (caught.value.code, caught.value.status, caught.value.answered_at) == (code, error.status, NOW_S)


# Merges


def test_unchanged_findings_are_those_of_now() -> None:
    """All that is different is when they were read."""
    merged = merge_unchanged(known(), now_s=NOW_S, stated_s=None)

    assert current_findings(merged) == replace(GOOD, checked_at=utc(NOW_S))
    assert (merged.checked_at, merged.made_by) == (NOW_S, "code")


def test_a_reproducible_build_states_its_own_time() -> None:
    """The age of findings is counted from the real time all the same."""
    merged = merge_unchanged(known(), now_s=NOW_S, stated_s=0)

    assert (merged.then.checked_at, merged.checked_at) == ("1970-01-01T00:00:00Z", NOW_S)


@pytest.mark.parametrize(
    ("status", "shown"),
    [("unreachable", "stale"), ("missing", "missing"), ("forbidden", "forbidden"), ("unreadable", "unreadable")],
)
def test_a_failed_inspection_keeps_what_was_read(status: str, shown: str) -> None:
    """With the problems of now before those of then, and a note of the day on which it was read."""
    problem = Problem(code="x", level="error")
    merged = merge_attempt(known(), Attempt(status=status, problems=(problem,)), now_s=NOW_S)  # type: ignore[arg-type]
    found = current_findings(merged)

    assert (found.status, found.thumbnail, found.kind) == (shown, PICTURE, "image")
    assert [each.code for each in found.problems] == ["x", "not-current"]
    assert "2026-01-01" in found.problems[1].message
    assert (merged.checked_at == NOW_S) is (shown != "stale")


@pytest.mark.parametrize("status", ["missing", "forbidden", "unreachable", "unreadable", "refused"])
def test_an_inspection_that_fails_misses_everything(status: str) -> None:
    """Unless there was nothing to lose."""
    outcome = Outcome(findings=Findings(status=status))  # type: ignore[arg-type]
    options = {"max_age_days": 30.0, "offline": False, "now_s": NOW_S}

    attempt = missed(known(), outcome, **options)  # type: ignore[arg-type]
    assert attempt is not None
    assert attempt.status == status
    assert missed(known(Findings(status="missing")), outcome, **options) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("then", "now", "days", "offline", "is_missed"),
    [
        (GOOD, (), 10, False, False),
        (GOOD, (PIXELS_LOST,), 10, False, True),
        (GOOD, (CRATE_LOST,), 10, False, False),
        (GOOD, (make_problem("chunk-corrupt", "0"),), 10, False, False),
        (GOOD, (PIXELS_LOST,), 61, False, False),
        (GOOD, (PIXELS_LOST,), 61, True, True),
        (replace(GOOD, problems=(PIXELS_LOST,)), (PIXELS_LOST,), 10, False, False),
        (replace(GOOD, problems=(PIXELS_LOST,), thumbnail=None), (PIXELS_LOST,), 10, False, False),
        (replace(GOOD, problems=(CRATE_LOST,)), (PIXELS_LOST,), 10, False, True),
    ],
)
def test_when_a_part_is_missed(
    then: Findings, now: tuple[Problem, ...], days: float, offline: bool, is_missed: bool
) -> None:
    """Where a host gave no answer for what was read before, for at most twice the maximum age."""
    outcome = Outcome(findings=replace(GOOD, problems=now))
    before = known(then, checked_at=NOW_S - days * DAY_S)
    attempt = missed(before, outcome, max_age_days=30, offline=offline, now_s=NOW_S)

    assert (attempt is not None) is is_missed
    if attempt:
        assert (attempt.status, attempt.problems) == ("unreachable", (PIXELS_LOST,))


@pytest.mark.parametrize(("problems", "kept"), [((), False), ((CRATE_LOST,), True), ((PIXELS_LOST,), False)])
def test_a_crate_is_kept_where_its_host_is_silent(problems: tuple[Problem, ...], kept: bool) -> None:
    """A crate that is gone is gone; one that gave no answer may be there."""
    crate = Crate(name="Liver")
    found = replace(GOOD, problems=problems, crate=None)
    merged = merge_findings(
        known(replace(GOOD, crate=crate)), found, made_by="new", root_digest="d", now_s=NOW_S, stated_s=None
    )

    assert merged.then.crate == (crate if kept else None)
    assert (merged.made_by, merged.root_digest, merged.then.checked_at) == ("new", "d", utc(NOW_S))


def test_a_host_that_never_answered_has_no_date() -> None:
    """`checked_at` is when a host last answered, not when it was asked."""
    found = Findings(status="unreachable")
    merged = merge_findings(None, found, made_by="", root_digest="", now_s=NOW_S, stated_s=None)

    assert merged.then.checked_at is None
