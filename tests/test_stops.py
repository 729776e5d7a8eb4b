"""Full stops lost at the ends of paragraphs (STOP004): offered where a page lost many, never where columns cut paragraphs."""

from __future__ import annotations

import re

import pytest

from cleaner import Settings, clean, undo
from cleaner.normalizers import stops
from cleaner.normalizers.stops import _STOPLESS, STYLED, _Place, _ruled_out, judge

FULL = [f"{text}。" for text in _STOPLESS]
ASK = Settings(select=("STOP004",), accept=("suggested",))


def page(blocks: list[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def offered(blocks: list[str], settings: Settings = ASK) -> list[str]:
    """The ends of the blocks at which a stop is offered."""
    source = page(blocks)
    return [source[:change.start].rpartition("\n")[2][-4:] for change in clean(source, settings).changes if change.rule == "STOP004"]


def test_a_page_without_stops() -> None:
    cleaned = clean(page(list(_STOPLESS)), ASK)
    assert cleaned.text == page(FULL)
    assert all(change.tier == "suggested" and change.before == "" and change.after == "。" for change in cleaned.changes)
    assert undo(cleaned.text, cleaned.log).text == page(list(_STOPLESS))
    assert clean(cleaned.text, ASK).changes == ()


PLAIN = Settings(select=("STOP004",))


def test_nothing_is_made_unasked_where_the_page_prints_no_stop() -> None:
    assert clean(page(list(_STOPLESS)), PLAIN).text == page(list(_STOPLESS))


def test_made_unasked_where_the_page_prints_stops_elsewhere() -> None:
    source = page([*FULL[:STYLED], *_STOPLESS[STYLED:]])
    cleaned = clean(source, PLAIN)
    made = [change for change in cleaned.changes if change.tier == "safe"]
    assert made and all(change.confidence >= judge().safe for change in made)
    assert {change.start for change in cleaned.changes} == {change.start for change in clean(source, ASK).changes}, "what is written counts on"
    again = clean(cleaned.text, PLAIN)
    assert again.text == cleaned.text and not any(change.active for change in again.changes)
    assert undo(cleaned.text, cleaned.log).text == source


def test_a_page_with_its_stops_and_one_paragraph_without() -> None:
    assert offered([*FULL[:-1], _STOPLESS[-1]]) == []


def test_paragraphs_that_columns_cut() -> None:
    halves = [half for text in FULL for half in (text[:len(text) // 2 + 3], text[len(text) // 2 + 3:])]
    cut = halves[::2] + halves[1::2]
    assert not any(text.endswith("。") for text in halves[::2])
    assert offered(cut) == []


def test_the_stop_stands_before_credits_and_names() -> None:
    signed = [f"{_STOPLESS[0]}本报记者林河生摄", f"{_STOPLESS[1]}林河生", f"{_STOPLESS[2]}图片来源：渡口日报", *_STOPLESS[3:]]
    ends = offered(signed)
    assert {text[-4:] for text in _STOPLESS[:3]} <= set(ends)
    assert not {"河生摄", "林河生", "口日报"} & {end[-3:] for end in ends}
    assert all(f"{text[:-1]}。" not in clean(page(signed), ASK).text for text in signed[:3])


def test_the_stop_stands_before_all_credits() -> None:
    blocks = [f"{_STOPLESS[0]}通讯员林河生本报记者李水生", f"{_STOPLESS[1]}●本报记者林河生", *_STOPLESS[2:]]
    text = clean(page(blocks), ASK).text
    assert f"{_STOPLESS[0]}。" in text and f"{_STOPLESS[1]}。" in text and "林河生。" not in text


def test_what_announces_the_next_lines_ends_in_no_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = "船工们每天开船以前都要检查一遍，检查的办法和先后次序如下"
    assert steps[-4:] not in offered([steps, *_STOPLESS[1:]])
    monkeypatch.setattr(stops, "_ANNOUNCED", re.compile("(?!)"))
    assert offered([steps, *_STOPLESS[1:]])[0] == steps[-4:], "the judge alone would offer one"


def test_a_credit_whose_beginning_nobody_knows_stays() -> None:
    assert "供图" not in "".join(offered([f"{_STOPLESS[0]}渡口村委会供图", *_STOPLESS[1:]]))
    dateline = "县里的渡口昨天重开，三个村的人都来坐船，本报讯（记者林河生通讯员李水"
    assert not [end for end in offered([dateline, *_STOPLESS[1:]]) if end[-1] in "生水员"]


def test_words_that_look_like_a_credit_do_not_hide_the_end() -> None:
    source = "渡口的账目每个月都张榜公布，卖船票是修渡船的钱的唯一真实来源"
    assert offered([source, *_STOPLESS[1:]])[0] == "真实来源"


def test_behind_a_closing_mark() -> None:
    term = "两岸的人天天坐这条新船，大家把它叫作“便民一号”"
    assert offered([*_STOPLESS[1:3], term, *_STOPLESS[3:]])[2] == "民一号”"
    title = "县里的剧团把渡口的事写成了戏，今年秋天要在码头上演出《渡口人家》"
    assert offered([title, *_STOPLESS[1:]])[0] == "口人家》"
    said = "两岸的人天天坐这条新船，老船工说：“大家都说新船坐得稳当”"
    dated = "两岸的人天天坐这条新船，新船是在渡口停了一个冬天以后，今天（4月8日）"
    assert not {"得稳当”", "月8日）"} & set(offered([said, dated, *_STOPLESS[2:]]))


def test_what_is_open_and_what_ends_in_signs_stays() -> None:
    quoted = "两岸群众过河难的问题年年有人提，三个村也年年商量。老船工说：“这一次筹到了钱，问题终于加以解决"
    odd = [quoted, f"{_STOPLESS[1]}#4=", *_STOPLESS[2:]]
    ends = offered(odd)
    assert ends
    assert not {quoted[-4:], "用#4="} & set(ends)
    assert offered([quoted.replace("“", ""), *_STOPLESS[1:]])[0] == quoted[-4:]


def test_headings_and_short_lines_stay() -> None:
    assert offered([part for text in _STOPLESS for part in ("渡口新船开航", text)]).count("新船开航") == 0


def test_a_traditional_page_stays() -> None:
    traditional = ["渡口的新船開航以後，學生過河上學方便多了。兩岸的農民說，這條船為他們賣菜提供便利", "碼頭邊建起候車室，冬天備有熱水。鄉親們隨時都來這裡歇腳，與船工談談兩岸的收成"]
    assert offered(traditional * 4) == []


def test_a_paragraph_whose_credit_is_parted_from_it() -> None:
    ask = Settings(accept=("suggested",))
    source = page([*_STOPLESS[:3], f"{FULL[3]}{FULL[4]}{_STOPLESS[5]}图片来源：渡口日报社供图", *_STOPLESS[6:]])
    cleaned = clean(source, ask)
    assert cleaned.log.withheld == ()
    assert any(change.kind == "split" for change in cleaned.changes)
    assert f"{FULL[3]}{FULL[4]}{FULL[5]}\n" in cleaned.text
    assert undo(cleaned.text, cleaned.log).text == source
    assert not any(change.active for change in clean(cleaned.text, ask).changes)


def test_a_long_clause_may_hide_a_heading_and_is_only_offered() -> None:
    heading = "渡口今年冬天开始试行夜间往返航班制度"
    blocks = [*FULL[:STYLED], *_STOPLESS[STYLED:-1], _STOPLESS[-1] + heading]
    made = {text[-4:]: change.tier for text in blocks for change in clean(page(blocks), PLAIN).changes
            if change.rule == "STOP004" and page(blocks)[:change.start].endswith(text)}
    assert made[heading[-4:]] == "suggested" and "safe" in made.values()
    whole = [*blocks[:-1], f"{_STOPLESS[-1]}，{heading}"]
    assert [c.tier for c in clean(page(whole), PLAIN).changes if c.rule == "STOP004"][-1] == "safe", "the same words behind a comma"


def test_a_page_that_ends_its_paragraphs_has_lost_no_stops() -> None:
    body = _STOPLESS[0]
    end = _Place(0, len(body), "open")
    assert not _ruled_out(end, body, 0.5, -1.5) and not _ruled_out(end, body, 0.8, -1.5)
    assert _ruled_out(end, body, 0.9, -1.5), "nine paragraphs of ten end with a stop"
    assert not _ruled_out(end._replace(kind="closed"), body, 0.9, -1.5)
    headed = f"{body}。三个村决定开通新航线"
    assert _ruled_out(end, headed, 0.8, -1.5) and not _ruled_out(end, headed, 0.5, -1.5), "a heading read into its block"
    assert not _ruled_out(end, f"{body}。三个村决定，明年开通新航线", 0.8, -1.5)


def test_rows_read_across_have_lost_no_stops() -> None:
    end = _Place(0, len(_STOPLESS[0]), "closed")
    assert _ruled_out(end, _STOPLESS[0], 0.2, -2.0)
    assert not _ruled_out(end, _STOPLESS[0], 0.2, -1.8) and not _ruled_out(end, _STOPLESS[0], 0.6, -2.0)
