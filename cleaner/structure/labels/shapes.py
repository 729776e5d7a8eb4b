"""What a line can be by its own words: a byline, a credit, a dateline, page furniture, the row of a table or a list.

Newspapers say these things in a few fixed words, so they are known by patterns that an archivist can read.
"""

from __future__ import annotations

import re
from typing import Any, cast

from cleaner.evidence.charset import NUMERALS
from cleaner.memory import kept
from cleaner.structure.names import NAME, NAMES
from cleaner.structure.scripts import both_scripts


class _Later:
    """A pattern that is compiled when it is first asked: all of them take longer than the language model does to load, and a program that asks
    for help needs none."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern)
        self.__dict__.update({method: getattr(compiled, method) for method in ("match", "search", "fullmatch", "finditer", "findall", "sub")})
        return getattr(compiled, name)


def _compile(pattern: str) -> re.Pattern[str]:
    """A pattern for pages in either script."""
    return cast(re.Pattern[str], _Later(both_scripts(pattern)))


HAN = "\u3400-\u9fff"
ORNAMENT = r"[◎▶►●■□☐◆◇○〇◼▲△★☆◘\sOo]*"
PAPER = rf"(?:本[报報]|本刊|本网|本社|新华社|中新社|[{HAN}]{{2,6}}(?:日报|晚报|时报|早报|晨报|都市报|快报|周报|商报|网|社))"
PAPER_NAME = _compile(rf"^[{HAN}]{{1,6}}(?:[报報]|周刊|導報|导报)$")
"""The name of a paper, at the head of its page."""
PEOPLE = rf"(?:实习|特约|见习|首席|驻[{HAN}]{{1,6}})?(?:记者|通讯员|编辑|撰稿人?|评论员|摄影师)"
GOVERNS = "的是为由与和及给向对请让被把叫找经据名位"
"""Characters behind which a reporter is somebody in the sentence (…和本报记者王小明), and signs nothing."""
REPORTS = r"(?:[从在对把被了看说问]|[今昨近][天日]|日前|获悉|发现|采访|来到|走进|注意|介绍)"
"""What follows 记者 in a sentence (记者从商务部…), and opens no name."""
INSTITUTE = "(?:公司|集团|大学|学院|研究院|研究所|中学|小学|医院|中心|协会|学会|[局厅委办部处所厂站馆社队])"
"""How the name of an institution ends that stands before its author's."""
BYLINE = _compile(
    rf"^(?:{ORNAMENT}|[!-/:-~]{{1,3}}\s|[{HAN}A-Za-z\d](?=本报(?:记者|通讯员)|记者{NAME}报道$))(?:(?:文\s?[/／、]?\s?图|图\s?[/／、]?\s?文)\s?[：:]?\s*)?(?:(?:{PAPER}\s?)?{PEOPLE}[:：]?\s*(?!{REPORTS})(?:{NAMES}|(?:{NAME}){{2,3}})\s*)+(?:(?:[/／]\s?[{HAN}]{{2,4}}|[{HAN}]{{0,3}}(?=即时|综合))?(?:即时|综合)?报[道导])?$|^(?:文|撰文|撰稿|采写|采访|整理|编译|翻译|口述|执笔|作者)\s?[/／｜|：:]\s?{NAMES}$|^【(?:文|撰文|撰稿|采写|采访|整理|编译|翻译|口述|执笔|作者)[：:][^】]{{1,12}}】$|^[◎▶►●■□◆◇◼▲△★☆]\s*{NAMES}$|^[◎▶►●■□◆◇◼▲△★☆]\s*[{HAN}（）]{{2,20}}{INSTITUTE}\s+{NAME}(?:[\s、]+{NAME})*$"
    rf"|^(?:[{HAN}]{{0,6}}(?:读者|讀者)|[初高大中小一二三四五六七八九\d（()）]{{1,8}}班)\s+[{HAN}]{{2,4}}$|^(?:By|BY)(?: [A-Z][A-Za-z.'-]*){{1,6}}$"
    rf"|^[{HAN}]{{2,6}}(?:[\s\u3000、]+[{HAN}]{{2,4}}){{0,4}}[\s\u3000]+(?:谨启|敬启|同启|敬谢|谨识|泣告|泣启|拜启|謹啟|敬啟|同啟|敬謝|謹識|泣告|啟|启)$"
    rf"|^本[报報刊]特[约約][{HAN}]{{0,3}}[\s\u3000]+(?:[{HAN}（）]{{2,20}}[\s\u3000]+)?[{HAN}]{{2,4}}$|^(?:[A-Z]\. ?){{1,3}}[A-Z][a-z]+(?:, [A-Z][A-Za-z ,.'-]{{1,40}})?$")
