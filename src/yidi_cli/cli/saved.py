"""A result that was saved as JSON, given again: its answers, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from yidi_cli.base.errors import InputError, safe, safe_path
from yidi_cli.plan.answers import parse_answers
from yidi_cli.rulebook.model import UNKNOWN

if TYPE_CHECKING:
    from yidi_cli.cli.options import Start
    from yidi_cli.plan.plan import Outcome
    from yidi_cli.rulebook.book import Book
    from yidi_cli.rulebook.changes import Change

MATTERS = {"yidi.plan/1": "filing", "yidi.family/1": "family"}
"""The schema of a result → what it is about."""
COMMANDS = {"filing": "guide", "family": "family"}
MOST = 8
"""So many lines are told before the new plan."""
Typed = dict[str, str | Sequence[str]]


class Saved(NamedTuple):
    """A saved result: when it was made from which data, its bottom line, and what it said by id."""

    as_of: str
    data_version: str
    headline: str
    texts: dict[str, str]
    answers: Typed


def is_result(value: Mapping[str, Any]) -> bool:
    """Tell whether what a file holds is a saved result, and no answers."""
    return "schema" in value


def read_result(value: Mapping[str, Any], name: str, book: Book) -> Saved:
    """Return a saved result of the book's matter; `name` is its file.

    Raises InputError where it is of another matter or not whole.
    """
    matter = MATTERS.get(str(value["schema"]))
    if matter is None:
        known = "、".join(MATTERS)
        what = f"{safe_path(name)} 不是能接着用的结果：schema 要是 {known}"
        raise InputError(f"{what}，不是 {safe(str(value['schema']))}。")
    if matter != book.matter:
        raise InputError(f"{safe_path(name)} 要这样用：yidi {COMMANDS[matter]} --answers 文件。")
    decision = value.get("filing" if matter == "filing" else "verdict")
    case, sections = value.get("case"), value.get("sections")
    whole = isinstance(case, dict) and isinstance(sections, dict) and isinstance(decision, dict)
    if not whole:
        raise InputError(f"{safe_path(name)} 不完整，缺 case、sections 或结论。重新存一份。")
    assert isinstance(case, dict), "it is whole"
    assert isinstance(sections, dict), "it is whole"
    assert isinstance(decision, dict), "it is whole"
    return Saved(
        as_of=str(value.get("as_of", "")),
        data_version=str(value.get("data_version", "")),
        headline=str(decision.get("headline", "")),
        texts=_texts(sections),
        answers=_answers(case, str(value.get("code", "")), book),
    )


def _texts(sections: Mapping[str, Any]) -> dict[str, str]:
    items = [i for part in sections.values() if isinstance(part, list) for i in part]
    return {
        str(i["id"]): str(i.get("text", "")) for i in items if isinstance(i, dict) and "id" in i
    }


def _answers(case: Mapping[str, Any], code: str, book: Book) -> Typed:
    """Return the answers that a case was made from; what it leaves open was not known."""
    answers: Typed = {}
    for question in book.questions:
        # A question that names several things is named in the plural.
        name = question.id.replace("-", "_") + "s" * (question.kind == "many")
        value = case.get(name)
        if question.kind == "place":
            answers[question.id] = str(value["code"]) if isinstance(value, dict) else UNKNOWN
        elif question.kind == "many":
            answers[question.id] = [str(v) for v in value] if isinstance(value, list) else []
        elif value is not None:
            answers[question.id] = str(value)
    group = case.get("group")
    if answers.get("type") == UNKNOWN and isinstance(group, str):
        answers["type"] = group
    return {**answers, **_counties(answers, code, book)} if code else answers


def _counties(answers: Typed, code: str, book: Book) -> Typed:
    """Return the places as they were given: a case names the region that insures a county."""
    from yidi_cli.plan.share import read_code
    from yidi_cli.rulebook.rulebook import Rulebook

    assert isinstance(book, Rulebook), "only a result on filing has a share code"
    try:
        given = read_code(code, book)
    except InputError:
        return {}
    found: Typed = {}
    for question in book.questions:
        named = str(given.get(question.id, UNKNOWN))
        if question.kind == "place" and named != UNKNOWN:
            pool = book.places.pool(book.places.get(named))
            if pool is not None and pool.code == answers[question.id]:
                found[question.id] = named
    return found


def tell_changes(begun: Start, saved: Saved, plan: Outcome, given: Mapping[str, Any]) -> None:
    """Tell on standard error, in a few lines, what a plan says otherwise than the saved one.

    `given` are the answers that the plan was made from; with others nothing can be compared.
    """
    told = _told(saved, plan, begun.book.changes) if _same(saved, given, begun) else None
    lines = ["答案和存的那份不一样，没有比较。"] if told is None else told
    begun.env.stderr.write("".join(f"{line}\n" for line in lines))


def _same(saved: Saved, given: Mapping[str, Any], begun: Start) -> bool:
    book: Book = begun.book if "destination" in saved.answers else begun.book.family
    before = parse_answers(saved.answers, book)
    return all(before.get(name) == value for name, value in given.items())


def _told(saved: Saved, plan: Outcome, changes: Sequence[Change]) -> list[str]:
    from yidi_cli.plan.since import since, texts_of
    from yidi_cli.rulebook.changes import after

    found = since(saved.texts, texts_of(plan))
    touched = {*found.new, *found.gone, *found.reworded}
    named = [c for c in after(changes, saved.data_version) if any(map(c.names, touched))]
    parts = [
        [f"改了：{safe(new)}（原来：{safe(old)}）" for old, new in found.reworded.values()],
        [f"新增：{safe(text)}" for text in found.new.values()],
        [f"没有了：{safe(text)}" for text in found.gone.values()],
        [f"数据 {change.day.isoformat()} 改过：{change.what}" for change in named],
    ]
    before = f"{safe(saved.as_of)} 存的那份（数据 {safe(saved.data_version)} 版）"
    if found.empty and saved.headline == plan.headline:
        return [f"和 {before}说的一样，没有变化。"]
    lines = [f"和 {before}比："]
    if saved.headline != plan.headline:
        lines.append(f"结论变了，原来是：{safe(saved.headline)}")
    return lines + _cut(parts, MOST - len(lines), safe(saved.data_version))


def _cut(parts: list[list[str]], room: int, version: str) -> list[str]:
    """Return the lines of all parts, the longest part cut first where there is no room."""
    total = sum(map(len, parts))
    if total > room:
        while sum(map(len, parts)) > room - 1:
            max(parts, key=len).pop()
    lines = [line for part in parts for line in part]
    rest = total - len(lines)
    tail = f"……还有 {rest} 处。数据改了什么：yidi data changes --since {version}"
    return lines + [tail] * (rest > 0)
