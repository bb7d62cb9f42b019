"""Texts that are nearly the same: found among many, and set side by side."""

from __future__ import annotations

import random
from dataclasses import replace

import make

from gongkai.checks import check_corpus, minhash, similar
from gongkai.model import Locus, Paragraph, Report, Section

SENTENCES = (
    "把历年的调查表式和指标说明整理成册供研究者下载。",
    "每季度请两名监督员抽查栏目并在网上回复意见。",
    "在社区图书馆设立查阅点配了专人。",
    "与供水单位共用一张停水日历提前三天推送。",
)


def invented(seed: int, length: int = 400) -> str:
    """Words without sense, the same for a seed."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    return "".join(chr(0x4E00 + draw.randrange(2500)) for _ in range(length))


def with_lines(*lines: str) -> Report:
    """A report whose first section has these lines."""
    made = make.report()
    first = make.sections(make.form())[0]
    texts = tuple(Paragraph(text, Locus("f", line=at)) for at, text in enumerate(lines, start=7))
    return replace(made, sections=(replace(first, paragraphs=texts),))


def pairs(texts: list[str], least: float = 0.7) -> dict[tuple[int, int], float]:
    """The pairs among these texts, all in one group."""
    found = minhash.find_alike(texts.__getitem__, [range(len(texts))], least)
    return {(one.first, one.second): one.jaccard for one in found}


def test_alike_texts_are_found_in_small_and_large_groups() -> None:
    """The same pairs with their exact likeness, compared one by one or through the index."""
    few = [invented(seed) for seed in range(10)]
    few[7] = few[2][:380] + invented(99, 20)
    few[9] = few[4]
    many = few + [invented(seed) for seed in range(100, 200)]
    assert set(pairs(few)) == {(2, 7), (4, 9)}
    assert pairs(few)[4, 9] == 1
    assert 0.85 < pairs(few)[2, 7] < 0.95
    assert pairs(many) == pairs(few)
    assert pairs(many, 0.95) == {(4, 9): 1}


def test_a_thousand_copies_make_no_million_pairs() -> None:
    """In a large group copies are paired with the first, near texts with the nearest fifty."""
    copies = [invented(1)] * 200
    assert set(pairs(copies)) == {(0, at) for at in range(1, 200)}
    near = [invented(1, 800) + invented(seed, 20) for seed in range(2, 122)]
    found = pairs(near)
    assert 119 <= len(found) <= 50 * 120


def test_an_empty_text_is_like_nothing() -> None:
    """Texts too short for a single shingle are no pair, not even with each other."""
    assert pairs(["", "", "短短", "短短"]) == {}
    assert list(minhash.shingles("四个汉字")) == []


def test_a_hostile_text_is_cut() -> None:
    """What stands beyond the longest report is not looked at; lone surrogates are no fault."""
    made = with_lines(invented(3, similar.LONGEST - 5), "尾" * 10, "尾" * 10)
    assert sum(len(s.key) for s in similar.sentences_of(made)) == similar.LONGEST
    assert len(minhash.shingles("一二三四\ud800五六")) == 3


def test_the_same_reports_give_the_same_findings() -> None:
    """Order and words do not depend on a run."""
    text = invented(5) + "。"
    reports = []
    for at in range(60):
        agency = replace(make.AGENCY, id=f"cn-990100-a{at:02}", slug=f"a{at:02}", name=f"甲{at}局")
        made = make.report(
            agency=agency, texts={"overview": text if at % 20 == 0 else invented(at + 1000)}
        )
        entry = replace(make.entry(agency), transcription="full")
        reports.append(make.published(replace(made, entry=entry)))
    corpus = make.corpus(*reports)
    found = {
        name: [f for f in each if f.check == "S-16"] for name, each in check_corpus(corpus).items()
    }
    told = {name: each for name, each in found.items() if each}
    assert list(told) == [f"cn-990100-a{at}-2023" for at in ("00", "20", "40")]
    assert [o.report_id for o in told["cn-990100-a00-2023"][0].elsewhere] == [
        "cn-990100-a20-2023",
        "cn-990100-a40-2023",
    ]
    assert check_corpus(corpus)["cn-990100-a00-2023"][-1] == told["cn-990100-a00-2023"][0]


def test_sentences_are_set_side_by_side() -> None:
    """Same sentences wherever they stand, near ones with their common parts, and the rest."""
    left = with_lines(
        "（一）主动公开情况。" + SENTENCES[0] + "2022年" + SENTENCES[1],
        SENTENCES[2] + "这一句只有左边才有，说的是别的事。",
    )
    right = with_lines(
        "（一）主动公开情况。" + SENTENCES[2],
        SENTENCES[0] + "2023年每季度请五名社会监督员抽查栏目并在网上回复意见。" + SENTENCES[3],
    )
    here, there = similar.set_side_by_side(left, right)
    assert [(p.kind.value, p.partner) for p in here] == [
        ("formula", 0),
        ("same", 2),
        ("near", 3),
        ("same", 1),
        ("own", None),
    ]
    assert [(p.kind.value, p.partner) for p in there] == [
        ("formula", 0),
        ("same", 3),
        ("same", 1),
        ("near", 2),
        ("own", None),
    ]
    parts = ["年每季度请", "监督员抽查栏目并在网上回复意见。"]
    assert [here[2].text[a:b] for a, b in here[2].marks] == parts
    assert [there[3].text[a:b] for a, b in there[3].marks] == parts
    assert here[1].marks == ((0, len(SENTENCES[0])),)
    assert (here[1].locus.line, there[2].locus.line) == (7, 8)


def test_figures_that_differ_are_not_marked_as_the_same() -> None:
    """Sentences of the same words are partners; their figures are marked only where they agree."""
    here, there = similar.set_side_by_side(
        with_lines(
            "全年在网站公开信息5812条，办理申请37件。" + "本年度发出收费通知0件，总金额0元。"
        ),
        with_lines(
            "全年在网站公开信息6942条，办理申请37件。" + "本年度发出收费通知2件，总金额8元。"
        ),
    )
    assert [p.kind.value for p in here] == ["same", "formula"]
    assert [p.partner for p in there] == [0, 1]
    unmarked = [
        c for at, c in enumerate(there[0].text) if not any(a <= at < b for a, b in there[0].marks)
    ]
    assert set("69") <= set(unmarked) <= set("6942")
    assert there[1].marks == ()


def test_a_formula_that_only_one_report_has_stands_alone() -> None:
    """What everybody writes is never paired with words that are merely near."""
    here, there = similar.set_side_by_side(
        with_lines("（一）主动公开情况。" + SENTENCES[0]), with_lines(SENTENCES[0])
    )
    assert [(p.kind.value, p.partner) for p in here] == [("formula", None), ("same", 0)]
    assert [(p.kind.value, p.partner) for p in there] == [("same", 1)]


def test_a_sentence_broken_over_lines_is_one() -> None:
    """Lines as a page breaks them are joined; headings without a full stop stay by themselves."""
    made = with_lines("一、工作情况", SENTENCES[0][:-1] + "另外我们", "每月补充一次。", "，")
    assert [s.text for s in similar.sentences_of(made)] == [
        "一、工作情况",
        SENTENCES[0][:-1] + "另外我们每月补充一次。",
    ]
    bare = replace(made, sections=(Section("overview", "一", "一", Locus("f")),))
    assert similar.sentences_of(bare) == ()


def test_endless_sentences_are_not_compared_letter_by_letter() -> None:
    """A sentence of thousands of characters is told to be near, without marks."""
    long = invented(8, 1500)
    here, there = similar.set_side_by_side(with_lines(long + "甲。"), with_lines(long + "乙。"))
    assert (here[0].kind, here[0].marks) == (similar.Kind.NEAR, ())
    assert there[0].partner == 0