EXPERT = _compile(
    rf"^[{HAN}（）]{{2,16}}{INSTITUTE}[{HAN}]{{0,16}}(?:医师|医生|药师|教授|讲师|研究员|工程师|农艺师|律师|教师|主任|馆员)[\s\u3000]+{NAME}$")
"""Who answers a question of a reader, with his institution and what he is there: 市中医院内科主任医师 王小明."""
SIGNED = _compile(rf"^(?:{ORNAMENT}\s)?{NAMES}$|^[（(]\s*[{HAN}]{{1,4}}(?:[\s、·]+[{HAN}]{{1,4}}){{0,3}}\s*[）)]$")
"""Names alone, or a pen name in brackets, which may have one character."""
TURN = r"(?:问|答|记者|主持人|网友|嘉宾|[QA])"
DETAIL = (rf"(?:[{HAN}]{{0,4}}(?:联系人|联系方式|电话|热线|手机|传真|邮编|邮箱|网址|地址|地点|时间|日期|票价|路线|名额|费用)"
          r"|[厂社店院校所]址|开户行?|[帐账]号|户名|主办|承办|协办|摘要|关键[词字]|中图分类号|作者简介|基金项目|(?:主办|承办|协办)单位)")
TIME = r"(?<![\d:：])(?:[01]?\d|2[0-4])[:：][0-5]\d(?![\d:：])"
_HOUR = r"(?:(?:上午|下午|晚上|早上|凌晨|中午)\s?)?[〇一二三四五六七八九十\d]{1,3}[時时點点](?:正|半|[一二三四五六七八九十\d]{1,3}分?)?"
_PART_OF_DAY = r"(?:星期|周|每)?[一二三四五六日天]?(?:早|上午|下午|晚|晚上|早场|晚场|日场|夜场)\s?[：:]\s?"
TIMED = _compile(rf"^(?:(?:{TIME}|{_HOUR})[\s\u3000]|{_PART_OF_DAY}\d{{1,2}}[:：][0-5]\d|[^。！？，；]*[\s\u3000]{TIME}(?:[\s\u3000][^。！？，；]*)?$|[^。！？]*?{TIME}[^。！？]*{TIME})")
"""A line of a timetable or of a programme: a time of day stands in front of it, behind the part of the day or not, a column is one, or it has two."""
LEADERS = _compile(r"\S\s?(?:…{2,}|[.．·]{4,}|[—–－]{4,}|_{4,})\s?[^。，！？\s][^。，！？]{0,15}$")
"""An entry of a list of contents: leaders, and behind them a page or an author."""
DIALOGUE = _compile(r"^“[^“”]+[！？!?，,。…—]”[^“”]*“[^“”]+[！？!?。…—]”$")
"""What somebody says, who it is, and what he says then."""
CODE = _compile(rf"^(?=[^{HAN}]*(?:[=→↑↓{{}};<>]|\(\)))[^{HAN}]+$")
"""A formula or a line of a program: signs that no headline has, and no hanzi."""
_UNIT = r"(?:[公千毫厘]?米|[公千毫]?克|公斤|斤|吨|公里|[公亩]顷|亩|[万亿]?元|℃|度|%|％|枚|件|人|名|票|注|分|升|毫升)"
FIGURE = _compile(rf"(?:[{HAN}（）()“”]{{2,12}}[：:]\s?[\d０-９][\d０-９ .,，／/\-—]*\S{{0,4}}|(?:[{HAN}]{{1,4}}约?\d[\d.,×]*{_UNIT}[，,、；]?){{2,}})")
"""A figure and what it is: 奖池累计金额：187653420元; 高32厘米，口径9.6厘米."""
BORN = _compile(rf"[{HAN}·]{{1,8}}[（(](?:公元)?前?\d{{1,4}}年?\s?[—–\-－～~至]{{1,2}}\s?(?:公元)?前?(?:\d{{1,4}})?年?[)）]")
"""A dynasty or a person with the years: 南朝（公元420年—589年）."""
NO_HEADING = _compile(
    rf"^(?:(?:\d{{1,2}}[.．、]\s?)?(?:{TURN}|{DETAIL})\s?[：:].*|[表图]\s?\d{{1,2}}[\s\u3000：:].*|[（(][^（()）]*[)）]|.*[A-Za-z]{{2}}[.!?][\"'”’]?|.*[A-Za-z]{{2}}-)$|{TIMED.pattern}"
    rf"|^(?:祝[^。]*[！!]|[^。]*，[^。]*[：:]“[^“”]*[。！？!?…]”|@\S.*|[{HAN}]{{2,8}}[：:][^{HAN}A-Za-z]*|{FIGURE.pattern}|{BORN.pattern}|.*(?:://|www\.|[A-Za-z0-9]@[A-Za-z0-9]).*)$|{DIALOGUE.pattern}|{CODE.pattern}")
