from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from moodle_cpd.errors import InputError
from moodle_cpd.rules.yaml_source import Mark, YamlSource, read_source


def read(text: str | bytes) -> YamlSource:
    return YamlSource("f.yaml", text if isinstance(text, bytes) else text.encode())


def problem(text: str | bytes) -> str:
    with pytest.raises(InputError) as raised:
        read(text)
    (only,) = raised.value.problems
    return str(only)


def test_only_what_looks_like_a_number_is_one() -> None:
    root = read(
        "day: 03-01\nno: no\nyes: yes\nwhole: 12\nhalf: 7.50\nquoted: '12'\nexp: 1e3\ntrue: true\n"
        "nothing:\ntime: 12:30\nlong: 007\n版: 一\n"
    ).root
    assert dict(root) == {
        "day": "03-01",
        "no": "no",
        "yes": "yes",
        "whole": 12,
        "half": Decimal("7.50"),
        "quoted": "12",
        "exp": "1e3",
        "true": True,
        "nothing": None,
        "time": "12:30",
        "long": 7,
        "版": "一",
    }


def test_every_value_knows_where_it_stands() -> None:
    root = read("a: 1\nb:\n  - x\n  - c:  2\n").root
    assert root.key_marks["b"] == Mark(2, 1)
    assert root["b"].marks == [Mark(3, 5), Mark(4, 5)]
    assert root["b"][1].value_marks["c"] == Mark(4, 9)


def test_windows_editors_are_understood() -> None:
    assert dict(read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n").root) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "f.yaml:1:1: the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("---\n", "the file is empty"),
        ("- a\n- b\n", "f.yaml:1:1: no mapping"),
        ("just words", "no mapping"),
        ("a: 1\na: 2\n", "f.yaml:2:1: 'a' stands here a second time"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2:2: not valid YAML"),
        ("a:\n\t- b\n", "f.yaml:2:1: not valid YAML"),
        ("a: b: c\n", "f.yaml:1:5: not valid YAML: mapping values are not allowed"),
        ("a: &x 1\n", "f.yaml:1:4: the anchor '&x'"),
        ("a: *x\n", "f.yaml:1:4: the alias '*x'"),
        ("a: !!str 1\n", "f.yaml:1:4: the tag"),
        ("a: !mine {}\n", "f.yaml:1:4: the tag"),
        ("? [a]\n: b\n", "f.yaml:1:3: a key that is no plain word"),
        ("? {a: b}\n: c\n", "a key that is no plain word"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second YAML document"),
        (b"a: 1\nb: \xff\xfe\n", "f.yaml:2:4: the file is not UTF-8 text"),
        ("a: 1\n".encode("utf-16"), "f.yaml:1:1: the file is not UTF-8 text"),
        ("a: x\x00y\n", "f.yaml:1:5: a character that YAML does not allow (U+0000)"),
        ('a: "\\ud800"\n', "f.yaml:1:4: half a character"),
        ('"\\ud800": 1\n', "f.yaml:1:1: half a character"),
        ("a: " + "[" * 50 + "]" * 50, "more than 40 levels"),
        ("[" * 20_000, "more than 40 levels"),
        ("a:\n" + "".join("  " * n + "- \n" for n in range(3)) + "b", "not valid YAML"),
        ("%YAML 3.0\n---\na: 1\n", "not valid YAML"),
        ("a: 'x\n", "not valid YAML"),
        ("a: %x\n", "not valid YAML"),
        ("a: @x\n", "not valid YAML"),
    ],
)
def test_what_is_no_plain_mapping_is_told_with_its_place(text: str | bytes, words: str) -> None:
    assert words in problem(text)


def test_tabs_get_a_hint() -> None:
    assert "spaces, not with tabs" in problem("a:\n\t- b\n")


def test_duplicate_keys_are_told_all_at_once() -> None:
    with pytest.raises(InputError) as raised:
        read("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert [each.where for each in raised.value.problems] == ["f.yaml:2:11", "f.yaml:3:1"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.yaml: cannot be read"):
        read_source(tmp_path, "x.yaml")
