"""Patterns written in simplified script that hold for traditional pages as well (记者 and 記者)."""

from __future__ import annotations

TRADITIONAL = (
    "万萬 与與 专專 业業 东東 两兩 个個 为為爲 举舉 习習 乡鄉 书書 于於 云雲 亚亞 产產 亩畝 亲親 仅僅 从從 们們 价價 众眾衆 优優 会會 传傳 体體 儿兒 关關 兴興 内內 军軍 农農 "
    "几幾 则則 别別 办辦 务務 区區 医醫 华華 协協 单單 卖賣 却卻 厂廠 厅廳 历歷曆 县縣 发發 变變 台臺 号號 后後 员員 团團 园園 国國 图圖 场場 处處 复復 头頭 奖獎 娱娛 学學 实實 "
    "审審 宾賓 对對 导導 将將 届屆 岁歲 师師 并並 广廣 库庫 开開 张張 强強 当當 录錄 态態 总總 战戰 护護 报報 据據 摄攝 数數 无無 时時 显顯 术術 机機 来來 栏欄 样樣 检檢 欢歡 "
    "欧歐 气氣 没沒 济濟 温溫 游遊 满滿 点點 热熱 环環 现現 电電 监監 码碼 礼禮 离離 种種 称稱 笔筆 简簡 类類 约約 线線 练練 组組 绍紹 经經 结結 绘繪 给給 络絡 统統 续續 综綜 "
    "编編 网網 联聯 胜勝 虽雖 装裝 见見 观觀 视視 觉覺 计計 认認 让讓 议議 讯訊 记記 论論 设設 访訪 评評 诉訴 词詞 话話 该該 误誤 说說 请請 读讀 谁誰 调調 谓謂 谢謝 谨謹 负負 "
    "财財 责責 费費 贺賀 资資 赏賞 赛賽 车車 轩軒 辑輯 边邊 过過 运運 还還 这這 进進 连連 选選 邮郵 采採 里裏裡 鉴鑑 钱錢 键鍵 镇鎮 长長 问問 间間 闻聞 队隊 际際 随隨 静靜 项項 "
    "顺順 颂頌 预預 领領 频頻 题題 额額 馆館 驻駐 验驗 齐齊")
"""Simplified characters of the patterns, each with the traditional forms that papers print for it (OpenCC's `s2t` and `s2tw`)."""
_FORMS = {ord(pair[0]): pair for pair in TRADITIONAL.split()}


def both_scripts(pattern: str) -> str:
    """A regular expression that has, for every simplified character in it, the traditional forms too; of the same groups."""
    found, inside, escaped = [], False, False
    for char in pattern:
        forms = _FORMS.get(ord(char), char)
        found.append(forms if inside or len(forms) == 1 else f"[{forms}]")
        if not escaped and char in "[]":
            inside = char == "["
        escaped = char == "\\" and not escaped
    return "".join(found)