"""Short lines that are no headings: a turn of a conversation (问：…), whom to ask, when and where, the name of a table, a note in brackets, a sentence of Latin
words or a piece of one, a greeting, what somebody is told to say, a figure with its name, an address of the net, a dialogue, a formula."""
_WHEN = r"(?:\d{1,4}|[〇一二三四五六七八九十]{1,4})[年月日时時][^，。！？]{0,16}"
TOLD = _compile(rf"^(?:{_WHEN}|当[^，。]{{2,24}}(?:之?时|之?后|之际)|[据據][^，。]{{2,20}}(?:报道|報道|消息|介绍|介紹|统计|统計|称|稱)|第[一二三四五六七八九十]|那么|随后|其实|不过|然而|但是?|于是|接着|此外|另外|同时|目前|据悉|据了解|對此|对此|不料|原来|后来|最后)，|[说道称问答喊叫說稱問][：:]\s?[“「]|[{HAN}]{{2}}(?:介绍|表示|认为|指出|透露|强调|介紹|認為|強調)，|[今昨前][天日晚]?[（(]\d{{1,2}}[月日]")
"""What sentences have, and none of 93 headings of the rig and of the gold pages: a day, 当…时 or a source before a comma, a count without a noun or a word that goes on from what was said
before (那么，…), speech brought in by its verb (他说道：“…”), a verb of speech before a comma, and today's date in brackets (今天（2月24日）; none of 2,853 headlines of two collections)."""
CONTACT = _compile(
    rf"(?:^关键[词字]\s?[：:].*|^{DETAIL}\s?[：:][^。！？]{{1,30}}|(?:联系人|电话|热线|手机|传真|邮编|邮箱|网址)\s?[：:][^。！？；，]{{2,40}}|(?<!\d)\d{{7,20}}(?:[ 、/]\d{{7,20}}){{0,3}}(?:\s?[{HAN}]{{2,4}})?|{TIME}[^。！？；，]{{0,12}}{TIME})$")
