"""What of a plan must not be missed by somebody who reads only a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidi_cli.rulebook.model import Section

if TYPE_CHECKING:
    from yidi_cli.plan.plan import Item, Plan
    from yidi_cli.rulebook.rulebook import Rulebook

WATCHED: tuple[Section, ...] = ("timing", "settlement", "reimbursement", "cautions")


def watched(plan: Plan, book: Rulebook) -> list[Item]:
    """Return the statements of a plan that cost money or health where they are missed.

    The choice goes by section, route and `order`, whose hundreds have a meaning in `data/rules/`:

    - of the settlement what may not be paid, or be paid less, in this very case: from 200 on the
      kind of care, the share, the situation, the hospital or the card; not the principle before
      them, nor 310 to 319, which explain how shares are counted;
    - of the reimbursement by hand the first statement: what to keep so that it can be claimed;
    - where nothing is settled on the spot (`manual-reimbursement`, `not-covered`) all of the
      reimbursement, and the first statement on time, the deadline;
    - of the cautions all from 120 on; those before say what a filing is, which the steps carry out.
    """
    orders = _orders(plan, book.on(plan.as_of))
    claiming = plan.filing.route in ("manual-reimbursement", "not-covered")
    timing, settlement, reimbursement, cautions = (plan.sections.get(name, ()) for name in WATCHED)
    return [
        *(timing[:1] if claiming else ()),
        *(i for i in settlement if orders[i.id] >= 200 and not 310 <= orders[i.id] < 320),
        *(reimbursement if claiming else reimbursement[:1]),
        *(i for i in cautions if orders[i.id] >= 120),
    ]


def _orders(plan: Plan, book: Rulebook) -> dict[str, int]:
    """Return the `order` of the rules that a plan may hold in the sections that are watched."""
    rules = book.rules_about(WATCHED, plan.case.insured, plan.case.destination)
    return {rule.id: rule.order for rule in rules}
