'''The pages of the shop, one module each, with one ``.tcss`` beside it.

How a page is made::

    class BillScreen(Page):  # screens/bill.py: <Name>Screen for Show("<name>")
        """What the page is for, in a sentence."""

        CSS_PATH = "bill.tcss"  # nested, theme variables only: $foreground $quiet $rule $accent $warning $error
        WHERE = "bill"  # the context its keys are looked up in (Command.where)
        AUTO_FOCUS = "#months"  # what has the focus when it opens

        def __init__(self, desk: Desk, **args) -> None:  # Show.args
            super().__init__(desk)

        def body(self) -> ComposeResult: ...  # the room between the top line and the message line (height: 1fr)
        def view_changed(self, view: DeskView) -> None: ...  # show it; runs on opening, after each change, on coming back
        def standing_on(self) -> Focus: ...  # cartdesk.desk.command.Focus: the line, cart, … under the cursor
        def contexts(self) -> tuple[str, ...]: ...  # only where panes differ; nearest first

``Page`` puts the top line, the message line and the footer around it; do not yield them.

* **Opened** by a command whose outcome has ``show=Show("bill", {...})``: the app imports ``cartdesk.tui.screens.bill``, makes
  ``BillScreen(desk, **args)``, pushes it and gives it the focus before the next key is looked at. The same page asked for again
  takes the old one's place.
* **Closed** by Esc (bound in ``Page``) or ``await self.app.action_close_page()``.
* **Commands**: keys come from the registry by ``contexts()`` and ``Command.from_focus(standing_on())``; never bind a
  command's key yourself. Where a widget has to run one:
  ``await self.app.perform(SomeCommand(...))`` or ``await self.app.enter("2*FIB500")``. Both wait their turn, return when the change
  is on disk and shown, and answer None when it was refused (the sentence is already on the message line).
* **A page's own keys** (moving, editing a field) are ordinary Textual bindings; ``show=True`` puts them into the footer. Keys are let
  through one at a time, so a burst acts in order even where a key moves the focus. In a text field, take Enter in the field's own
  ``on_key`` (``event.stop(); event.prevent_default()``), not from ``Input.Submitted``.
* **The footer** is written from the registry (``Command.footer`` and ``label``, where ``from_focus`` finds something to act on) and the
  shown bindings; call ``refresh_keys()`` when the cursor moves to something else.
* **Text from outside** goes through ``cartdesk.tui.plain``: ``content(text, style)`` for widgets, ``cut``/``fit`` for drawn rows.
  ``OptionList(markup=False)``, ``Static(content(...))``, never a bare string. News: ``self.say(text, Tone.GOOD)``.
* **Long lists** are ``widgets.rows.RowList``: override ``draw(n, width, here)``; it answers the arrow keys, the wheel and clicks.
* Slow work: ``await self.app.work(function)`` runs it on the desk's own thread, after everything asked before.
* ``-narrow`` (60–103 columns), ``-wide``, ``-short`` (20–29 rows) and ``-tall`` are classes on the page for the ``.tcss``.
'''
