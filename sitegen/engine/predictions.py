"""Predictions of what a dataset looks like, from the datasets beside it, so that its requests need not wait.

Thousands of datasets in one folder were written by one program: their Zarr format and the name of their finest level
are the same. So these documents are requested together with those that every dataset is asked for.

A prediction decides which requests are made early. It never decides what is found, nor what is not requested: a wrong
one costs requests for documents that are not used.
"""

from __future__ import annotations

from sitegen import urls
from sitegen.model import Findings
from sitegen.model.task import Prediction

_Folder = tuple[str, ...]


class Predictions:
    """What is predicted of the datasets of one crawl, learned from those of the same folder that are finished."""

    def __init__(self) -> None:
        self._by_folder: dict[_Folder, Prediction] = {}

    def prediction(self, url: str, otherwise: Prediction = Prediction()) -> Prediction:  # noqa: B008  # frozen
        """Return what the dataset probably looks like: as the last one that was read in its folder, or nearest to it.

        Only folders of its host and bucket count: beyond them nothing is alike. otherwise: what to return then.
        """
        folder = _folder(url)
        for depth in range(len(folder), 0, -1):
            if (prediction := self._by_folder.get(folder[:depth])) is not None:
                return prediction
        return otherwise

    def learn(self, url: str, found: Findings) -> None:
        """Use what was found of a finished dataset, unless it could not be read."""
        if found.zarr_format is None:
            return
        level = found.levels[0].path if found.levels and found.image_path == "" else None
        prediction = Prediction(zarr_format=found.zarr_format, first_level=level)
        folder = _folder(url)
        for depth in range(min(_BUCKET_DEPTH, len(folder)), len(folder) + 1):
            self._by_folder[folder[:depth]] = prediction


_BUCKET_DEPTH = 2
"""Of the folder of a bucket: its host, and the first part of the path."""


def _folder(url: str) -> _Folder:
    """Return the folder that a dataset lies in: its host, bucket, and the folders below that."""
    return (urls.host(url), *urls.split(url)[1].strip("/").split("/")[:-1])
