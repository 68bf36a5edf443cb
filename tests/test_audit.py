"""The checks over all paths: nothing in the real data, and each planted fault is named.

That they look at what the program says is tested by the program itself: on real cases both must say
the same. Reading all paths of filing takes long, so that its faults are planted in one copy.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import TODAY, Run, rulebook
from tests.test_data_faults import Copy, copied, restore
from tests.test_data_faults import room as room
from yidi_cli.plan.answers import Answers, case_of
from yidi_cli.plan.case import derive
from yidi_cli.plan.channels import to_file
from yidi_cli.plan.family import family_case, family_channels, family_match
from yidi_cli.plan.selection import match
from yidi_cli.rulebook.check import check
from yidi_cli.rulebook.diagnostics import CODES
from yidi_cli.rulebook.folder import read_folder
from yidi_cli.rulebook.load import Fault
from yidi_cli.rulebook.model import ORDER
from yidi_cli.rulebook.overlay import lay_over, read_overlay
from yidi_cli.rulebook.rulebook import Rulebook
from yidi_cli.upkeep.audit import audit_book, audit_subject
from yidi_cli.upkeep.checks import Paths, served
from yidi_cli.upkeep.ground import Chosen, Ground
from yidi_cli.upkeep.pairs import Pair, pairs_of
from yidi_cli.upkeep.space import NOT_ASKED, bits_of
from yidi_cli.upkeep.subject import FamilySubject, FilingSubject
from yidi_cli.wizard.flow import fold

SECONDS = 30
"""How long all paths may take on a slow machine; on a common one it is a third of that."""
NATION, REGION = "regions/000000-全国.yaml", "regions/500000-重庆.yaml"
MINE = {code for code in CODES if "Y040" <= code <= "Y059" and code != "Y049"}


@cache
def paths_of(command: str) -> Paths:
    """Return all paths of a matter of the real data, found once for all tests."""
    book = rulebook()
    filing = command == "guide"
    return Paths(FilingSubject(book, TODAY) if filing else FamilySubject(book.family, TODAY))


def nowhere(entry_id: str) -> tuple[str, int]:
    return "somewhere.yaml", 1


def test_the_real_data_have_no_fault_and_it_does_not_take_long(book: Rulebook) -> None:
    before = time.perf_counter()
    assert [str(fault) for fault in audit_book(book, nowhere, TODAY)] == []
    assert time.perf_counter() - before < SECONDS


# --- the paths are those of the program ---


class Spot:
    """One set of answers of one kind of pair, and what the paths say of it."""

    def __init__(self, paths: Paths, ground: Ground, pair: Pair, chosen: Chosen, bit: int) -> None:
        self.paths, self.ground, self.pair = paths, ground, pair
        self.chosen, self.bit = chosen, bit
        self.answers: dict[str, str | tuple[str, ...]] = {
            **pair.answers,
            **ground.space.answers(bit),
        }
        if chosen:
            self.answers["situation"] = tuple(sorted(chosen))

    def rules(self) -> set[str]:
        found = set()
        for rule in self.paths.subject.all_rules:
            speaks = self.paths.speak_in(self.pair, [rule]) and self.said(rule)
            nearer = self.paths.nearer(rule, self.pair) if speaks else ()
            if speaks and not any(self.said(other) for other in nearer):
                found.add(rule.id)
        return found

    def said(self, rule: object) -> int:
        where = self.ground.at(self.ground.speaks(rule), self.chosen)  # type: ignore[arg-type]
        return where & self.bit

    def outcome(self) -> tuple[str, set[str]]:
        (leads,) = [o for o, w in self.ground.fired(self.chosen).items() if w & self.bit]
        named = served(self.paths, self.ground, self.pair, leads, self.chosen)
        ways = {way.id for way, where in named if where & self.bit}
        filing = self.paths.subject.command == "guide"
        return leads.decided[0][1], ways if leads.channel or not filing else set()

    def live(self) -> bool:
        return bool(self.ground.flow.live & self.bit)


def spots(paths: Paths, seed: int) -> Iterator[Spot]:
    """Yield answers chosen by chance, for some pairs of places of every ground."""
    chance = random.Random(seed)
    for ground in paths.grounds:
        settings = list(ground.settings)
        for pair in chance.sample(ground.pairs, min(10, len(ground.pairs))):
            chosen = chance.choice(settings)
            bit = 1 << chance.choice(list(bits_of(ground.settings[chosen])))
            yield Spot(paths, ground, pair, chosen, bit)


def asked(spot: Spot, book: Rulebook) -> bool:
    """Tell whether the flow asks for just these answers."""
    subject = spot.paths.subject
    folded = fold(spot.answers, subject.book)
    if folded.next is not None and folded.next.kind != "many":
        return False
    absent = {axis.question: axis.kinds[NOT_ASKED] for axis in spot.ground.space.axes}
    kinds = {axis.question: axis.kinds for axis in spot.ground.space.axes}
    given = {name: value for name, value in spot.answers.items() if name != "situation"}
    return all(
        folded.live.get(name) == value
        or (name not in folded.live and kinds.get(name, {}).get(str(value)) == absent.get(name, -1))
        for name, value in given.items()
    )


def test_the_paths_of_filing_are_those_of_the_program(book: Rulebook) -> None:
    lives = set()
    for spot in spots(paths_of("guide"), 7):
        case = case_of(spot.answers, book)
        found = match(derive(case, book), book, TODAY, ORDER)
        assert spot.rules() == {rule.id for rule in found.rules}, spot.answers
        ways = {way.id for way in to_file(case, found.row.required, found.facts, book)}
        assert spot.outcome() == (found.row.route, ways), spot.answers
        assert spot.live() == asked(spot, book), spot.answers
        lives.add(spot.live())
    assert lives == {True, False}


def test_the_paths_of_mutual_aid_are_those_of_the_program(book: Rulebook) -> None:
    for seed in range(10):
        for spot in spots(paths_of("family"), seed):
            case = family_case(spot.answers, book.family)
            found = family_match(case, book.family, TODAY)
            assert spot.rules() == {rule.id for rule in found.rules}, spot.answers
            ways = {way.id for way in family_channels(case, found.facts, book.family)}
            assert spot.outcome() == (found.row.route, ways), spot.answers
            assert spot.live() == asked(spot, book), spot.answers


@pytest.mark.parametrize("command", ["guide", "family"])
def test_every_place_is_of_a_kind(command: str) -> None:
    """What is said for two places taken by chance is said for the pair that stands for them."""
    subject = paths_of(command).subject
    places = subject.book.places
    chance = random.Random(3)
    mainland = [p for p in places.all() if places.pool(p) is not None and not places.outside(p)]
    answers = {"care": "chronic", "disease": "other", "type": "referral", "want": "pay-bill"}
    answers |= {"scheme": "employee", "relation": "parent", "member-scheme": "resident"}

    def told(given: Answers) -> tuple[object, ...]:
        given = {**answers, **given}
        if command == "guide":
            case = case_of(given, rulebook())
            found = match(derive(case, rulebook()), rulebook(), TODAY, ORDER)
            return (found.row.id, *(rule.id for rule in found.rules))
        owner = family_case(given, rulebook().family)
        family = family_match(owner, rulebook().family, TODAY)
        return (family.row.id, *(rule.id for rule in family.rules))

    known = {told(pair.answers) for pair in pairs_of(subject)}
    for _ in range(400):
        one, other = chance.choice(mainland), chance.choice(mainland)
        if chance.random() < 0.4:
            near = [p for p in mainland if places.province(p) == places.province(one)]
            other = chance.choice(near)
        given = {"insured": one.code, subject.other: other.code}
        assert told(given) in known, (one.name, other.name)


def test_paths_are_folded_but_none_is_left_out(book: Rulebook) -> None:
    """Diseases that settle alike are one; everything else that can be answered stays apart."""
    space = paths_of("guide").grounds[0].space
    for axis in space.axes:
        options = [option.id for option in book.question(axis.question).options]
        assert set(options) <= set(axis.kinds)
        if axis.question != "disease":
            assert len({axis.kinds[option] for option in options}) == len(options), axis.question
    every = 0
    for ground in paths_of("guide").grounds:
        every |= ground.flow.live
    assert every == space.full


# --- planted faults ---


def entry(text: str, name: str) -> re.Match[str]:
    found = re.search(rf"^( *)- id: {re.escape(name)}\n(?:\1  .*\n|\s*\n)*", text, re.M)
    assert found is not None, name
    return found


def cut(copy: Copy, file: str, name: str) -> None:
    text = copy.read(file)
    copy.write(file, text.replace(entry(text, name)[0], "", 1))


def behind(copy: Copy, file: str, name: str, new: str) -> None:
    text = copy.read(file)
    found = entry(text, name)
    copy.write(file, text.replace(found[0], found[0].rstrip("\n") + "\n\n" + new + "\n", 1))


def line_of(copy: Copy, file: str, name: str) -> int:
    text = copy.read(file)
    return text[: text.index(f"- id: {name}\n")].count("\n") + 1


def rule(name: str, section: str, when: str, text: str, more: str = "", indent: int = 0) -> str:
    lines = [f"- id: {name}", f"  section: {section}", f"  when: {when}", f"  text: {text}"]
    lines += ["  sources: [{id: nhsa-2022-22}]", "  confidence: high"]
    lines += [f"  {line}" for line in more.splitlines()]
    return "".join(" " * indent + line + "\n" for line in lines)


def row(name: str, when: str) -> str:
    return (
        f"- id: {name}\n  when: {when}\n  route: file-before-discharge\n  required: yes\n"
        "  headline: 先办。\n  because: 要办。\n"
        "  sources: [{id: nhsa-2022-22}]\n  confidence: high\n"
    )


EXAMPLE = r"例如 yidi guide --from \S+ --to \S+ --scheme [^。]*"
NEW = "rules/zz-test.yaml"
QUEUE = "到窗口去排队拿号再等着叫号。"


def plant_all(copy: Copy) -> dict[str, list[str]]:
    """Plant one fault of each kind; return by code what is to be said, as patterns."""
    filed = "{scope: [cross-province], stage: [admitted], filing: [unknown], care: [inpatient]}"
    cut(copy, "decision.yaml", "admitted-none")
    behind(copy, "decision.yaml", "admitted-filing-unknown", row("zz.hidden", filed))
    behind(
        copy,
        "decision.yaml",
        "zz.hidden",
        row("zz.never", "{group: [long-term], type: [emergency]}"),
    )
    cut(copy, "rules/materials.yaml", "cn.materials.in-province-identity")
    cut(copy, NATION, "cn.channel.window")
    for name in (NATION, "regions/660000-兵团.yaml"):
        head = re.compile(r"^(hotline|bureau):\n(?:  .*\n)+", re.M)
        copy.write(name, head.sub("", copy.read(name)))
    topic = "topic: zz-topic"
    copy.write(
        NEW,
        rule(
            "zz.unseen", "cautions", "{scope: [same-region], route: [file-before-care]}", "没人看。"
        )
        + rule("zz.far", "cautions", '{insured: ["500000"]}', "远处说一句。", "topic: zz-near")
        + rule(
            "zz.one", "cautions", "{scope: [cross-province], situation: [pending]}", "甲。", topic
        )
        + rule(
            "zz.two", "cautions", "{scope: [cross-province], situation: [injury]}", "乙。", topic
        )
        + rule("zz.wait", "next-steps", "{insured: [unknown]}", "先别自费结，去窗口排队。")
        + rule(
            "zz.pay", "cautions", "{insured: [unknown], stage: [before]}", "这家没开通，先自费。"
        )
        + rule("zz.queue", "next-steps", "{insured: [unknown]}", QUEUE)
        + rule("zz.again", "cautions", "{insured: [unknown]}", f"{QUEUE[:-1]}，别急。"),
    )
    near = rule("zz.near", "cautions", "{}", "近处说一句。", "topic: zz-near", indent=2)
    copy.swap(REGION, "\nrules:\n", f"\nrules:\n{near}\n")
    way = (
        "  - id: zz.way\n    name: 没人去的窗口\n    kind: window\n    filing: explicit\n"
        "    when: {route: [not-covered]}\n"
        "    sources: [{id: nhsa-2022-22}]\n    confidence: high\n"
    )
    behind(copy, REGION, "cq.channel.account", way)
    shanxi = "regions/140000-山西.yaml"
    late = (
        "  - id: zz.late\n    to: [in-province]\n    value: no\n    basis: none\n"
        "    text: 后来的。\n"
        "    sources: [{id: web-articles}]\n    confidence: low\n"
    )
    behind(copy, shanxi, "sx.exempt.in-province", late)
    copy.swap(
        "questions.yaml",
        "    - {id: injury,",
        "    - {id: zz-idle, label: 累了, name: 累了}\n"
        "    - {id: zz-shut, label: 关门, name: 关门, when: {scope: [same-region]}}\n"
        "    - {id: injury,",
    )
    at = {name: line_of(copy, NEW, name) for name in ("zz.unseen", "zz.far", "zz.one", "zz.two")}
    at |= {name: line_of(copy, NEW, name) for name in ("zz.wait", "zz.pay", "zz.queue", "zz.again")}
    many = r"有(约 [\d.]+ [万亿]| \d+ )种回答"
    rows = {n: line_of(copy, "decision.yaml", n) for n in ("zz.hidden", "zz.never", "otherwise")}
    situation = line_of(copy, "questions.yaml", "situation")
    seen = f"{many}两条都会看到，{EXAMPLE}"
    gone = "没有一种回答会看到这一条"
    end = "改 when 和 unless，或删掉它。"
    return {
        "Y040": [
            rf"decision.yaml 第 {rows['zz.hidden']} 行「zz.hidden」：判定表的这一行永远轮不到，"
            r"前面的 .*admitted-filing-unknown.* 先定了。改条件，挪到那几行前面，或删掉它。",
            rf"decision.yaml 第 {rows['zz.never']} 行「zz.never」："
            r"没有一种回答用得上判定表的这一行。改条件，挪到那几行前面，或删掉它。",
        ],
        "Y041": [
            rf"{NEW} 第 {at['zz.unseen']} 行「zz.unseen」：{gone}。{end}",
            rf"{NEW} 第 {at['zz.far']} 行「zz.far」：{gone}，"
            rf"更近的地方总有同一个 topic 的规则代替它。{end}",
        ],
        "Y042": [
            rf"{NEW} 第 {at['zz.two']} 行「zz.two」：和 zz.one（{NEW} 第 {at['zz.one']} 行）"
            rf"争同一个 topic zz-topic：{many}两条都该出现，{EXAMPLE}"
            r"--situation injury --situation pending。改其中一条的条件或 topic，或删掉一条。",
        ],
        "Y043": [
            rf"{REGION} 第 {line_of(copy, REGION, 'zz.way')} 行「zz.way」："
            rf"没有一种回答会看到这个渠道。{end}",
        ],
        "Y044": [
            rf"{shanxi} 第 {line_of(copy, shanxi, 'zz.late')} 行「zz.late」："
            r"这一条永远轮不到：没有这样的两地，或前面的先定了。"
            r"改 to 和 when，挪到前面，或删掉它。",
        ],
        "Y046": [
            rf"questions.yaml 第 {situation} 行「situation zz-shut」：选项 zz-shut 谁也看不到。"
            r"改它的 when，或删掉它。",
        ],
        "Y047": [
            rf"questions.yaml 第 {situation} 行「situation zz-idle」："
            r"选 zz-idle，和不选的结果全一样。写上分得出它的规则，或删掉它。",
        ],
        "Y048": [
            rf"decision.yaml 第 {rows['otherwise']} 行「otherwise」：{many}没有一行管到，"
            rf"落到最后这一行，{EXAMPLE}--stage admitted --filing none。在前面补一行。",
        ],
        "Y050": [
            rf"rules/materials.yaml「materials」：{many}（route 是 [a-z-]+）的结果没有「要带的」，"
            rf"{EXAMPLE}。补一条 section: materials 的规则，条件照顾到这些回答。",
        ],
        "Y051": [
            rf"{NATION}「channels」：{many}（route 是 [a-z-]+）的结果没有能办的渠道，{EXAMPLE}。"
            r"给参保地补一条渠道，或放宽已有渠道的条件。",
        ],
        "Y052": [
            rf"{NATION}「hotline」：\d+ 个参保地没有可打的电话，也没有网站，"
            r"例如 yidi guide --from \S+ --to [^。]*。补上 hotline 或 bureau。",
        ],
        "Y053": [
            rf"{NEW} 第 {at['zz.pay']} 行「zz.pay text」：和 zz.wait（{NEW} 第 {at['zz.wait']} 行）"
            rf"说的相反：{seen}。改条件，让两条不同时出现；或写明哪种情况下才这样。",
        ],
        "Y054": [
            rf"{NEW} 第 {at['zz.again']} 行「zz.again text」：和 zz.queue（{NEW} 第 "
            rf"{at['zz.queue']} 行）说的差不多：{seen}。并成一条，或改条件。",
        ],
    }  # fmt: skip


def opened(root: Path) -> tuple[Rulebook, Callable[[str], tuple[str, int]]]:
    bundle, folder = read_folder(root)
    assert [str(fault) for fault in folder.faults or check(bundle, folder)] == []
    return Rulebook(bundle), folder.where


Planted = tuple[dict[str, list[str]], list[Fault], Rulebook]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    root = tmp_path_factory.mktemp("planted") / "data"
    restore(root)
    expected = plant_all(Copy(root))
    book, where = opened(root)
    return expected, list(audit_subject(FilingSubject(book, TODAY), where)), book


@pytest.mark.parametrize("code", sorted(MINE - {"Y045"}))
def test_a_planted_fault_is_told(code: str, planted: Planted) -> None:
    expected, faults, _ = planted
    told = [str(fault) for fault in faults if fault.code == code]
    for pattern in expected[code]:
        assert [line for line in told if re.fullmatch(pattern, line)], (pattern, told)
    others = [line for line in told if not any(re.fullmatch(p, line) for p in expected[code])]
    # What is planted against one line of ours is against others too.
    assert not others or code in ("Y053", "Y054"), others


def test_nothing_else_is_told(planted: Planted) -> None:
    expected, faults, _ = planted
    assert {fault.code for fault in faults} == set(expected)
    for fault in faults:
        assert fault.severity == CODES[fault.code].severity


def test_an_example_shows_what_is_wrong(
    planted: Planted,
    yidi: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The command in a fault is one to type, and what it prints has the fault."""
    monkeypatch.setattr("yidi_cli.rulebook.opening.open_rulebook", lambda: planted[2])

    def shown(code: str) -> dict[str, object]:
        fault = next(fault for fault in planted[1] if fault.code == code)
        found = re.search(r"例如 yidi (.*)", fault.what)
        assert found is not None
        ran = yidi(*found[1].split(), "--format", "json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)  # type: ignore[no-any-return]

    def ids(plan: dict[str, object]) -> set[str]:
        sections: dict[str, list[dict[str, str]]] = plan["sections"]  # type: ignore[assignment]
        return {item["id"] for items in sections.values() for item in items}

    assert "materials" not in shown("Y050")["sections"]  # type: ignore[operator]
    assert "otherwise" in ids(shown("Y048"))
    channels = shown("Y051")["sections"]["channels"]  # type: ignore[index]
    assert {item["filing"] for item in channels} == {"none"}
    assert "channels" not in shown("Y052")["sections"]  # type: ignore[operator]
    assert ids(shown("Y053")) >= {"zz.wait"}
    both = ids(shown("Y042")) & {"zz.one", "zz.two"}
    assert len(both) == 1  # one of the two is lost


# --- the same for mutual aid, each fault in a copy of its own ---

FAMILY = "family.yaml"


@pytest.fixture
def copy(room: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    return copied(room, monkeypatch)


def family_faults(copy: Copy) -> set[tuple[str, str]]:
    book, where = opened(copy.root)
    return {
        (fault.code, f"{fault.file} {fault.line} {fault.field}：{fault.what}")
        for fault in audit_subject(FamilySubject(book.family, TODAY), where)
    }


def add_rule(copy: Copy, name: str, section: str, when: str, text: str, more: str = "") -> int:
    new = rule(name, section, when, text, more, indent=2)
    copy.write(FAMILY, copy.read(FAMILY).rstrip("\n") + "\n\n" + new)
    return line_of(copy, FAMILY, name)


def no_materials(copy: Copy) -> tuple[str, str]:
    cut(copy, FAMILY, "cn.family.materials.sharing")
    what = "有 \\d+ 种回答（route 是 link）的结果没有「要带的」，例如 yidi family .*"
    return "Y050", f"{FAMILY} 0 materials：{what}"


def no_channel(copy: Copy) -> tuple[str, str]:
    cut(copy, FAMILY, "cn.family.channel.code")
    what = (
        "有 1 种回答（route 是 show-code）的结果没有能办的渠道，例如 yidi family --want show-code"
    )
    return "Y051", f"{FAMILY} 0 channels：{what}"


def unseen_rule(copy: Copy) -> tuple[str, str]:
    line = add_rule(copy, "zz.unseen", "cautions", "{route: [link], relation: [other]}", "没人看。")
    return "Y041", f"{FAMILY} {line} zz.unseen：没有一种回答会看到这一条"


def two_on_a_topic(copy: Copy) -> tuple[str, str]:
    topic = "topic: zz-topic"
    one = add_rule(copy, "zz.one", "cautions", "{route: [stop]}", "甲。", topic)
    two = add_rule(copy, "zz.two", "cautions", "{want: [stop]}", "乙。", topic)
    what = (
        f"和 zz.one（{FAMILY} 第 {one} 行）争同一个 topic zz-topic：有 \\d+ 种回答两条都该出现，.*"
    )
    return "Y042", f"{FAMILY} {two} zz.two：{what}"


def hidden_row(copy: Copy) -> tuple[str, str]:
    new = (
        "  - id: zz.hidden\n    when: {want: [transfer]}\n    route: transfer\n    possible: no\n"
        "    headline: 先问。\n    because: 要问。\n"
        "    sources: [{id: nhsa-2022-22}]\n    confidence: high\n"
    )
    behind(copy, FAMILY, "family-transfer", new)
    what = "判定表的这一行永远轮不到，前面的 family-transfer 先定了"
    return "Y040", f"{FAMILY} {line_of(copy, FAMILY, 'zz.hidden')} zz.hidden：{what}"


def unseen_channel(copy: Copy) -> tuple[str, str]:
    new = entry(copy.read(FAMILY), "cn.family.channel.code")[0]
    new = new.replace("cn.family.channel.code", "zz.way").replace("topic: code", "topic: zz-way")
    behind(
        copy,
        FAMILY,
        "cn.family.channel.code",
        new.replace("[show-code]}", "[show-code], route: [link]}"),
    )
    what = "没有一种回答会看到这个渠道"
    return "Y043", f"{FAMILY} {line_of(copy, FAMILY, 'zz.way')} zz.way：{what}"


def question_nobody_is_asked(copy: Copy) -> tuple[str, str]:
    copy.swap(
        FAMILY,
        "    unless: {scheme: [resident], relation: [spouse-parent",
        "    unless: {want: [pay-bill, pay-premium], relation: [spouse-parent",
    )
    return (
        "Y045",
        f"{FAMILY} {line_of(copy, FAMILY, 'member-scheme')} member-scheme：这个问题谁也问不到",
    )


def strange_question(copy: Copy) -> tuple[str, str]:
    new = (
        "  - id: colour\n    kind: one\n    flag: --colour\n    name: 颜色\n    ask: 什么颜色？\n"
        "    help: 说一种。\n    options:\n      - {id: red, label: 红, name: 红}\n\n"
    )
    copy.swap(FAMILY, "  - id: scheme\n", f"{new}  - id: scheme\n")
    return (
        "Y045",
        f"{FAMILY} {line_of(copy, FAMILY, 'colour')} colour：程序不认识这个问题，答了也没有用",
    )


def option_nobody_is_offered(copy: Copy) -> tuple[str, str]:
    new = "      - {id: army, label: 军人, name: 军人, when: {want: [stop]}}\n"
    text = copy.read(FAMILY)
    found = entry(text, "member-scheme")
    copy.write(
        FAMILY,
        text.replace(found[0], found[0].replace("    options:\n", f"    options:\n{new}"), 1),
    )
    line = line_of(copy, FAMILY, "member-scheme")
    return "Y046", f"{FAMILY} {line} member-scheme army：选项 army 谁也看不到"


def options_nobody_tells_apart(copy: Copy) -> tuple[str, str]:
    new = "".join(f"      - {{id: {name}, label: {name}, name: {name}}}\n" for name in ("a", "b"))
    text = copy.read(FAMILY)
    found = entry(text, "member-scheme")
    copy.write(
        FAMILY,
        text.replace(found[0], found[0].replace("    options:\n", f"    options:\n{new}"), 1),
    )
    line = line_of(copy, FAMILY, "member-scheme")
    return "Y047", f"{FAMILY} {line} member-scheme b：选 b，和选 a 的结果全一样"


def said_twice(copy: Copy) -> tuple[str, str]:
    one = add_rule(copy, "zz.one", "cautions", "{route: [stop]}", QUEUE)
    two = add_rule(copy, "zz.two", "usage", "{route: [stop]}", f"{QUEUE[:-1]}，别急。")
    what = f"和 zz.one（{FAMILY} 第 {one} 行）说的差不多：有 \\d+ 种回答两条都会看到，.*"
    return "Y054", f"{FAMILY} {two} zz.two text：{what}"


def said_and_gainsaid(copy: Copy) -> tuple[str, str]:
    one = add_rule(copy, "zz.one", "cautions", "{route: [stop]}", "先别自费结，去窗口排队。")
    two = add_rule(copy, "zz.two", "usage", "{route: [stop]}", "这家没开通，先自费。")
    what = f"和 zz.one（{FAMILY} 第 {one} 行）说的相反：有 \\d+ 种回答两条都会看到，.*"
    return "Y053", f"{FAMILY} {two} zz.two text：{what}"


FAMILY_FAULTS = (
    no_materials,
    no_channel,
    unseen_rule,
    two_on_a_topic,
    hidden_row,
    unseen_channel,
    question_nobody_is_asked,
    strange_question,
    option_nobody_is_offered,
    options_nobody_tells_apart,
    said_twice,
    said_and_gainsaid,
)


@pytest.mark.parametrize("plant", FAMILY_FAULTS, ids=lambda plant: plant.__name__)
def test_a_fault_in_mutual_aid_is_told(
    plant: Callable[[Copy], tuple[str, str]], copy: Copy
) -> None:
    code, pattern = plant(copy)
    told = family_faults(copy)
    assert [what for its, what in told if its == code and re.fullmatch(pattern, what)], told


def test_what_stays_in_its_place_is_no_fault(copy: Copy) -> None:
    """A place's rule takes the place of the nation's on its topic, also where both would speak."""
    near = rule("zz.near", "materials", "{}", "带上近处要的。", "topic: zz-topic", indent=4)
    add_rule(copy, "zz.far", "materials", "{route: [stop]}", "带上远处要的。", "topic: zz-topic")
    copy.swap("regions/510000-四川.yaml", "\nfamily:\n  rules:\n", f"\nfamily:\n  rules:\n{near}")
    assert family_faults(copy) == set()


def test_an_overlay_is_looked_at_in_its_own_file(tmp_path: Path, book: Rulebook) -> None:
    region = tmp_path / "regions" / "510000-四川.yaml"
    region.parent.mkdir()
    unseen = rule(
        "my.unseen", "cautions", "{route: [link], relation: [other]}", "没人看。", indent=4
    )
    region.write_text(f'code: "510000"\nname: 四川省\nfamily:\n  rules:\n{unseen}', "utf-8")
    over, faults = lay_over(book, tmp_path)
    assert [str(fault) for fault in faults] == []
    _, read = read_overlay(tmp_path, book)
    told = [*audit_subject(FamilySubject(over.family, TODAY), read.where)]
    assert [(fault.code, fault.file, fault.line) for fault in told] == [
        ("Y041", "regions/510000-四川.yaml", 5)
    ]


def test_what_is_not_in_force_is_not_looked_at(copy: Copy) -> None:
    more = "valid: {from: 2999-01-01}"
    add_rule(copy, "zz.later", "cautions", "{route: [link], relation: [other]}", "没人看。", more)
    book, where = opened(copy.root)
    faults = audit_subject(FamilySubject(book.family, TODAY), where)
    assert [str(fault) for fault in faults] == []
    later = audit_subject(FamilySubject(book.family, date(2999, 1, 1)), where)
    assert [fault.code for fault in later] == ["Y041"]


# --- what will hold later ---


def test_what_begins_later_is_looked_at_on_its_first_day(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that is written ahead must not wait for its day to be found wrong."""
    monkeypatch.setattr(
        "yidi_cli.upkeep.audit.subjects", lambda book, day: (FamilySubject(book.family, day),)
    )
    later = "valid: {from: 2027-07-01}"
    new = rule("zz.later", "cautions", "{route: [stop]}", "丙。", f"topic: zz\n{later}", indent=2)
    one = rule("zz.now", "cautions", "{want: [stop]}", "丁。", "topic: zz", indent=2)
    copy.write(FAMILY, copy.read(FAMILY).rstrip("\n") + "\n\n" + new + one)
    book, where = opened(copy.root)
    (fault,) = audit_book(book, where, TODAY)
    assert fault.code == "Y042"
    assert fault.what.startswith("2027-07-01 起，和 zz.")
    assert fault.what.endswith("--as-of 2027-07-01")
    (today,) = audit_book(book, where, date(2027, 7, 1))
    assert today.what == fault.what.removeprefix("2027-07-01 起，").removesuffix(
        " --as-of 2027-07-01"
    )