"""What an advertisement or a timetable ends with instead of a full stop: whom to ask and his telephone, times of day;
and the key words of a paper in a journal."""
SPEECH = _compile(r"^“[^“”]*[。！？!?…]”$")
"""What somebody says, and nothing else: a headline may be that, a subhead is not."""
WHOLE = _compile(r"^(?:[附注按编问答曰男女甲乙丙丁合齐报送发抄图表][：:]|[铭赞诗词歌銘贊詩詞]曰[：:]|(?:特此|谨此|專此|专此)[^。，]{2,6}。?$|[^。，！？；]{1,12}(?:；[^。，！？；]{1,12}){2,}$|[（(【〔][^（()）【】〔〕]*[)）】〕]$|[男女][，,]\s?\d|(?:为什么|什么|为何|如何|怎么|怎样|谁|哪|何谓|何为)[^。！？!?]*[？?]$)")
"""What has its beginning: a word that forms have before a colon (附：, 答：), 特此公告。, a list without sentences (水；瀑布；球门), a note in brackets, the sex and the age of who seeks somebody, and a question that opens with what it asks for."""
LABEL = _compile(rf"^[{HAN}]{{1,4}}[：:](?!\s*$)")
"""A word that says what comes behind its colon."""
NUMBERED_SECTION = _compile(rf"^\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}[\s\u3000]+(?=[{HAN}]{{2}})")
"""The number of a section of a paper in a journal: 1 存在的问题, 2.1 撒料板磨损."""
SLOGAN = _compile(
    rf"^(?:(?P<first>[{HAN}]{{3,8}})，(?P<second>[{HAN}]{{3,8}})[！!]|(?:热烈|预祝|谨祝|祝贺)[^。]*|[^。]*(?:万岁|必胜|加油|致敬|欢迎您?)[！!]?)$")
"""A slogan between two paragraphs: two halves and a call (the halves as long as each other), or words of greeting and cheer."""
DECK = _compile(rf"^(?:[—─–]{{1,3}}|--|一[—─–一](?![{''.join(sorted(NUMERALS))}]))\s?(?=[^。！？]*$)[^\s—]")
"""A line under a headline that says more (——访天文科普作家陆之遥), one or both strokes of the dash misread (一—访…)."""
ADDRESSEE = _compile(rf"^[{HAN}、]{{0,12}}(?:同志|编辑|編輯|先生|女士|朋友|老师|同学|读者|讀者|代表|委员|领导|各位|战友|乡亲)[{HAN}、]{{0,8}}[：:]$")
"""Whom a letter or a speech greets: it opens there, and leads to nothing."""
ADDRESS = _compile(rf"^[{HAN}、]{{3,20}}(?<![说道是为下示称到出问答])[：:]$")
"""Whom a letter or a notice speaks to (编辑同志：), in a line of its own; not what brings in a speech or a list."""
CLOSING = _compile(
    r"^(?:此致|谨致|[此谨]致\s*敬礼[！!]?|敬礼[！!]?|顺[颂祝]\S{1,4}[！!]?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号](?:\d{1,2}时)?)$")
"""What closes a letter: above its signature the greeting, below it the day."""
OFFICE = _compile(rf"^[{HAN}]{{2,20}}(?:委员会|办公室|办|局|处|部|厅|科|院|校|厂|社|会|所|公司|中心|支部|政府|法院|小组|店|馆|站|队|学校|银行)(?:[（(](?:公|盖)?章[)）])?$")
"""Who undersigns a notice: an office, by the word it ends with."""
OFFICER = _compile(rf"^[{HAN}]{{1,10}}[\s\u3000]+{NAME}$")
"""Who undersigns with what he is (乡长 王小明)."""
WRITERS = frozenset({"读者", "作者", "编者", "笔者", "讀者", "編者", "筆者"})
"""What a letter's signature calls its writer."""
AGENCY = rf"[{HAN}]{{1,8}}(?:社|通讯社|通訊社|日报|日報|晚报|时报)[{HAN}]{{0,6}}(?:电|電|消息)(?=[\s\u3000])|[据據][{HAN}]{{2,6}}(?:社|[报報])(?:报道|報道|報導|电|電|消息)|本[报報][驻駐][{HAN}]{{1,8}}(?:记者|記者)"
"""Where the news of another paper comes from: 路透社东京电, 据法新社报道, 本报驻开罗记者."""
WIRE = (rf"[据據]?[{HAN}]{{1,8}}(?:社|[网網](?![站络絡])|[报報]|在线|電台|电台|频道|科技|财经|体育)(?:(?!记者|記者)[{HAN}\d]){{0,14}}"
        r"(?:(?<=[日号])[电電讯訊]|(?:电|電|讯|訊|消息)(?=[\s\u3000（(：:，,\d]|[今昨][天日]|北京时间))")
