"""Full stops lost at the ends of paragraphs (STOP004): offered where a page lost many, never where columns cut paragraphs."""

from __future__ import annotations

from cleaner import Settings, clean, undo
from cleaner.normalizers.stops import _STOPLESS

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


def test_nothing_is_made_unasked() -> None:
    assert clean(page(list(_STOPLESS)), Settings(select=("STOP004",))).text == page(list(_STOPLESS))


def test_a_page_with_its_stops_and_one_paragraph_without() -> None:
    assert offered([*FULL[:-1], _STOPLESS[-1]]) == []


def test_paragraphs_that_columns_cut() -> None:
    halves = [half for text in FULL for half in (text[:len(text) // 2 + 3], text[len(text) // 2 + 3:])]
    cut = halves[::2] + halves[1::2]
    assert not any(text.endswith("。") for text in halves[::2])
    assert offered(cut) == []


def test_names_and_credits_at_the_end_stay() -> None:
    signed = [f"{text}本报记者林河生摄" if k == 0 else text for k, text in enumerate(_STOPLESS)]
    ends = offered(signed)
    assert len(ends) >= 5
    assert "河生摄" not in "".join(ends)


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
