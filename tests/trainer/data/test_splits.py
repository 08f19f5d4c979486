"""Which files of a data set are a split."""

from __future__ import annotations

from typing import Any

import pytest

from reward_trainer.data.splits import SplitError, files_of

SHARDS = [f"data/{split}-0000{at}-of-00002.parquet" for split in ("train", "rl") for at in (0, 1)]


@pytest.mark.parametrize(
    ("names", "split", "found"),
    [
        (["rows.json", "README.md"], "", ["rows.json"]),
        (["rows.json"], "train", ["rows.json"]),
        (["train.jsonl", "test.jsonl"], "", ["train.jsonl"]),
        (["test.jsonl", "test2.jsonl", "latest.jsonl"], "", ["test.jsonl", "test2.jsonl"]),
        (["my-dev.jsonl", "my_training.jsonl"], "validation", ["my-dev.jsonl"]),
        (["train/a.parquet", "train/b.parquet", "eval/a.parquet"], "test", ["eval/a.parquet"]),
        (SHARDS, "rl", SHARDS[2:]),
        (["a.parquet", "b.parquet", "meta.json"], "", ["a.parquet", "b.parquet"]),
        (["a.csv", "b.csv", "meta.json"], "", ["a.csv", "b.csv"]),
        ([".hidden/a.json", "dataset_infos.json", "b.json"], "", ["b.json"]),
    ],
)
def test_files_are_of_the_split_that_they_are_called_after(
    names: list[str], split: str, found: list[str]
) -> None:
    assert files_of(names, {}, split=split) == found


NAMES = ["en/a.jsonl", "en/b.jsonl", "en/deep/c.jsonl", "de/a.jsonl", "x[1].json", "table.txt"]
CARD = {
    "configs": [
        {"config_name": "en", "default": True, "data_files": "en/*.jsonl"},
        {"config_name": "deep", "data_files": [{"split": "test", "path": ["en/**/c.jsonl"]}]},
        {"config_name": "both", "data_files": {"train": "en/a.*", "test": ["./de/*", "x?1].json"]}},
        {"config_name": "below", "data_dir": "en"},
        {"config_name": "in", "data_dir": "en", "data_files": ["[!b].jsonl"]},
        {"config_name": "text", "data_files": "table.txt"},
        {"config_name": "gone", "data_files": "gone/*"},
    ]
}


@pytest.mark.parametrize(
    ("config", "split", "found"),
    [
        ("", "", ["en/a.jsonl", "en/b.jsonl"]),
        ("deep", "", ["en/deep/c.jsonl"]),
        ("both", "", ["en/a.jsonl"]),
        ("both", "test", ["de/a.jsonl", "x[1].json"]),
        ("below", "", ["en/a.jsonl", "en/b.jsonl", "en/deep/c.jsonl"]),
        ("in", "", ["en/a.jsonl"]),
    ],
)
def test_files_are_of_the_split_that_the_card_says(
    config: str, split: str, found: list[str]
) -> None:
    assert files_of(NAMES, CARD, config=config, split=split) == found


@pytest.mark.parametrize(
    ("names", "card", "asked", "why"),
    [
        ([], {}, {}, "no file of rows .*, but no files"),
        (["a.txt"], {}, {}, r"no file of rows \(\.jsonl.*\), but a\.txt"),
        (["test.json", "dev.json"], {}, {}, "no split 'train', but validation, test"),
        (["a.json"], {}, {"split": "tst"}, "no split 'tst', but train"),
        (["a.json"], {}, {"config": "en"}, "no configuration 'en', and none other"),
        (NAMES, CARD, {"config": "fr"}, "no configuration 'fr', but en, deep, both"),
        (
            NAMES,
            CARD,
            {"config": "text"},
            r"of the split 'train' are table\.txt; expected",
        ),
        (NAMES, CARD, {"config": "gone"}, "are none that is there"),
        (
            NAMES,
            {"configs": [{"config_name": "a", "data_dir": "en"}, {"config_name": "b"}]},
            {},
            "name one of its configurations: a, b",
        ),
    ],
)
def test_what_there_is_not_is_answered_with_what_there_is(
    names: list[str], card: Any, asked: dict[str, str], why: str
) -> None:
    with pytest.raises(SplitError, match=why):
        files_of(names, card, **asked)


@pytest.mark.parametrize("card", [{"configs": 1}, {"configs": ["a"]}, {"configs": [{}]}])
def test_a_card_that_says_nothing_of_use_is_passed_over(card: Any) -> None:
    assert files_of(["a.json"], card) == ["a.json"]