"""How the news of an agency, a paper or a site opens: 中新网成都3月13日电（…, 晨报讯（…, 央视网消息：…, 新浪科技讯 …."""
DATELINE = _compile(
    rf"^(?:{AGENCY}|{WIRE}|[【〔]?{PAPER}(?:[讯訊]|[{HAN}]{{1,8}}\d{{1,2}}月\d{{1,2}}日[电讯])|新华社[{HAN}]{{2,8}}\d|[（(〔【](?:本[报報])?(?:记者|記者)\s?)")
PICTURE_TALK = _compile(r"图为|(?:上|下|左|右|题)图[为：:]|[（(](?:上|下|左|右|题)图[)）]")
PICTURE_LABEL = _compile(rf"^◘[^◘]{{2,30}}(?:◘|[（(][{HAN}]{{1,6}}[)）])$")
"""The words under a picture between two ornaments, as papers of the 1920s set them."""

REPORTER = rf"{PAPER}{PEOPLE}\s*"
MANY = rf"{NAME}(?:[\s、]+{NAME}){{0,3}}"
"""One name to four, as they stand in a credit."""
_SOURCE = r"(?:图片来源|照片来源|图源|图片提供|图片由|圖片來源|照片來源|圖源|圖片提供)\s*[:：]?\s*"
_ARCHIVE = r"(?:资料图片|资料照片|资料图(?!片)|資料圖片|資料照片|資料圖(?!片))"
_STOCK = rf"(?:{_ARCHIVE}|网络图片|视觉中国|人民视觉|受访者|受访单位)"
_SENT = rf"(?:[{HAN}]{{2,6}}(?:社|[报報网網]))?(?:新华社|中新社|新華社)?[发發]\s*[（(]\s*{MANY}\s*[摄攝]\s*[)）]"
"""An agency's picture: 新华社发（王小明 摄）."""
CREDIT = _compile(
    rf"^[（(]?(?:(?:图片来源|照片来源|图源|图片提供|摄影|图片|供图|资料图片)\s*[:：]\s*\S.{{0,24}}|{_STOCK}|(?:{_STOCK}|[{HAN}A-Za-z]{{2,12}}|{MANY})\s?供图"
    rf"|(?:{PAPER}?{PEOPLE}\s*)?{MANY}\s*(?:[/／]?文[/／]|供)?(?:摄影报道|摄影|摄)|(?:{PAPER}?{PEOPLE}\s*)?{MANY}\s+图"
    rf"|[{HAN}A-Za-z]{{2,8}}(?:发|供图)\s*[（(]?{MANY}\s*摄[)）]?)[）)]?$")
"""A line that is the credit of a picture and nothing else."""
TAKEN = rf"(?:(?:{PAPER}?{PEOPLE}\s*)?{MANY}\s*[摄攝]|{_SENT})"
END_CREDIT = _compile(
    rf"(?:(?<=[。！？”’）)…])\s*({_SOURCE}[^\s。，；：、]{{2,16}}|{TAKEN}|(?:{_STOCK}|[{HAN}]{{2,6}})供图|{_ARCHIVE})"
    rf"|((?<=[^。由为是与和及经据被的]){REPORTER}{MANY}\s*摄|(?<=[{HAN}\d])(?<![的张些份组看用及和为是]){_ARCHIVE}))$")
