"""Cutting questions into words and character n-grams."""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import cache
from pathlib import Path

import jieba
import yaml

from bot.numerals import arabic

OTHER_FIELDS = Path(__file__).resolve().parents[2] / "knowledge" / "other_fields.txt"
SPELLINGS = Path(__file__).resolve().parents[2] / "knowledge" / "spellings.yaml"
DICTIONARY = Path(__file__).resolve().parents[2] / "data" / "dictionary" / "party_affairs.txt"
NOISE = re.compile(r"[\W_]+")
EMPTY = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "啊",
        "吧",
        "呀",
        "是",
        "我",
        "你",
        "您",
        "请问",
        "问",
        "一下",
        "想",
        "这",
        "那",
        "就",
        "都",
        "有",
        "和",
        "与",
        "及",
        "给",
        "把",
        "个",
    ]
)

jieba.setLogLevel(logging.ERROR)


@cache
def _cutter() -> jieba.Tokenizer:
    cutter = jieba.Tokenizer()
    with DICTIONARY.open("rb") as words:  # by name, jieba leaves the file open
        cutter.load_userdict(words)
    return cutter


@cache
def terms() -> frozenset[str]:
    """The terms of Party affairs in our dictionary."""
    lines = DICTIONARY.read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip())


@cache
def _other_fields() -> tuple[str, ...]:
    """Terms of what is near and not ours: the youth league, unions, civil service, insurance …"""
    return tuple(OTHER_FIELDS.read_text(encoding="utf-8").split())


@cache
def _spellings() -> tuple[re.Pattern[str], dict[str, str]]:
    meant: dict[str, str] = yaml.safe_load(SPELLINGS.read_text(encoding="utf-8"))
    longest_first = sorted(meant, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), meant


def plain(text: str) -> str:
    """Half width, lower case, Arabic digits, common slips and short forms as what they mean."""
    pattern, meant = _spellings()
    folded = arabic(unicodedata.normalize("NFKC", text)).lower()
    return pattern.sub(lambda found: meant[found[0]], folded)


def bare(text: str) -> str:
    """Without punctuation and white space, for comparing two wordings."""
    return NOISE.sub("", plain(text))


def words(text: str) -> list[str]:
    """The words that carry meaning; the parts of a long word too (组织生活会, 组织, 生活)."""
    found = _cutter().cut_for_search(plain(text))
    return [word for word in found if not NOISE.fullmatch(word) and word not in EMPTY]


def grams(text: str) -> list[str]:
    """Characters, pairs and triples of characters."""
    chars = bare(text)
    return [chars[i : i + n] for n in (1, 2, 3) for i in range(len(chars) - n + 1)]


def key_terms(text: str) -> frozenset[str]:
    """The Party-affairs terms that a text names, the longest at each place."""
    rest, found = plain(text), set()
    for term in sorted(terms(), key=len, reverse=True):
        if term in rest:
            found.add(term)
            rest = rest.replace(term, "\n")
    return frozenset(found)


def other_terms(text: str) -> frozenset[str]:
    """The terms of other fields that a text names."""
    folded = plain(text)
    return frozenset(term for term in _other_fields() if term in folded)
