"""The arguments and options of each command, for `sitegen.cli`, which runs them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sitegen.commands.arguments import (
    read_column,
    read_days,
    read_folder,
    read_positive,
    read_share,
    read_thumbnail_size,
)
from sitegen.config.checks import ENGINES

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def add_build(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `build`, and return its parser."""
    parser = subparsers.add_parser("build", help="read the datasets in the lists and write the site")
    parser.add_argument(
        "config",
        nargs="?",
        metavar="CONFIG",
        help="a sitegen.toml, or one CSV list by path or address (default: sitegen.toml)",
    )
    parser.add_argument(
        "--out",
        type=read_folder,
        default=Path("site"),
        metavar="DIR",
        help="folder to write the site to (default: site)",
    )
    _add_crawl_options(parser)
    parser.add_argument("--base-url", metavar="URL", help="address at which the site will be published")
    parser.add_argument(
        "--since",
        metavar="VERSION",
        help="build only what is new or changed since an earlier version of the lists: a file, folder, or git revision",
    )
    parser.add_argument(
        "--if-lists-changed", action="store_true", help="build only if a list has changed since the last build"
    )
    parser.add_argument(
        "--max-loss",
        type=read_share,
        metavar="SHARE",
        help="fail if more than this share of the datasets shown before is lost, from 0 to 1 (default: max_loss of "
        "the configuration)",
    )
    parser.add_argument("--engine", choices=ENGINES, help="where datasets are inspected")
    parser.add_argument("--scheduler", metavar="URL", help="address of a Dask scheduler, for --engine dask")
    parser.add_argument("--processes", type=read_positive, metavar="N", help="processes of this machine that crawl")
    parser.add_argument("--strict", action="store_true", help="exit 1 if any dataset has an error")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    return parser


def _add_crawl_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--cache",
        type=read_folder,
        default=Path(".sitegen-cache"),
        metavar="DIR",
        help="folder that keeps what was read, for the next run (default: .sitegen-cache)",
    )
    parser.add_argument("--offline", action="store_true", help="use only the cache; send no requests")
    parser.add_argument(
        "--refresh", action="store_true", help="check every dataset for changes, even recently read ones"
    )
    parser.add_argument("--limit", type=read_positive, metavar="N", help="read only the first N datasets")


def add_check(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `check`, and return its parser."""
    parser = subparsers.add_parser("check", help="report problems of lists and their datasets, line by line")
    parser.add_argument(
        "csv", nargs="+", metavar="CSV", help="a list, by path or address; or a sitegen.toml, for all of its lists"
    )
    _add_crawl_options(parser)
    parser.add_argument(
        "--format",
        choices=("text", "github", "json", "summary"),
        default="text",
        help="how to print problems; github: as annotations of a pull request; summary: as Markdown (default: text)",
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 for warnings, too, not only for errors")
    parser.add_argument(
        "--since",
        metavar="VERSION",
        help="check only what is new or changed since an earlier version of the lists: a file, folder, or git revision",
    )
    _add_config(parser)
    return parser


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="a sitegen.toml whose [crawl] settings are used; its lists are not"
    )


def add_validate(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `validate`, and return its parser."""
    parser = subparsers.add_parser("validate", help="validate the metadata of OME-Zarr stores or documents")
    parser.add_argument(
        "targets",
        nargs="+",
        metavar="TARGET",
        help="a store (address or folder), or a metadata document such as zarr.json",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to print the reports (default: text)"
    )
    return parser


def add_list(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `list`, and return its parser."""
    parser = subparsers.add_parser("list", help="print a list of the datasets in a bucket or folder")
    parser.add_argument(
        "address", metavar="ADDRESS", help="s3://…, gs://…, a folder, or a web page that lists a folder"
    )
    parser.add_argument("--web", metavar="URL", help="address under which visitors find the folder, for the rows")
    parser.add_argument(
        "--endpoint", metavar="URL", help="address of an S3 store that is not Amazon's; rows begin with it"
    )
    parser.add_argument(
        "--depth", type=read_positive, default=5, metavar="N", help="levels of folders to look into (default: 5)"
    )
    parser.add_argument(
        "--column",
        type=read_column,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a further column with one value, such as source=IDR; may be repeated",
    )
    return parser


def add_thumbnails(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `thumbnails`, and return its parser."""
    parser = subparsers.add_parser("thumbnails", help="write thumbnails for owners to put into their own stores")
    parser.add_argument(
        "targets", nargs="+", metavar="TARGET", help="a store, by path or address, or a list (CSV) of stores"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--out",
        type=read_folder,
        default=Path("thumbnails"),
        metavar="DIR",
        help="folder that mirrors the stores, to be copied over them (default: thumbnails)",
    )
    where.add_argument("--in-place", action="store_true", help="change the stores themselves, on this machine only")
    parser.add_argument(
        "--size", type=read_thumbnail_size, default=512, metavar="PX", help="longer edge, 128 to 512 (default: 512)"
    )
    parser.add_argument("--redraw", action="store_true", help="draw those anew that an earlier run wrote")
    _add_config(parser)
    return parser


def add_demo(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `demo`, and return its parser."""
    parser = subparsers.add_parser("demo", help="write demo data: small images and lists of several institutions")
    parser.add_argument("folder", type=read_folder, metavar="DIR", help="folder to write the demo to")
    parser.add_argument(
        "--serve", action="store_true", help="then serve it until Ctrl-C, each institution on its own port"
    )
    parser.add_argument("--port", type=int, default=8101, metavar="N", help="first of these ports (default: 8101)")
    return parser


def add_serve(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `serve`, and return its parser."""
    parser = subparsers.add_parser("serve", help="serve a built site, for this machine only")
    parser.add_argument(
        "folder",
        nargs="?",
        type=read_folder,
        default=Path("site"),
        metavar="DIR",
        help="folder of the site (default: site)",
    )
    parser.add_argument(
        "--port", type=int, default=8000, metavar="N", help="port; 0 chooses a free one (default: 8000)"
    )
    return parser


def add_publish(subparsers: Commands) -> argparse.ArgumentParser:
    """Add the command `publish`, and return its parser."""
    parser = subparsers.add_parser("publish", help="upload a built site to object storage or a folder")
    parser.add_argument("folder", type=read_folder, metavar="DIR", help="folder of the site")
    parser.add_argument("target", metavar="TARGET", help="a folder, s3://…, gs://…, or another address of fsspec")
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent and deleted, and change nothing")
    parser.add_argument(
        "--max-delete",
        type=read_share,
        default=0.5,
        metavar="SHARE",
        help="share of the files, and of the pages of datasets, there that may be deleted, from 0 to 1 (default: 0.5)",
    )
    parser.add_argument(
        "--keep-days",
        type=read_days,
        default=7.0,
        metavar="DAYS",
        help="how long scripts, search files and pictures stay there after the site has replaced them (default: 7)",
    )
    parser.add_argument(
        "--no-gzip", dest="gzip", action="store_false", help="do not compress pages for s3:// and gs://"
    )
    return parser
