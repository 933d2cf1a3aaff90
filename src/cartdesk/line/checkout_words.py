"""A checkout in sentences: each step with its state and what it still needs, and the entries that fill it in.

``shows`` tells all of it; ``guide`` asks for it step by step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cartdesk.language import tr
from cartdesk.line.words import money_json, sentence, spoken
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.selling.checkout_draft import Step
    from cartdesk.selling.checkout_look import CheckoutLook


def look_at(desk: Desk) -> CheckoutLook:
    """Return the current cart's checkout as it stands."""
    from cartdesk.desk.checkout_reader import look

    return desk.ask(look)


def step_sentence(look: CheckoutLook, step: Step, locale: str) -> str:
    """Return a step's state: ``Step 2, Delivery, done: Storgata 5, 0155 Oslo, Home delivery.``"""
    from cartdesk.documents.checkout_text import step_line
    from cartdesk.selling.checkout_steps import STEP_WORDS

    line = step_line(look, step, locale)
    state = tr("done") if look.is_done(step) else tr("open")
    return sentence(
        tr("Step {number}, {step}, {state}", number=step.number, step=tr(STEP_WORDS[step]), state=state)
        + (f": {spoken(line)}" if line else "")
    )


def checkout_sentences(look: CheckoutLook, locale: str) -> Iterator[str]:
    """Yield the whole checkout: its steps, what each still needs, and what to enter next."""
    from cartdesk.selling.checkout_draft import STEPS, Step

    yield tr("Checkout of order {order_id}.", order_id=safe_text(look.checkout.order_id, 40))
    for step in STEPS:
        yield step_sentence(look, step, locale)
        if not look.is_done(step) and step is not Step.CONFIRM:
            for fault in look.faults[step]:
                ways = tr(" or ").join(f"{safe_text(mend.entry, 60)} ({spoken(mend.label)})" for mend in fault.mends[:4])
                yield tr("It needs: {sentence}", sentence=sentence(fault.sentence)) + (tr(" Enter {ways}.", ways=ways) if ways else "")
    yield tr("E, a field, an equals sign and a value fills it in: E name=Ingrid Berg.")
    yield tr("E heard says that all was read aloud; E confirm places the order.")


def checkout_json(look: CheckoutLook) -> dict[str, Any]:
    """Return the checkout's state as JSON values."""
    from cartdesk.selling.checkout_draft import STEPS

    return {
        "order": look.checkout.order_id,
        "due": money_json(look.due),
        "step": look.first_open.value,
        "steps": [
            {
                "step": step.value,
                "done": look.is_done(step),
                "faults": [
                    {
                        "field": fault.field,
                        "sentence": fault.sentence,
                        "mends": [{"label": mend.label, "entry": mend.entry} for mend in fault.mends],
                    }
                    for fault in look.faults[step]
                ],
            }
            for step in STEPS
        ],
    }
