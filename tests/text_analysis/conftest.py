from __future__ import annotations

from pathlib import Path

import pytest

from text_analysis.analyzer import Analyzer

DATA_DIR = Path(__file__).parents[2] / "data"

TITLES = (
    "【厂家直销】夏季新款韩版碎花连衣裙女 雪纺长裙 一件代发",
    "304不锈钢外六角螺丝 M8×30 M10*50 全牙螺栓 现货批发",
    "跨境10000毫安快充充电宝 Type-C移动电源 迷你便携 支持定制LOGO",
    "一次性丁腈手套 食品级加厚 1箱1000只 餐饮美容 无粉",
    "纯棉四件套床上用品1.8米床 全棉被套床单 北欧风",
    "儿童双肩包小学生书包 减负护脊 防泼水 1-3年级",
    "1.5L大容量运动水杯 便携塑料水壶 健身水桶 带吸管",
    "PVC透明手提袋 礼品袋30*40cm 可印字 源头工厂",
    "iPhone15 pro手机壳 磁吸透明 防摔保护套 适用苹果14",
    "商用不粘锅 无烟炒锅 32cm 电磁炉燃气通用 一件代发",
)


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return Analyzer.load(
        DATA_DIR,
        extra_words=("碎花雪纺连衣裙", "尖头细高跟鞋", "小货车", "木屐", "罗纹带丝带", "十字绣线", "PVC水管"),
        extra_synonyms=(("尖头细高跟鞋", ("细跟高跟鞋",), "类目 180101 的别名"),),
    )
