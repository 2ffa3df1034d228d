"""Text of names and places: brackets, separators, width, script, shape."""

import re
import unicodedata
from collections.abc import Mapping

PAIRS = {")": "(", "）": "（", "】": "【", "]": "[", "」": "「", "》": "《"}
# What may stand between the pieces of a nickname. `&` and its like are not among them: they join two people. Pictures
# (😀), marks of direction and characters without a width stand between pieces too: they say nothing of who it is.
_UNSEEN = r"\x00-\x1f\x7f\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\U000e0000-\U000e007f"
_PICTURES = r"\u20e3\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
SEPARATORS = re.compile(
    r"[\s_\-—–‐‑−~～,，.。·•・‧|｜/\\／:：;；#＃@＠*＊\"“”'‘’`!！?？+＋^=<>《》〈〉「」『』【】\[\]()（）{}…"
    rf"{_UNSEEN}{_PICTURES}]+"
)
JOINED = re.compile(r"\s*(?:＆|&|、|﹠)\s*")
JOINED_LOOSELY = re.compile(r"\s*(?:＆|&|、|﹠|/|／|\+|＋|和|与|及|,|，)\s*")
PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?([1１][3-9３-９]\d)[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)")
MASKED_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[*＊xX×•]{3,6}(\d{2,4})(?!\d)")
PLACE_ENDING = "社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会|社区|村"
WIDER_ENDING = "街道办事处|街道办|街道|镇|区|县|市|省"
OTHER_ENDING = "小区|花园|苑|社工站|服务中心|中心"
_KIND = {"社": "社区", "居": "社区", "村": "村"}
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")

DEVICES = re.compile(
    r"(?:huawei|honor|iphone|ipad|ipod|mac|macbook|imac|xiaomi|redmi|mi|oppo|vivo|iqoo|samsung|galaxy|oneplus|realme|meizu|"
    r"nova|mate|android|windows|win|pc|laptop|desktop|tablet|tab|phone|pad|note|pro|max|plus|mini|ultra|air|zoom|wechat|user|"
    r"华为|荣耀|苹果|小米|红米|三星|魅族|一加|真我|手机|电脑|平板|笔记本|台式|台式机|设备|微信用户|用户|腾讯会议用户|的)+[a-z0-9]*",
    re.IGNORECASE,
)
ROLES = {
    "学员", "关爱专员", "专员", "社工", "本人", "手机", "电脑", "手机端", "电脑端", "平板", "男", "女", "同学", "参会", "听课", "打卡",
}  # fmt: skip
HOSTS = {"host", "cohost"}
# Somebody else sits there, or nobody does; 老师 and 妈妈 are no nicknames beside a learner's name.
STANDS_IN = re.compile(r"[代替](?:听|签|学|课|看|会|班|打卡|签到|参会|参加|上课)?|请假")
OTHERS = {"老师", "讲师", "老公", "老婆", "妈妈", "爸爸", "代", "替"}
TEAM = re.compile(r"第?[\d一二三四五六七八九十]{1,3}(?:组|小组|班|期)")

