"""The flow of questions and the decision of one case: as a page, as JSON and as Mermaid."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from yidi_cli.base.value import Value
from yidi_cli.plan.decided import Decided, Failed, Tried, rows_of
from yidi_cli.render.document import SECTION_TITLES, Block, Document, Entry, Sub
from yidi_cli.render.explain import DERIVED_NAMES
from yidi_cli.render.jsonout import conditions_json, query_head
from yidi_cli.render.pages import DERIVED_WORDS, condition_word
from yidi_cli.render.upkeep import MATTERS
from yidi_cli.rulebook.model import MANY, Conditions, Option, Question
from yidi_cli.upkeep.graph import Node, Way
from yidi_cli.wizard.flow import CHECK
from yidi_cli.wizard.words import describe

if TYPE_CHECKING:
    from datetime import date

    from yidi_cli.plan.decided import Row
    from yidi_cli.plan.match import Facts
    from yidi_cli.plan.plan import Traced
    from yidi_cli.rulebook.book import Book

DONE = "问完了，出结果"
PLACE = "填地名：市或区县，说不准也行"
UNTOLD = "看前面几题的答案"
OUTCOMES = {
    "replaced": "被替换",
    "clash": "和另一条撞上了，是数据的错",
    "not-in-force": "不在有效期",
}


class Asked(Value, frozen=True):
    """A case to show: the answers that count, the questions that were left open, the decision."""

    answers: dict[str, str | tuple[str, ...]]
    assumed: tuple[Question, ...]
    decided: Decided


# --- words ---


def condition_lines(when: Conditions, unless: Conditions, book: Book) -> Iterator[str]:
    """Yield each condition in words: 就医方式：门诊慢特病."""
    for lead, conditions in (("", when), ("不含 ", unless)):
        for dimension, values in sorted(conditions.items()):
            yield f"{lead}{dimension_name(dimension, book)}：{_values(dimension, values, book)}"


def _told(part: Question | Option | Row, book: Book) -> str:
    """Say the conditions of a part in words, "" where it has none."""
    return "；".join(condition_lines(part.when, part.unless, book))


def dimension_name(dimension: str, book: Book) -> str:
    """Return the word for a dimension: a question's name, or that of what follows from answers."""
    return DERIVED_NAMES.get(dimension) or book.question(dimension).name


def route_word(route: str, book: Book) -> str:
    """Return the word for a route."""
    return _word("route", route, book)


def _values(dimension: str, values: Collection[str], book: Book) -> str:
    return "、".join(_word(dimension, value, book) for value in _ordered(dimension, values, book))


def _word(dimension: str, value: str, book: Book) -> str:
    if dimension in DERIVED_NAMES:
        # Not by the lists of one matter: both have a scope and a route.
        return DERIVED_WORDS.get(f"{dimension}.{value}") or DERIVED_WORDS.get(value, value)
    return condition_word(dimension, value, book)


def _ordered(dimension: str, values: Collection[str], book: Book) -> list[str]:
    """Return values in the order of the options, others by id."""
    order: list[str] = []
    if dimension not in DERIVED_NAMES:
        order = [option.id for option in book.question(dimension).options]
    return sorted(values, key=lambda value: (order.index(value) if value in order else 0, value))


def way_words(way: Way, book: Book) -> str:
    """Say of which answers a way is taken, "" where that is not told."""
    return "，或者 ".join("；".join(condition_lines(when, {}, book)) for when in way.when)


def _target(way: Way, book: Book) -> str:
    return DONE if way.to == CHECK else book.question(way.to).name


def _label(option: Option, book: Book) -> str:
    only = _told(option, book)
    return f"{option.name}（{option.id}{f'，只在 {only}' if only else ''}）"


# --- the flow ---


def flow_document(nodes: Sequence[Node], book: Book, day: date) -> Document:
    """Return the page of a matter's questions, and of the table that decides behind them."""
    rows = rows_of(book)
    questions = tuple(_question(node, book) for node in nodes)
    table = tuple(_row(row, book) for row in rows)
    return Document(
        title=f"问题流程 · {MATTERS[book.matter]}",
        date=day.isoformat(),
        headline=f"{len(nodes)} 个问题，判定表 {len(rows)} 行。画成图：加 --format mermaid。",
        blocks=(
            Block("一题接一题", questions, "number"),
            Block("判定表（从上往下，第一行符合的算）", table, "number"),
        ),
        footer=(f"数据版本 {book.meta.version}。",),
    )


def _question(node: Node, book: Book) -> Entry:
    question = node.question
    subs = []
    if asked := _told(question, book):
        subs.append(Sub(f"只在这时问（{asked}）。"))
    options = "、".join(_label(option, book) for option in question.options) or PLACE
    many = "（可选多项）" if question.kind == "many" else ""
    subs.append(Sub(f"回答{many}：{options}。"))
    for way in node.ways:
        told = way_words(way, book) or ("" if len(node.ways) == 1 else UNTOLD)
        subs.append(Sub(f"{told} → {_target(way, book)}".lstrip()))
    return Entry(f"{question.name}（{question.id}，{question.flag}）：{question.ask}", tuple(subs))


def _row(row: Row, book: Book) -> Entry:
    told = _told(row, book) or "没有条件，上面都不符合就是它"
    return Entry(f"{row.id} → {route_word(row.route, book)}", (Sub(f"{told}。"),))


# --- one case ---


