"""In which province a city lies."""

from __future__ import annotations

import csv
from itertools import chain
from pathlib import Path

import pytest

from catalog_service.domain.prices.regions import PROVINCES
from storefront.cities import CITIES, province_of_city


@pytest.mark.parametrize(
    ("said", "province"),
    [
        ("杭州", "浙江"), ("杭州市", "浙江"), ("浙江杭州", "浙江"), ("浙江省金华市义乌市", "浙江"),
        ("浙江/杭州", "浙江"),
        ("杭州市余杭区", "浙江"), ("上海", "上海"), ("上海市浦东新区", "上海"), ("内蒙古自治区包头", "内蒙古"),
        ("吉林", "吉林"), ("海南", "海南"), ("津市市", "湖南"), ("阿里地区", "西藏"), ("恩施州", "湖北"),
        ("香港", "香港"),
        ("", ""), ("某地", ""), ("杭", ""), ("Hangzhou", ""), ("市", ""),
    ],
)  # fmt: skip
def test_a_city_as_people_write_it_has_its_province_or_none(said: str, province: str) -> None:
    assert province_of_city(said) == province


def test_no_two_cities_have_one_name_and_all_provinces_are_known() -> None:
    names = list(chain.from_iterable(cities.split() for cities in CITIES.values()))
    assert sorted(names) == sorted(set(names))
    assert set(CITIES) <= set(PROVINCES)
    assert {province_of_city(province) for province in PROVINCES} == set(PROVINCES)


def test_the_cities_of_the_demo_market_are_known() -> None:
    with (Path(__file__).parents[2] / "data" / "demo" / "places.tsv").open(encoding="utf-8", newline="") as file:
        places = [(row["city"], row["province"]) for row in csv.DictReader(file, delimiter="\t")]
    places = [(city, province) for city, province in places if city.endswith("市")]
    assert len(places) > 50
    assert [(city, province_of_city(city)) for city, _ in places] == places