"""A credit as the last words of a caption: behind its full stop, or with the paper's name where that was lost."""
MADE_OF_SHOT = "影像制取入于氏录得政护下到有过成完自理食魂人了"
"""Characters that make another word of 摄: 摄影, 摄像, 摄氏, 摄下 …"""
MID_CREDIT = _compile(
    rf"(?:(?<=[。！？”’）)…])\s*{TAKEN}|(?:^|(?<=[^。由为是与和及经据被的向对请让找有名]))(?=本报|本刊|本网|新华社){REPORTER}{MANY}\s*摄"
    rf"|^{REPORTER}{MANY}\s*摄|^{_SENT}|(?:^|(?<=[。！？”’）)…]))\s*{_STOCK}供图|(?<=[。！？”’）)…])\s*(?:{PAPER}?{PEOPLE}\s*)?{MANY}\s*供图(?![片纸书像样案形])|(?<=[。！？”…])\s*{_ARCHIVE}(?![显顯表中里上为為是可由来來均及和与、，的]))(?![{MADE_OF_SHOT}])(?=\S{{2}})")
"""A credit that is followed by something else, and whose own words say where it ends."""
SOURCE_NAME = _compile(
    rf"(?:(?:^|(?<=[。！？”’）)…]))\s*{_SOURCE}|(?<=[{HAN}\d%％A-Za-z])(?<![的其种张幅])(?:图片来源|照片来源)\s*[:：]\s*)(?=[{HAN}]{{4}})")
"""The words that open a credit whose end nothing marks; with a colon they stand in no sentence."""
SOURCE_END = _compile(rf"(?:^|[。！？”’）)…]\s*){_SOURCE}(?P<owner>[{HAN}A-Za-z·]{{2,16}})$")
"""A credit as the last words of a block: the name of the owner ends with it."""
NEW_REPORT = _compile(
    rf"(?<=[。！？”）)])\s*(?=(?:本报|[{HAN}]{{2,4}}(?:日报|晚报|时报|都市报))讯[\s（(，,]|新华社[{HAN}]{{2,8}}\d{{1,2}}月\d{{1,2}}日电)")
"""The place in a line where another report opens."""
NUMBERED_HEAD = r"(?:\d{1,2}[、.．：:](?!\d)|(?:方案|示例|步骤|案例|方法|误区|问题|建议|经验|原则)[\d一二三四五六七八九十]{1,2}[：:])"
NUMBERED_END = _compile(
    rf"(?<=[。！？”])(?P<head>(?:(?P<sure>{NUMBERED_HEAD})"
    rf"|[一二三四五六七八九十]{{1,2}}、|[（(][一二三四五六七八九十]{{1,2}}[）)])[{HAN}A-Za-z\d ·“”《》—+]{{2,20}}[？！]?)$")
"""A numbered subhead as the last words of a line; Arabic numbers and 方案1： are surer than 一、, which sentences have."""
SECTIONS = "要闻|社会|综合|国内|国际|经济|文化|体育|科技|教育|健康|广告|评论|副刊|专题|专版|时政|民生|财经|军事|法治|生活|园区|时事|本地|城事|娱乐|旅游|理论|人物|读书|三农|产业|企业|金融|生态|环球|世界|中国|头版|焦点|特稿|深度|视点|观察"