def case_document(asked: Asked, book: Book, day: date) -> Document:
    """Return the page of how one case is decided, row by row, and of the rules that speak."""
    found = asked.decided
    facts = tuple(Entry(line) for line in fact_lines(found.facts, book))
    tried = tuple(Entry(f"{one.row.id}：{failed_words(one, book)}。") for one in found.tried)
    rules = tuple(
        Entry(f"{rule.id}（{SECTION_TITLES[rule.section][0]}{_place(rule.place, book)}）")
        for rule in found.rules
    )
    blocks = (
        Block("回答", tuple(Entry(line) for line in answer_lines(asked, book))),
        Block("由此知道", facts),
        Block("不符合的行", tried, "number"),
        Block("判定", _decision(found, book)),
        Block(f"出现的规则 · {len(rules)} 条", rules),
        Block("条件符合却没出现的", tuple(Entry(_hidden(one)) for one in found.others)),
    )
    return Document(
        title=f"判定 · {MATTERS[book.matter]}",
        date=day.isoformat(),
        headline=found.headline,
        blocks=tuple(block for block in blocks if block.entries),
        footer=("看一条规则的内容和依据：yidi explain 编号。", f"数据版本 {book.meta.version}。"),
    )


def answer_lines(asked: Asked, book: Book) -> Iterator[str]:
    """Yield each answer that counts, in words."""
    opened = {question.id for question in asked.assumed if question.kind != "many"}
    for name, value in asked.answers.items():
        said = "没写，按说不准算" if name in opened else describe(name, value, book)
        yield f"{book.question(name).name}：{said}"


def fact_lines(facts: Facts, book: Book) -> Iterator[str]:
    """Yield what follows from the answers; what is asked stands above it."""
    for dimension, values in facts.items():
        if dimension in DERIVED_NAMES and dimension != "route":
            open_ = "没定：" if len(values) > 1 else ""
            yield f"{DERIVED_NAMES[dimension]}：{open_}{_values(dimension, values, book)}"


def failed_words(tried: Tried, book: Book) -> str:
    """Say which conditions kept a row from deciding."""
    return "；".join(_condition(failed, book) for failed in tried.failed)


def _condition(failed: Failed, book: Book) -> str:
    name = dimension_name(failed.dimension, book)
    listed = _values(failed.dimension, failed.listed, book)
    wanted = "不能是" if failed.field == "unless" else "要"
    return f"{name}：{wanted}「{listed}」，实际「{_actual(failed, book)}」"


def _actual(failed: Failed, book: Book) -> str:
    dimension = failed.dimension
    if not failed.actual:
        return "没有"
    if dimension not in MANY and len(failed.actual) > 1:
        return "没定"
    return _values(dimension, failed.actual, book)


def _decision(found: Decided, book: Book) -> tuple[Entry, ...]:
    row, exemption = found.row, found.exemption
    told = _told(row, book) or "没有条件"
    subs = [Sub(f"条件：{told}。"), Sub(found.because)]
    entries = [Entry(f"{row.id} → {route_word(row.route, book)}", tuple(subs))]
    if exemption is not None:
        value = DERIVED_WORDS[exemption.value]
        entries.append(Entry(f"用到的免备案规定：{exemption.id}（{value}）"))
    elif book.matter == "filing":
        entries.append(Entry("没有用到当地的免备案规定。"))
    return tuple(entries)


def _place(code: str, book: Book) -> str:
    return f"，{book.places.get(code).short}" if code else ""


def _hidden(traced: Traced) -> str:
    by = f"：{traced.by}" if traced.by else ""
    return f"{traced.rule}（{OUTCOMES.get(traced.outcome, traced.outcome)}{by}）"


# --- JSON ---


def graph_json(nodes: Sequence[Node], asked: Asked | None, book: Book, day: date) -> dict[str, Any]:
    """Return the flow and the decision table, with the decision of a case if there is one, as
    `yidi.query/1`.
    """
    rows = rows_of(book)
    return {
        **query_head("data-graph", book),
        "matter": book.matter,
        "as_of": day.isoformat(),
        "questions": [_node_json(node) for node in nodes],
        "rows": [{"id": row.id, "route": row.route, **_both(row)} for row in rows],
        **({"decision": _decision_json(asked)} if asked is not None else {}),
    }


def _both(part: Question | Option | Row) -> dict[str, Any]:
    return {"when": conditions_json(part.when), "unless": conditions_json(part.unless)}


def _node_json(node: Node) -> dict[str, Any]:
    question = node.question
    return {
        "id": question.id,
        "flag": question.flag,
        "name": question.name,
        "ask": question.ask,
        "kind": question.kind,
        **_both(question),
        "options": [_option_json(option) for option in question.options],
        "next": [
            {"to": way.to, "when": [conditions_json(when) for when in way.when]}
            for way in node.ways
        ],
    }


def _option_json(option: Option) -> dict[str, Any]:
    group = {"group": option.group} if option.group else {}
    return {"id": option.id, "name": option.name, **group, **_both(option)}


def _decision_json(asked: Asked) -> dict[str, Any]:
    found = asked.decided
    return {
        "answers": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asked.answers.items()
        },
        "assumed": [question.id for question in asked.assumed],
        "facts": conditions_json(dict(found.facts)),
        "tried": [
            {"id": one.row.id, "failed": [_failed_json(failed) for failed in one.failed]}
            for one in found.tried
        ],
        "row": found.row.id,
        "route": found.row.route,
        "headline": found.headline,
        "exemption": found.exemption.id if found.exemption is not None else "",
        "shown": [
            {"id": rule.id, "section": rule.section, "place": rule.place} for rule in found.rules
        ],
        "hidden": [{"id": t.rule, "outcome": t.outcome, "by": t.by} for t in found.others],
    }


def _failed_json(failed: Failed) -> dict[str, Any]:
    return {
        "field": failed.field,
        "dimension": failed.dimension,
        "listed": sorted(failed.listed),
        "actual": sorted(failed.actual),
    }
