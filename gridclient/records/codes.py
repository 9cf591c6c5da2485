"""National code lists: the value is the standard's code, the label its words, the rest how offices also write it."""

from typing import Any

from gridclient.blanks import Choice


class Sex(Choice):
    """GB/T 2261.1-2003."""

    UNKNOWN = "0", "未知的性别", "未知"
    MALE = "1", "男性", "男"
    FEMALE = "2", "女性", "女"
    UNSTATED = "9", "未说明的性别", "未说明"


class Marital(Choice):
    """GB/T 2261.2-2003."""

    SINGLE = "10", "未婚"
    MARRIED = "20", "已婚", "有配偶"
    FIRST = "21", "初婚"
    AGAIN = "22", "再婚"
    RESUMED = "23", "复婚"
    WIDOWED = "30", "丧偶"
    DIVORCED = "40", "离婚", "离异"
    UNSTATED = "90", "未说明的婚姻状况", "未说明"


class Education(Choice):
    """GB/T 4658-2006, the grades people use; finer codes of the standard are read as their grade."""

    POSTGRADUATE = (
        "10",
        "研究生",
        "研究生教育",
        "研究生及以上",
        "研究生班毕业",
        "研究生班结业",
        "研究生班肄业",
    )
    DOCTOR = "11", "博士研究生", "博士", "博士研究生毕业", "博士研究生结业", "博士研究生肄业"
    MASTER = "14", "硕士研究生", "硕士", "硕士研究生毕业", "硕士研究生结业", "硕士研究生肄业"
    BACHELOR = "20", "大学本科", "本科", "大学本科教育", "大学本科毕业", "大学"
    COLLEGE = "30", "大专", "大学专科", "专科", "大学专科教育", "大学专科毕业"
    VOCATIONAL = "40", "中专", "中等专科", "中等职业教育", "中技", "技校", "职高"
    SENIOR = "60", "高中", "普通高级中学教育", "高中\\中专", "高中/中专", "高中中专", "高中(中专)"
    JUNIOR = "70", "初中", "初级中学教育", "初中毕业"
    PRIMARY = "80", "小学", "小学教育", "小学毕业"
    BELOW_SENIOR = "89", "高中以下"
    OTHER = "90", "其他", "其它"
    ILLITERATE = "91", "文盲", "文盲半文盲", "文盲或半文盲", "不识字"
    PRESCHOOL = "92", "学龄前", "学龄前儿童"


class Politics(Choice):
    """GB/T 4762-1984, with the local 少先队员."""

    MEMBER = "01", "中共党员", "中国共产党党员", "党员", "正式党员", "共产党员"
    PROBATIONARY = "02", "中共预备党员", "中国共产党预备党员", "预备党员"
    LEAGUE = "03", "共青团员", "中国共产主义青年团团员", "团员"
    RCCK = "04", "民革会员", "中国国民党革命委员会会员", "民革党员"
    CDL = "05", "民盟盟员", "中国民主同盟盟员"
    CNDCA = "06", "民建会员", "中国民主建国会会员"
    CAPD = "07", "民进会员", "中国民主促进会会员"
    CPWDP = "08", "农工党党员", "中国农工民主党党员"
    ZGP = "09", "致公党党员", "中国致公党党员"
    JIUSAN = "10", "九三学社社员"
    TSL = "11", "台盟盟员", "台湾民主自治同盟盟员"
    INDEPENDENT = "12", "无党派民主人士", "无党派人士"
    MASSES = "13", "群众", "普通群众"
    PIONEER = "98", "少先队员", "中国少年先锋队队员"
    OTHER = "99", "其他"