_LABEL = r"(?:责编|责任编辑|编辑|版式|版面|美编|校对|审校|组版|值班\S{0,3}|电话|热线|邮箱|电子邮箱|E-?mail|网址|微信|投稿\S{0,3}|总第|刊号)"
_YEAR = r"(?:[12]\d{3}|[〇○零一二三四五六七八九十]{2,4}|中華民國[一二三四五六七八九十]+|民國[一二三四五六七八九十]+)"
_DAY = r"[\d〇一二三四五六七八九十廿卅]{1,3}"
DATE = rf"{_YEAR}\s?年\s?{_DAY}\s?月\s?{_DAY}\s?日"
_WEEKDAY = r"(?:星期|周)[一二三四五六日天]"
FOLIO = _compile(
    rf"^(?:0\d|[A-D]0?\d{{1,2}})\s?版?\s?(?:{SECTIONS})(?![{HAN}]{{0,2}}版)(?:\s?(?P<date>{DATE}\s?(?:{_WEEKDAY})?))?(?=\s?[{HAN}“《]\S{{5}})")
"""Number and section of a page with something behind them, and the date where it stands between; the leading nought or letter
is what a sentence has not."""
_PAGE = r"(?:第\s?[\dA-Z一二三四五六七八九十]{1,4}\s?版|[A-Z]?\d{1,3}\s?版|[A-Z]\d{1,3})"
_PART = (rf"(?:{_PAGE}|(?:{SECTIONS})(?:新闻|版)?|{DATE}|\d{{4}}[.\-/]\d{{1,2}}[.\-/]\d{{1,2}}|{_WEEKDAY}|(?:总第?|第)\d{{1,6}}期|今日(?:本报)?\d{{1,3}}[张版]"
         rf"|农历[{HAN}]{{2,8}}|{_LABEL}\s?[：:]\s?\S{{1,8}})")
"""What a running header may be made of, each part behind a space."""
FURNITURE = _compile(
    rf"^(?:{_PAGE}[\s：:·|｜]*(?:[{HAN}·]{{2,6}})?|[{HAN}·]{{2,6}}[\s：:·|｜]*{_PAGE}"
    rf"|(?:{_PAGE})?\s*{DATE}[\s,，]*(?:{_WEEKDAY})?[\s,，]*(?:(?:农历|農曆|夏历|庚申年|[甲乙丙丁戊己庚辛壬癸][{HAN}]年)\S{{2,10}})?\s*(?:{_WEEKDAY})?"
    rf"|{_WEEKDAY}|第[\d一二三四五六七八九十百千零〇廿卅]{{1,8}}[期號号](?:\s*[（(]?总第\d+期[)）]?)?|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年\S{{2,8}}{_WEEKDAY}?"
    rf"|第[一二三四五六七八九十\d]+版{DATE}\S{{0,20}}"
    rf"|{_LABEL}\s*[：:]\s*\S.{{0,24}}(?:\s*{_LABEL}\s*[：:]\s*\S.{{0,24}})*"
    rf"|国内统一(?:连续出版物|刊)号\S*.{{0,40}}|(?:国内统一刊号|邮发代号)\S{{3,}}.{{0,30}}|今日(?:本报)?[\d一二三四五六七八九十]+[张張版]\S{{0,16}}"
    rf"|[-－—·]\s?\d{{1,3}}\s?[-－—·]|\d{{4}}[.\-/]\d{{1,2}}[.\-/]\d{{1,2}}|(?=.*[\d：:]){_PART}(?:[\s｜|]+{_PART})+)$")
"""A running header or a folio: page and section, date, the people who made the page."""

