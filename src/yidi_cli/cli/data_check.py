"""`yidi data check`: everything that is wrong with a data folder, at once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from yidi_cli.base.env import Environment, spare_typing_extensions
from yidi_cli.base.errors import Exit, InputError, safe, safe_path
from yidi_cli.cli import options, output

if TYPE_CHECKING:
    from yidi_cli.render.document import Document
    from yidi_cli.rulebook.bundle import Bundle
    from yidi_cli.rulebook.diagnostics import Code
    from yidi_cli.rulebook.family import FamilyExample
    from yidi_cli.rulebook.folder import Folder as DataFolder
    from yidi_cli.rulebook.load import Fault
    from yidi_cli.rulebook.model import Example
    from yidi_cli.rulebook.rulebook import Rulebook

Folder = Annotated[
    str, typer.Argument(metavar="文件夹", help="要查的数据文件夹；不写就查自带的数据")
]
Strict = Annotated[bool, typer.Option("--strict", help="提醒也算错")]
CodeOption = Annotated[
    str, typer.Option("--code", metavar="代号", help="一个代号是什么意思、怎么改，如 Y031")
]

OURS = "自带的数据"
NAMES = {"error": "错误", "warning": "提醒"}
WHOLE = ("meta.yaml", "questions.yaml", "decision.yaml", "divisions.csv")
"""Files that a whole data folder has, and an overlay never."""
UNREAD = ("Y091", "Y092")
"""Codes of faults with which nothing of an overlay is read."""
NOT_READ = "有文件没读全，引用、结果和例子还没查。改好上面的，再查一遍。"
NOT_WALKED = "结果和例子还没查。改好上面的错误，再查一遍。"
PACKED = "安装包里没有 YAML 文件，写法在打包时查过。要查自己的数据，写上文件夹。"


class Checked(NamedTuple):
    """What was found; `note` says what was not looked at, `version` is that of the data."""

    faults: "list[Fault]"
    note: str = ""
    version: str = ""


def check(
    ctx: typer.Context,
    folder: Folder = "",
    strict: Strict = False,
    code: CodeOption = "",
    plain: options.Plain = False,
    format_: options.FormatOption = "",
    file: options.Output = "",
    force: options.Force = False,
) -> None:
    """Print what is wrong with a data folder, or what one code means."""
    spare_typing_extensions()
    env = ctx.find_object(Environment)
    assert env is not None, "the app is run by yidi_cli.cli.app.run"
    if file:
        options.check_target(Path(file), force)
    style = options.parse_format(format_, plain, env, file)
    # No rulebook is opened: that of this installation may be what is broken.
    begun = options.Start(env, None, style, file)  # type: ignore[arg-type]
    if code:
        _explain(begun, code)
        return
    checked = _checked(folder, env.today)
    faults = _sorted(checked.faults)
    title = f"检查数据 · {safe_path(folder) if folder else OURS}"
    output.emit(
        begun,
        lambda: _page(title, faults, checked.note),
        lambda: _data(faults, checked),
    )
    counts = _counts(faults)
    if counts["error"] or (strict and counts["warning"]):
        raise typer.Exit(Exit.FAULT)


# --- what is checked ---


def _checked(folder: str, today: date) -> Checked:
    from yidi_cli.rulebook.opening import CHECKOUT

    own = CHECKOUT / "data"
    if not folder:
        is_checkout = (CHECKOUT / "pyproject.toml").is_file() and own.is_dir()
        return _whole(own, today) if is_checkout else _packed(today)
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise InputError(f"没有 {safe_path(root)} 这个文件夹。写上放数据的文件夹，例如 data。")
    if any((root / name).exists() for name in WHOLE):
        return _whole(root, today)
    from yidi_cli.rulebook.overlay import FOLDERS

    if not any(any(part.glob("*.yaml")) for part in (root, *(root / name for name in FOLDERS))):
        raise InputError(
            f"{safe_path(root)} 里没有数据文件。数据是 .yaml 文件，例如 sources.yaml。"
        )
    return _overlay(root, today)


class Read(NamedTuple):
    """A whole data folder, as far as it could be read, and what is wrong with its parts.

    It is `sound` where plans can be made with it; its cases may be at fault even so.
    """

    bundle: "Bundle"
    folder: "DataFolder"
    filing: "tuple[Example, ...]"
    family: "tuple[FamilyExample, ...]"
    cases: "DataFolder"
    sound: bool
    checked: Checked


def read(root: Path, today: date) -> Read:
    """Read a folder that holds all of the data, and check what needs no plans."""
    from yidi_cli.rulebook.check import check as check_parts
    from yidi_cli.rulebook.check import check_alone
    from yidi_cli.rulebook.check_cases import check_cases
    from yidi_cli.rulebook.check_upkeep import check_upkeep
    from yidi_cli.rulebook.folder import read_cases, read_folder

    bundle, folder = read_folder(root)
    filing, family, cases = read_cases(root)
    faults, note = [*folder.faults], NOT_READ
    if faults:
        faults += check_alone(bundle, folder)
    else:
        faults += check_parts(bundle, folder)
        faults += check_upkeep(bundle, folder.where, today)
        note = NOT_WALKED
    sound = not _counts(faults)["error"]
    faults += cases.faults
    if not folder.faults:
        faults += check_cases(bundle, filing, family, cases.where)
    version = bundle.meta.version if bundle.meta is not None else ""
    checked = Checked(faults, "" if sound else note, version)
    return Read(bundle, folder, filing, family, cases, sound, checked)


def _whole(root: Path, today: date) -> Checked:
    """Check a folder that holds all of the data."""
    from yidi_cli.plan.examples import check_examples
    from yidi_cli.rulebook.rulebook import Rulebook

    found = read(root, today)
    faults, _, version = found.checked
    if not found.sound:
        return found.checked
    book, where = Rulebook(found.bundle), found.cases.where
    # A case that names what there is not needs no plan to be wrong.
    told = {(fault.file, fault.line) for fault in faults}
    filing = [example for example in found.filing if where(example.id) not in told]
    family = [example for example in found.family if where(example.id) not in told]
    return Checked(
        [
            *faults,
            *_audited(book, found.folder.where, today),
            *check_examples(book, filing, family, where, today),
        ],
        "",
        version,
    )


def _overlay(root: Path, today: date) -> Checked:
    """Check a folder that is laid over the data of this installation."""
    from yidi_cli.rulebook.check_cases import check_cases
    from yidi_cli.rulebook.check_upkeep import check_upkeep
    from yidi_cli.rulebook.folder import read_cases
    from yidi_cli.rulebook.opening import open_rulebook
    from yidi_cli.rulebook.overlay import read_over

    ours = open_rulebook()
    book, folder = read_over(ours, root)
    faults = [*folder.faults]
    if any(fault.code in UNREAD for fault in faults):
        return Checked(faults, NOT_READ, ours.meta.version)
    filing, family, cases = read_cases(root, whole=False)
    faults += cases.faults
    if not faults:
        whole = book.whole()
        faults += check_cases(whole, filing, family, cases.where)
        # What is the matter with our own data is none of theirs.
        faults += (f for f in check_upkeep(whole, folder.where, today) if f.file != OURS)
    if _counts(faults)["error"]:
        return Checked(faults, NOT_WALKED, ours.meta.version)

    from yidi_cli.plan.examples import check_examples

    faults += _audited(book, folder.where, today)
    faults += check_examples(book, filing, family, cases.where, today)
    return Checked(faults, "", ours.meta.version)


def _packed(today: date) -> Checked:
    """Check the compiled data of a wheel: what they say, and how old it is."""
    from yidi_cli.rulebook.check_upkeep import check_upkeep
    from yidi_cli.rulebook.opening import open_rulebook

    book = open_rulebook()

    def where(entry_id: str) -> tuple[str, int]:
        return OURS, 0

    faults = [*check_upkeep(book.whole(), where, today), *_audited(book, where, today)]
    return Checked(faults, PACKED, book.meta.version)


def _audited(
    book: "Rulebook", where: Callable[[str], tuple[str, int]], today: date
) -> "Iterator[Fault]":
    """Walk all answers of all matters."""
    from yidi_cli.upkeep.audit import audit_book

    yield from audit_book(book, where, today)


# --- how it is shown ---


def _counts(faults: "Sequence[Fault]") -> dict[str, int]:
    found = [fault.severity for fault in faults]
    return {name: found.count(name) for name in ("error", "warning")}


def _sorted(faults: "Sequence[Fault]") -> "list[Fault]":
    """Return the faults file by file, those with errors first, and errors first in each."""
    broken = {fault.file for fault in faults if fault.severity == "error"}

    def rank(fault: "Fault") -> tuple[object, ...]:
        grave = fault.severity == "error"
        place = (fault.line, fault.field, fault.code, fault.what)
        return (fault.file not in broken, fault.file, not grave, *place)

    return sorted(faults, key=rank)


def _page(title: str, faults: "Sequence[Fault]", note: str) -> "Document":
    from itertools import groupby

    from yidi_cli.render.document import Block, Document, Entry

    blocks = []
    for file, group in groupby(faults, key=lambda fault: fault.file):
        entries = (Entry(f"{f.code} {NAMES[f.severity]} {f}") for f in group)
        blocks.append(Block(safe_path(file), tuple(entries), "none"))
    counts = _counts(faults)
    total = f"共 {counts['error']} 处错误、{counts['warning']} 处提醒。"
    how = "一个代号怎么改：yidi data check --code 加代号。" if faults else ""
    return Document(
        title=title,
        date="",
        headline="" if faults else "没有发现问题。",
        blocks=tuple(blocks),
        footer=tuple(line for line in (note, total, how) if line),
    )


def _data(faults: "Sequence[Fault]", checked: Checked) -> dict[str, Any]:
    from yidi_cli.render.jsonout import QUERY_SCHEMA

    told = [
        {
            "code": fault.code,
            "severity": fault.severity,
            "file": fault.file,
            "line": fault.line,
            "field": fault.field,
            "what": fault.what,
            "mend": fault.mend,
        }
        for fault in faults
    ]
    return {
        "schema": QUERY_SCHEMA,
        "query": "data-check",
        "data_version": checked.version,
        "diagnostics": told,
        "counts": _counts(faults),
        "complete": checked.note in ("", PACKED),
    }


# --- one code ---


def _explain(begun: options.Start, typed: str) -> None:
    from yidi_cli.rulebook.diagnostics import CODES

    name = typed.strip().upper()
    if name not in CODES:
        known = "、".join(CODES)
        raise InputError(f"没有“{safe(typed)}”这个代号。可以填：{known}。")
    code = CODES[name]
    output.emit(begun, lambda: _code_page(name, code), lambda: _code_data(name, code))


def _code_page(name: str, code: "Code") -> "Document":
    from yidi_cli.render.document import Block, Document, Entry

    told = (("意思", code.means), ("怎么改", code.mend), ("例子", code.example))
    blocks = tuple(Block(head, (Entry(text),), "none") for head, text in told if text)
    return Document(f"{name} · {NAMES[code.severity]} · {code.title}", "", "", blocks)


def _code_data(name: str, code: "Code") -> dict[str, Any]:
    from yidi_cli.render.jsonout import QUERY_SCHEMA

    return {"schema": QUERY_SCHEMA, "query": "data-code", "code": name, **code._asdict()}