_TRADITIONAL = (
    "張張陳陈劉刘黃黄趙赵吳吴孫孙馬马許许鄭郑謝谢韓韩馮冯鄧邓葉叶蘇苏盧卢蔣蒋賈贾閻阎鍾钟鐘钟陸陆範范譚谭鄒邹韋韦錢钱嚴严"
    "賴赖龍龙萬万龐庞顏颜莊庄聶聂歐欧陽阳關关藍蓝齊齐鮑鲍溫温塗涂閔闵鄔邬魯鲁鄺邝駱骆麥麦倫伦湯汤羅罗楊杨樓楼畢毕紀纪華华"
    "國国偉伟強强麗丽軍军鳳凤蘭兰蓮莲艷艳燕燕鵬鹏飛飞輝辉傑杰豐丰寶宝賓宾財财貴贵慶庆瓊琼榮荣義义億亿藝艺穎颖瑩莹螢萤瑤瑶"
    "靜静嫻娴嬋婵嬌娇婭娅淵渊濤涛澤泽潔洁漢汉灣湾鄉乡鎮镇區区縣县東东風风雲云電电長长門门開开興兴業业樂乐禮礼禎祯祿禄福福"
    "壽寿遠远達达選选邁迈運运進进連连還还邊边勝胜勵励勛勋動动務务勞劳堅坚壯壮夢梦奮奋婦妇學学寧宁實实審审寬宽導导將将專专"
    "對对嶺岭崗岗幹干廣广廳厅張张徑径從从應应懷怀態态憶忆戰战擇择據据攝摄敏敏斂敛時时晉晋曉晓暢畅會会朧胧條条棟栋楓枫標标"
    "樹树橋桥機机檢检歡欢歲岁殘残氣气滿满漁渔潤润濱滨煒炜煥焕燁烨爾尔牽牵獻献瑋玮環环璽玺畫画當当發发皚皑監监盤盘碩硕禪禅"
    "種种穩稳競竞筆笔節节簡简紅红純纯級级納纳紋纹細细終终組组結结絢绚給给絡络統统經经維维綱纲網网綺绮綿绵緒绪線线緣缘縱纵"
    "總总績绩繼继續续纖纤習习聖圣聞闻聯联聰聪職职肅肃臨临興兴舉举蔭荫薇薇蕭萧薩萨藥药處处號号蟬蝉衛卫襄襄複复見见規规視视"
    "親亲覺觉觀观訓训記记訪访設设評评詠咏詩诗話话詳详誌志語语誠诚誼谊課课請请諾诺謀谋證证識识護护讓让豪豪貝贝賀贺資资賢贤"
    "質质贊赞躍跃車车軒轩較较載载輕轻轉转辦办農农鄰邻釗钊針针鈞钧鈴铃銀银銘铭銳锐鋒锋鋼钢錄录錦锦錫锡鍵键鑒鉴鑫鑫鐵铁鑰钥"
    "閃闪間间閱阅閩闽隊队階阶際际隨随險险隱隐雙双雞鸡難难霞霞靈灵韻韵頂顶項项順顺預预領领頤颐頻频題题額额願愿類类顧顾飄飘"
    "員员團团體体國国來来個个們们這这裡里裏里後后說说讀读寫写買买賣卖錯错鐘钟覽览鳥鸟魚鱼龜龟黨党齋斋齒齿鹽盐麵面黃黄點点"
    "鳳凤鸝鹂鷗鸥鴿鸽鴨鸭驛驿駿骏駕驾騎骑馮冯飯饭飲饮餘余館馆館馆饒饶韜韬韋韦鞏巩靚靓靖靖霧雾電电雜杂離离隸隶陝陕陣阵陰阴陳陈"
    "阮阮鄖郧鄒邹鄔邬遲迟遞递適适遷迁遙遥逕迳辭辞轄辖輪轮軟软趕赶趨趋貞贞責责費费貿贸賦赋賜赐賞赏賽赛購购贏赢贈赠譯译譽誉"
    "議议護护讚赞豔艳豬猪負负貢贡財财販贩貨货貫贯貼贴貯贮詹詹誕诞談谈調调諒谅諸诸諭谕謹谨謙谦謠谣譜谱計计訂订討讨託托詞词"
    "試试該该詢询誇夸誤误誦诵說说誰谁養养騰腾驍骁驕骄驥骥鯤鲲鴻鸿鵑鹃鶴鹤鷹鹰麟麟點点齡龄龔龚"
)
TRADITIONAL: dict[int, str] = {ord(a): b for a, b in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
# Characters that are mistaken for each other in print or by a slip of the hand; the first of a group stands
# for all.
_SHAPES = (
    "己已巳 未末 士土 日曰 人入八 大太犬 王玉主 天夭 千干于 午牛 刀力 田由甲申 贝见 木本术 戊戌戍 治冶 晴睛 清请情 萍苹坪 琪淇棋祺 蓝篮 "
    "洋详祥 壁璧 侯候 玮伟炜 婷停 霞暇 洁浩 莹萤荧 瑶谣遥 敏繁 丽俪 娟捐涓 梅海悔 芳方 静净 峰锋烽蜂 杰木 辉晖浑 涛焘 欣昕 佳住 "
    "庭廷 铭名 怡恰 珊册栅 倩情 颖颍 曼慢 菁箐 雯文 琳淋 嘉喜 梁粱 芬芥 钰玉 浚俊骏峻 彬杉 钧均钓 宇字 宁守 永水 冰水 东车 今令 "
    "邱丘 肖萧 付傅 闫阎 余佘 段锻 毛手 秦泰 汪注 郭郊 刑邢 卞卡 母毋 兀元 兔免 茶荼 拔拨 柬東 乐东 常党 郑邓 叶吐 林材 何河 江汪 "
    "1il| 0oO〇"
)
SHAPES: dict[int, str] = {ord(c): group[0] for group in _SHAPES.split() for c in group.casefold()}


def split_name(given: str) -> tuple[str, str]:
    """`nickname(name in the meeting)` at the last balanced pair of brackets that ends the text; else the
    whole and ""."""
    text = given.strip()
    if not text or text[-1] not in PAIRS:
        return text, ""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in PAIRS:
            depth += 1
        elif text[index] in PAIRS.values():
            depth -= 1
            if depth == 0:
                return text[:index].strip(), text[index + 1 : -1].strip()
    return text, ""


def parts_of(given: str) -> tuple[str, ...]:
    """The nickname, and what stands in its brackets, and in theirs: each on its own, empty ones left out."""
    outer, inner = split_name(given)
    if outer.isalnum() and not inner:
        return (outer,)
    if not inner:
        return (outer,) if SEPARATORS.sub("", outer) else ()
    return (*((outer,) if SEPARATORS.sub("", outer) else ()), *parts_of(inner))


def plain(text: str) -> str:
    """Without separators and case: what must be equal for two names to be the same."""
    if text.isalnum():
        return text.casefold()
    return SEPARATORS.sub("", text).casefold()


def fold(text: str, script: Mapping[int, str] = TRADITIONAL) -> str:
    """Half width and simplified too: what makes two names likely the same."""
    return unicodedata.normalize("NFKC", plain(text)).translate(script)


def fold_shape(text: str, script: Mapping[int, str] = TRADITIONAL) -> str:
    """Near shapes folded into one, leading zeros dropped: what a hurried reader would not tell apart."""
    return re.sub(r"\d+", lambda run: str(int(run[0])), fold(text, script).translate(SHAPES))


def digits_of(text: str) -> tuple[int, ...]:
    """The numbers in a name. Names that differ in them are different names: 学员12 is no slip for 学员13."""
    return tuple(int(run) for run in re.findall(r"\d+", text))


_PLACE = re.compile(rf"(.+?)({PLACE_ENDING})$")


def short_place(name: str) -> tuple[str, str]:
    """A community's name without its ending, and which kind it is: 桂一社区居委会 → ("桂一", "社区"), 桂一 →
    ("桂一", "")."""
    text = unicodedata.normalize("NFKC", plain(name))
    found = _PLACE.match(text)
    if not found or (found[2] == "村" and len(found[1]) < 2):
        return text, ""
    return found[1], _KIND[found[2][0]]


def same_place(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """Equal short names, and no contradiction between 社区 and 村."""
    return a[0] == b[0] and (not a[1] or not b[1] or a[1] == b[1])


def phones_in(text: str) -> tuple[str, ...]:
    return tuple("".join(found) for found in PHONE.findall(unicodedata.normalize("NFKC", text)))


def is_neutral(token: str) -> bool:
    """Says nothing of who it is: a device, a role, a team, a word without Han characters."""
    if not HAN.search(token):
        return token not in HOSTS
    return token in ROLES or bool(DEVICES.fullmatch(token)) or bool(TEAM.fullmatch(token))


def is_nickname(token: str) -> bool:
    """A name that people give themselves and nobody reads as a person's or a place's: 小桂, 乐乐,
    快乐的每一天."""
    if any(re.search(rf"(?:{ending})$", token) for ending in (PLACE_ENDING, WIDER_ENDING, OTHER_ENDING)):
        return False
    if token in OTHERS:
        return False
    return len(token) == 1 or len(token) >= 5 or token[0] in "小阿老" or len(set(token)) == 1
