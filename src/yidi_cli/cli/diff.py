"""`yidi diff`: what changes between two answers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidi_cli.base.errors import InputError
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.plan.answers import Answers
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.rulebook import Rulebook

# No `from __future__ import annotations`: see `queries`.
Pair = list[str] | None
From = Annotated[Pair, typer.Option("--from", metavar="地方", help="参保地")]
To = Annotated[Pair, typer.Option("--to", metavar="地方", help="就医地")]
Scheme = Annotated[Pair, typer.Option("--scheme", metavar="险种", help="险种")]
TypeOption = Annotated[Pair, typer.Option("--type", metavar="类型", help="备案类型，或一个大类")]
Care = Annotated[Pair, typer.Option("--care", metavar="方式", help="就医方式")]
Stage = Annotated[Pair, typer.Option("--stage", metavar="阶段", help="还没看、没结算、已自费")]
Filing = Annotated[Pair, typer.Option("--filing", metavar="备案", help="备案办没办")]
Disease = Annotated[Pair, typer.Option("--disease", metavar="病种", help="门诊慢特病的病种")]
Situation = Annotated[
    Pair,
    typer.Option("--situation", metavar="情况", help="特殊情况；几样同时有，写在一起：injury,代办"),
]
Code = Annotated[Pair, typer.Option("--code", metavar="分享码", help="一份结果的分享码")]

TWICE = "例如：yidi diff --from 重庆 --to 成都 --type 长期居住 --type 其他临时外出"


def diff(
    ctx: typer.Context,
    from_: From = None,
    to: To = None,
    scheme: Scheme = None,
    type_: TypeOption = None,
    care: Care = None,
    stage: Stage = None,
    filing: Filing = None,
    disease: Disease = None,
    situation: Situation = None,
    code: Code = None,
    ids: options.Ids = False,
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
    on: options.On = None,
    as_of: options.AsOf = "",
) -> None:
    """Print what changes between two answers: what was given twice is what is compared."""
    begun = options.start(ctx, plain, format_, file, force)

    from yidi_cli.cli.result import Wanted, plan_of
    from yidi_cli.plan.compare import compare

    day = begun.turn_to(as_of)
    book = begun.book
    wanted = Wanted(day, options.parse_days(on, day))
    given = {
        "insured": from_,
        "destination": to,
        "scheme": scheme,
        "type": type_,
        "care": care,
        "disease": disease,
        "stage": stage,
        "filing": filing,
        "situation": situation,
    }
    first, second = _two(given, code or (), book)
    found = compare(plan_of(first, wanted, book), plan_of(second, wanted, book))

    def page() -> "Document":
        from yidi_cli.render.compare import compare_document

        return compare_document(found, book, ids)

    def data() -> dict[str, Any]:
        from yidi_cli.render.compare import compare_json

        return compare_json(found, book)

    output.emit(begun, page, data)


def _two(
    given: Mapping[str, Sequence[str] | None], codes: Sequence[str], book: "Rulebook"
) -> tuple["Answers", "Answers"]:
    """Return both sets of answers; what was given once holds for both."""
    from yidi_cli.cli.result import answers_of
    from yidi_cli.plan.answers import parse_answers

    flags = {"code": "--code", **{q.id: q.flag for q in book.questions}}
    lists = {"code": codes, **{name: values for name, values in given.items() if values}}
    for name, values in lists.items():
        if len(values) > 2:
            raise InputError(f"{flags[name]} 写了 {len(values)} 次。一次比两份，最多写两次。")
    if not any(len(values) == 2 for values in lists.values()):
        raise InputError(f"要比哪一项，就把它写两次。{TWICE}")
    sides: list[Answers] = []
    for side in (0, 1):
        typed = {
            name: values[min(side, len(values) - 1)] for name, values in lists.items() if values
        }
        code = typed.pop("code", "")
        sides.append({**answers_of(code, book), **parse_answers(typed, book)})
    return sides[0], sides[1]