ROW = _compile(r"^\s*\|.*\|\s*$|^\s*<(?:table|tr|thead|tbody|td|th)\b|</(?:table|tr|tbody)>\s*$|^[^\t]*(?:\t[^\t]*){2,}$")
"""A row of a table that its recogniser already marks as one: Markdown, HTML, tab-separated."""
RANKED = _compile(r"^(?:第[一二三四五六七八九十\d]{1,3}[名位届场局盘]|[冠亚季]军|[一二三四五六]等奖)[\s：:、]")
CITED = _compile(r"\[(?:[JMDCNSPRGAZ]|EB|DB|CP)(?:/(?:OL|CD|MT|DK))?\](?=[.,:/ ]|$)")
"""The sign of an entry's kind in a list of references (GB/T 7714), whose marks are half-width."""
REFERENCE = _compile(rf"^\[\d{{1,3}}\]\s?\S.*{CITED.pattern}")
"""An entry of a list of references, with the sign of its kind: [3] 霍思远. 大体积混凝土施工[M]. …"""
ITEM = _compile(r"^(?:[（(]?(\d{1,2}|[一二三四五六七八九十]{1,3})[）).．、]|[①-⑳]|[•·●■◆▪◎○☆★※\-–*](?=\s?\S))\s*")
"""The mark in front of an item of a list."""
_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}


def cells(text: str) -> list[str]:
    """The columns of a line: what spaces, tabs or upright strokes part."""
    return [cell for cell in re.split(r"\s+|[|｜│]", text.strip()) if cell]


FIGURES = 4
"""A column with one digit in so many letters is a figure; C1出口温度 is none."""


def row_shape(text: str) -> str:
    """The kinds of a line's columns, `9` for a figure (price, time, date, score, train) and `x` for a word; empty
    where the line is no row: fewer than two columns, a sentence, or a column of many words."""
    columns = cells(text)
    if len(columns) < 2 or re.search("[。！？；]", text) or any(len(c) > 14 for c in columns):
        return ""
    return "".join("9" if FIGURES * len(re.findall(r"[\d壹贰叁肆伍陆柒捌玖拾佰仟]", c)) >= len(re.findall(r"\w", c)) > 0 else "x" for c in columns)


def number_of(text: str) -> int | None:
    """The number of an item of a list, 0 for an item with a sign in front; None where the line is no item."""
    match = ITEM.match(text)
    if match is None:
        return None
    written = match[1]
    if written is None:
        return 0
    return counted(written)


def counted(written: str) -> int:
    """The number below a hundred that figures or hanzi write: 12, 十二, 二十, 二十一; what they do not write (十十) counts as 0."""
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    digits = [_DIGITS.get(c, 0) if c else default for c, default in ((tens, bool(ten)), (ones, 0))]
    return 10 * digits[0] + digits[1]


LETTERS = 4
"""Letters of the shortest headline without hanzi; what is shorter is what a recogniser made of a picture (CBi)."""
HEADING_LENGTH = 40
"""Code points; the longest printed headline line of the rig's truth has 38."""
LINES = re.compile(rf"[^，。；,;\s]{{4,{HEADING_LENGTH}}}(?:(?:[ \u3000]|[—─–一]{{2}})[^，。；,;\s]{{4,{HEADING_LENGTH}}}){{1,2}}")
"""A headline of two or three printed lines, a space or the dash of its deck between them."""
SERIES = re.compile("^【[^】]{2,20}】(?=.)")
"""The name of a series in front of a headline, which may be as long as that: 【山村新事 秋收】…"""


@kept
def looks_like_heading(text: str) -> bool:
    """Whether a line could be a printed headline: short, no full stop, no comma at its end, no loose start."""
    bare = SERIES.sub("", text.strip())
    if not 2 <= len(bare) <= (HEADING_LENGTH if not LINES.fullmatch(bare) else 2 * HEADING_LENGTH) or bare[-1] in "。，、；,;：:…" or bare[0] in "，。、；：）》”’！？,;:)":
        return False
    if "。" in bare or "；" in bare or bare.count("，") + bare.count(",") > 2 or DATELINE.match(bare) or NO_HEADING.match(bare) or TOLD.search(bare):
        return False
    return bool(re.search(rf"[{HAN}]{{2}}|[A-Za-z]{{2}}.*[{HAN}]|[{HAN}].*[A-Za-z]{{2}}|(?:[A-Za-z].*?){{{LETTERS - 1}}}[A-Za-z]", bare)) and bare.count("“") == bare.count("”")
