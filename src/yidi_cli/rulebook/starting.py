"""The files with which somebody starts data of their own: commented, and loadable as they are."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidi_cli.rulebook.divisions import Place

_ABOUT = """\
## 这份数据是谁的。名字写在每一句的后面，让人知道是谁说的。
name: {name}
version: {day}
"""

_HEAD = """\
## {province}{city} 自己的数据。要用哪几行，去掉它前面的“# ”。两个 ## 的是说明。
## 改完跑 yidi data check，后面写这个文件夹。
## 每一句都要有来源，没有来源的读不进来。文件里不写猜的东西：不知道的，写成 verify 里的问题。
code: "{code}"
name: {province}
"""

_CITY = """\
  - code: "{code}"
    name: {city}
"""

_PARTS = """\
{indent}## 电话：只写“区号-12393”。不知道就不写，会用省里的。
{indent}# hotline:
{indent}#   number: 区号-12393
{indent}#   sources: [{{id: {key}-notice}}]
{indent}#   confidence: high            # high 有官方原文，medium 有转述，low 只有网文

{indent}## 在哪里备案。filing: explicit 确实能办，look 进去找找看，none 只能问、只能查。
{indent}# channels:
{indent}#   - id: {key}.channel.window
{indent}#     name: {city}医保经办窗口
{indent}#     kind: window              # app mini-program account web portal window phone
{indent}#     filing: explicit
{indent}#     topic: window             # 同一个 topic 的，这里的代替上一级的
{indent}#     where: 地址和上班时间，去之前打电话问
{indent}#     steps:
{indent}#       - 带身份证或社保卡。
{indent}#       - 现场填备案表，交上去。
{indent}#     sources: [{{id: {key}-notice}}]
{indent}#     confidence: high

{indent}## 规则：when 都满足才显示。一条一件事，一两句话，句末有标点，不超过 100 字。
{indent}# rules:
{indent}#   - id: {key}.materials.residence
{indent}#     section: materials        # 写在结果的哪一段，见 docs/data.md
{indent}#     topic: residence-proof    # 和全国的同一个 topic，就代替全国的那一句
{indent}#     when: {{type: [long-term-residence], scope: [cross-province]}}
{indent}#     text: 带居住证。没有居住证，带社区开的居住证明。
{indent}#     sources: [{{id: {key}-notice, at: 第三条}}]
{indent}#     confidence: high
{indent}#     valid: {{from: {day}}}

{indent}## 家庭共济的渠道和规则写在 family: 下面，写法一样，见 docs/data.md。

{indent}## 来源：tier 有 local-official 地方官方、relay 转述、article 网文；checked 是核对的日子。
{indent}# sources:
{indent}#   - id: {key}-notice
{indent}#     title: 文件的全名
{indent}#     issuer: {city}医疗保障局
{indent}#     number: 文号，没有就删掉这一行
{indent}#     issued: {day}
{indent}#     checked: {day}
{indent}#     status: in-force
{indent}#     tier: local-official
{indent}#     url: https://
"""


def about_file(name: str, day: date) -> str:
    """Return an `overlay.yaml` for data of `name`."""
    # A text in double quotes is the same in YAML and JSON, whatever the name is written with.
    return _ABOUT.format(name=json.dumps(name, ensure_ascii=False), day=day.isoformat())


def region_file(place: Place, province: Place, day: date) -> str:
    """Return a region's file for `place` in its province; nothing in it speaks yet."""
    city = "" if place == province else place.name
    head = _HEAD.format(province=province.name, city=city, code=province.code)
    if not city:
        return head + _parts(place, "", day)
    return f"{head}cities:\n{city_part(place, day)}"


def city_part(city: Place, day: date) -> str:
    """Return what stands in a province's file for one of its cities, under `cities`."""
    return _CITY.format(code=city.code, city=city.name) + _parts(city, "    ", day)


def _parts(place: Place, indent: str, day: date) -> str:
    key = place.pinyin.replace(" ", "") or place.code
    city = place.name if indent else ""
    return _PARTS.format(indent=indent, key=key, city=city, day=day.isoformat())
