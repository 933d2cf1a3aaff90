"""Every action of the desk, one class each, and the registry that faces make keys, footer, help, palette and grammar from.

Order matters twice: it is the order of the help, and the first pattern that fits an entry wins; a bare offering code comes last.
"""

from __future__ import annotations

from functools import cache

from cartdesk.desk.command import Command
from cartdesk.desk.commands.bill import BillDay, ShowBill, ShowCompare, ShowWhy, StartDay
from cartdesk.desk.commands.books import ReadShift, ShowAccounts, ShowCallNote, ShowScript
from cartdesk.desk.commands.call import TakeCall
from cartdesk.desk.commands.carts import (
    BranchCart,
    Discard,
    Duplicate,
    GoToArea,
    Hold,
    LabelCart,
    NewCart,
    NextArea,
    OpenCart,
    PreviousArea,
)
from cartdesk.desk.commands.configure import ClearOverride, Configure, OverridePrice
from cartdesk.desk.commands.customer import DropPromotion, GivePromotion, NameCustomer
from cartdesk.desk.commands.handoff import TakeOver
from cartdesk.desk.commands.lines import (
    AddNote,
    AddOffering,
    Fewer,
    More,
    RemoveLine,
    SaveForLater,
    SetQuantity,
    TakeBack,
)
from cartdesk.desk.commands.macro import ListMacros, RunMacro, SetMacro
from cartdesk.desk.commands.merge import MergeCart, MergeLines, RestoreCart
from cartdesk.desk.commands.order import CompleteStep, ConfirmOrder, DropCheckout, FillCheckout, HearStatements, PlaceOrder, ShowCheckout
from cartdesk.desk.commands.orders import CancelOrder, CommentOrder, RateOrder, ShowOrders, ShowReceipt, TrackOrder
from cartdesk.desk.commands.owned import CancelProduct, ChangeProduct, KeepProduct, ShowProducts, UpgradeProduct
from cartdesk.desk.commands.past import Redo, RestorePoint, Undo
from cartdesk.desk.commands.paste import PasteLines
from cartdesk.desk.commands.settings import SetAgent, SetBandwidth, SetCurrency, SetKey, SetLanguage, SetRole, SetScanner, SetTheme
from cartdesk.desk.commands.show import (
    FillEntry,
    Quit,
    Search,
    ShowCarts,
    ShowHelp,
    ShowHistory,
    ShowOffering,
    ShowSettings,
    ShowTax,
    ShowThemes,
)
from cartdesk.desk.commands.standing import AcceptPrices, MendLine, SetChannel, SetPlace, SetSegment
from cartdesk.desk.commands.syncing import Choose, GiveUp, KeepSides, SendAsNew, ShowConflict, ShowSync, TryAgain

__all__ = [
    "AcceptPrices",
    "AddNote",
    "AddOffering",
    "BillDay",
    "BranchCart",
    "CancelOrder",
    "CancelProduct",
    "ChangeProduct",
    "Choose",
    "ClearOverride",
    "CommentOrder",
    "CompleteStep",
    "Configure",
    "ConfirmOrder",
    "Discard",
    "DropCheckout",
    "DropPromotion",
    "Duplicate",
    "Fewer",
    "FillCheckout",
    "FillEntry",
    "GivePromotion",
    "GiveUp",
    "GoToArea",
    "HearStatements",
    "Hold",
    "KeepProduct",
    "KeepSides",
    "LabelCart",
    "ListMacros",
    "MendLine",
    "MergeCart",
    "MergeLines",
    "More",
    "NameCustomer",
    "NewCart",
    "NextArea",
    "OpenCart",
    "OverridePrice",
    "PasteLines",
    "PlaceOrder",
    "PreviousArea",
    "Quit",
    "RateOrder",
    "ReadShift",
    "Redo",
    "RemoveLine",
    "RestoreCart",
    "RestorePoint",
    "RunMacro",
    "SaveForLater",
    "Search",
    "SendAsNew",
    "SetAgent",
    "SetBandwidth",
    "SetChannel",
    "SetCurrency",
    "SetKey",
    "SetLanguage",
    "SetMacro",
    "SetPlace",
    "SetQuantity",
    "SetRole",
    "SetScanner",
    "SetSegment",
    "SetTheme",
    "ShowAccounts",
    "ShowBill",
    "ShowCallNote",
    "ShowCarts",
    "ShowCheckout",
    "ShowCompare",
    "ShowConflict",
    "ShowHelp",
    "ShowHistory",
    "ShowOffering",
    "ShowOrders",
    "ShowProducts",
    "ShowReceipt",
    "ShowScript",
    "ShowSettings",
    "ShowSync",
    "ShowTax",
    "ShowThemes",
    "ShowWhy",
    "StartDay",
    "TakeBack",
    "TakeCall",
    "TrackOrder",
    "TryAgain",
    "Undo",
    "UpgradeProduct",
    "for_context",
    "registry",
]  # fmt: skip

_REGISTRY: tuple[type[Command], ...] = (
    ShowHelp, FillEntry, ShowCarts, Hold, ShowCompare, ShowBill, ShowWhy, ShowCheckout, ShowHistory,
    SetQuantity, More, Fewer, RemoveLine, SaveForLater, TakeBack, AddNote, MendLine, AcceptPrices, ShowOffering,
    Configure, ClearOverride, OverridePrice,
    SetPlace, SetSegment, Search, TakeCall, NameCustomer, DropPromotion, GivePromotion,
    ShowProducts, CancelProduct, KeepProduct, UpgradeProduct, ChangeProduct,
    BillDay, StartDay, RestorePoint, Undo, Redo,
    GoToArea, NextArea, PreviousArea, NewCart, LabelCart, BranchCart, Duplicate, OpenCart, TakeOver, RestoreCart,
    MergeCart, MergeLines, Discard,
    FillCheckout, CompleteStep, HearStatements, ConfirmOrder, DropCheckout, PlaceOrder,
    ShowScript, ShowCallNote, ShowAccounts, ShowOrders, ShowReceipt, TrackOrder, CancelOrder, CommentOrder, RateOrder,
    ShowSync, ShowConflict, Choose, KeepSides, TryAgain, SendAsNew, GiveUp,
    RunMacro, ListMacros, SetMacro,
    SetAgent, SetRole, SetLanguage, SetCurrency, SetTheme, SetKey, SetBandwidth, SetScanner,
    SetChannel, ShowTax, ReadShift, ShowSettings, ShowThemes, Quit, PasteLines,
    AddOffering,
)  # fmt: skip


def registry() -> tuple[type[Command], ...]:
    """Return every command class, in the order of the help; a bare offering code's is the last."""
    return _REGISTRY


@cache
def for_context(where: str) -> tuple[type[Command], ...]:
    """Return the classes whose keys work in ``where``: its own, those of the desk in its panes, and those that work anywhere."""
    return tuple(kind for kind in _REGISTRY if works_in(kind, where))


def works_in(kind: type[Command], where: str) -> bool:
    """Say whether a class's keys work in a context."""
    in_pane_of_desk = where in ("offerings", "cart") and "desk" in kind.where
    return "anywhere" in kind.where or where in kind.where or in_pane_of_desk