class Relation(Choice):
    """GB/T 4761-2008, family relation to the head of the household."""

    SELF = "01", "本人"
    HEAD = "02", "户主", "小集体户主"
    SPOUSE = "10", "配偶"
    HUSBAND = "11", "夫", "丈夫"
    WIFE = "12", "妻", "妻子"
    SON = "20", "子", "儿子"
    ONLY_SON = "21", "独生子"
    FIRST_SON = "22", "长子"
    SECOND_SON = "23", "次子", "二子"
    THIRD_SON = "24", "三子"
    FOSTER_SON = "27", "养子或继子", "养子", "继子"
    SON_IN_LAW = "28", "女婿"
    OTHER_SON = "29", "其他儿子"
    DAUGHTER = "30", "女", "女儿"
    ONLY_DAUGHTER = "31", "独生女"
    FIRST_DAUGHTER = "32", "长女"
    SECOND_DAUGHTER = "33", "次女", "二女"
    THIRD_DAUGHTER = "34", "三女"
    FOSTER_DAUGHTER = "37", "养女或继女", "养女", "继女"
    DAUGHTER_IN_LAW = "38", "儿媳", "媳妇"
    OTHER_DAUGHTER = "39", "其他女儿"
    CHILD = "2X", "子女"
    GRANDCHILD = "40", "孙辈"
    GRANDSON = "41", "孙子"
    GRANDDAUGHTER = "42", "孙女"
    DAUGHTERS_SON = "43", "外孙子", "外孙"
    DAUGHTERS_DAUGHTER = "44", "外孙女"
    SONS_CHILD = "4A", "孙子(女)", "孙子（女）"
    DAUGHTERS_CHILD = "4B", "外孙(女)", "外孙（女）"
    GRANDSONS_WIFE = "45", "孙媳妇或外孙媳妇", "孙媳妇", "外孙媳妇"
    GRANDDAUGHTERS_HUSBAND = "46", "孙女婿或外孙女婿", "孙女婿", "外孙女婿"
    GREAT_GRANDSON = "47", "曾孙子或外曾孙子", "曾孙子", "曾孙"
    GREAT_GRANDDAUGHTER = "48", "曾孙女或外曾孙女", "曾孙女"
    PARENT = "50", "父母"
    FATHER = "51", "父亲", "父"
    MOTHER = "52", "母亲", "母"
    HUSBANDS_FATHER = "53", "公公"
    HUSBANDS_MOTHER = "54", "婆婆"
    WIFES_FATHER = "55", "岳父"
    WIFES_MOTHER = "56", "岳母"
    STEPFATHER = "57", "继父或养父", "继父", "养父"
    STEPMOTHER = "58", "继母或养母", "继母", "养母"
    SPOUSES_PARENT = "5A", "配偶父母", "公婆", "岳父母"
    GRANDPARENT = "60", "祖父母或外祖父母", "祖父母", "外祖父母"
    GRANDFATHER = "61", "祖父", "爷爷"
    GRANDMOTHER = "62", "祖母", "奶奶"
    MOTHERS_FATHER = "63", "外祖父", "外公"
    MOTHERS_MOTHER = "64", "外祖母", "外婆"
    SPOUSES_GRANDPARENT = "65", "配偶的祖父母或外祖父母"
    GREAT_GRANDFATHER = "66", "曾祖父"
    GREAT_GRANDMOTHER = "67", "曾祖母"
    SIBLING = "70", "兄弟姐妹"
    ELDER_BROTHER = "71", "兄", "哥哥"
    BROTHERS_WIFE = "72", "嫂", "嫂子"
    YOUNGER_BROTHER = "73", "弟", "弟弟"
    YOUNGER_BROTHERS_WIFE = "74", "弟媳"
    ELDER_SISTER = "75", "姐姐", "姐"
    ELDER_SISTERS_HUSBAND = "76", "姐夫"
    YOUNGER_SISTER = "77", "妹妹", "妹"
    YOUNGER_SISTERS_HUSBAND = "78", "妹夫"
    OTHER = "80", "其他", "其它"
    UNCLE = "81", "伯父"
    UNCLES_WIFE = "82", "伯母"
    YOUNGER_UNCLE = "83", "叔父", "叔叔"
    YOUNGER_UNCLES_WIFE = "84", "婶母"
    MOTHERS_BROTHER = "85", "舅父", "舅舅"
    MOTHERS_BROTHERS_WIFE = "86", "舅母"
    MOTHERS_SISTERS_HUSBAND = "87", "姨父"
    MOTHERS_SISTER = "88", "姨母"
    FATHERS_SISTERS_HUSBAND = "89", "姑父"
    FATHERS_SISTER = "90", "姑母"
    COUSIN = "91", "堂兄弟姐妹"
    OTHER_COUSIN = "92", "表兄弟姐妹"
    NEPHEW = "93", "侄子"
    NIECE = "94", "侄女"
    SISTERS_SON = "95", "外甥"
    SISTERS_DAUGHTER = "96", "外甥女"
    OTHER_KIN = "97", "其他亲属"
    UNRELATED = "99", "非亲属", "合租室友", "室友", "保姆", "雇工"


class DocumentType(Choice):
    """GA/T 517, the documents met at the door."""

    RESIDENT = "111", "居民身份证", "身份证", "二代身份证"
    TEMPORARY = "112", "临时居民身份证"
    BOOKLET = "113", "户口簿"
    OFFICER = "114", "军官证"
    POLICE = "123", "警官证"
    PASSPORT = "414", "普通护照", "护照"
    TAIWAN = "511", "台湾居民来往大陆通行证", "台胞证"
    HONGKONG = "516", "港澳居民来往内地通行证", "回乡证"
    FOREIGNER = "553", "外国人永久居留身份证", "外国人永久居留证", "永居证"
    RESIDENCE = "154", "港澳台居民居住证", "居住证"
    OTHER = "990", "其他证件", "其他"


_functional: Any = Choice  # Enum's functional form, which mypy cannot follow, keeps fifty-eight rows readable
Nation: type[Choice] = _functional(  # GB/T 3304-1991
    "Nation",
    {
        f"N{code}": (
            code,
            label if label.endswith(("族", "人士")) or label == "其他" else label + "族",
            label,
        )
        for code, label in (
            row.split()
            for row in [
                "01 汉",
                "02 蒙古",
                "03 回",
                "04 藏",
                "05 维吾尔",
                "06 苗",
                "07 彝",
                "08 壮",
                "09 布依",
                "10 朝鲜",
                "11 满",
                "12 侗",
                "13 瑶",
                "14 白",
                "15 土家",
                "16 哈尼",
                "17 哈萨克",
                "18 傣",
                "19 黎",
                "20 傈僳",
                "21 佤",
                "22 畲",
                "23 高山",
                "24 拉祜",
                "25 水",
                "26 东乡",
                "27 纳西",
                "28 景颇",
                "29 柯尔克孜",
                "30 土",
                "31 达斡尔",
                "32 仫佬",
                "33 羌",
                "34 布朗",
                "35 撒拉",
                "36 毛南",
                "37 仡佬",
                "38 锡伯",
                "39 阿昌",
                "40 普米",
                "41 塔吉克",
                "42 怒",
                "43 乌孜别克",
                "44 俄罗斯",
                "45 鄂温克",
                "46 德昂",
                "47 保安",
                "48 裕固",
                "49 京",
                "50 塔塔尔",
                "51 独龙",
                "52 鄂伦春",
                "53 赫哲",
                "54 门巴",
                "55 珞巴",
                "56 基诺",
                "97 其他",
                "98 外国血统中国籍人士",
            ]
        )
    },
)
