"""What differs between the versions, as tables: which members hold which parts, and what each is called.

``reading`` and ``writing`` walk a cart's JSON by these tables. The inner names are v2's (SPEC-DECISIONS "v2, v4, v5 on the wire").
"""

from __future__ import annotations

from typing import Literal

Version = Literal["v2", "v4", "v5"]

PARTS: dict[str, dict[str, str]] = {
    "cart": {"cartItem": "item", "contactMedium": "medium", "relatedParty": "party", "cartTotalPrice": "price"},
    "item": {
        "cartItem": "item",
        "note": "note",
        "itemPrice": "price",
        "itemTotalPrice": "price",
        "product": "product",
        "cartItemRelationship": "itemRelationship",
    },
    "product": {
        "place": "place",
        "relatedParty": "party",
        "productRelationship": "productRelationship",
        "characteristic": "characteristic",
    },
    "productRelationship": {"product": "product"},
    "price": {"priceAlteration": "alteration"},
}
"""Part → its members that are parts themselves."""

RENAMES: dict[Version, dict[str, dict[str, str]]] = {
    "v2": {},
    "v4": {
        "item": {"cartTerm": "itemTerm"},
        "product": {"characteristic": "productCharacteristic"},
        "medium": {"type": "mediumType"},
        "productRelationship": {"type": "relationshipType"},
        "itemRelationship": {"type": "relationshipType"},
    },
    "v5": {
        "item": {"cartTerm": "itemTerm"},
        "product": {"characteristic": "productCharacteristic"},
        "productRelationship": {"type": "relationshipType"},
        "itemRelationship": {"type": "relationshipType"},
    },
}
"""Version → part → inner name → the version's name."""

ALIASES: dict[str, dict[str, str]] = {
    "item": {"itemTerm": "cartTerm", "ItemTotalPrice": "itemTotalPrice"},
    "product": {"productCharacteristic": "characteristic"},
    "medium": {"mediumType": "type"},
    "productRelationship": {"relationshipType": "type"},
    "itemRelationship": {"relationshipType": "type"},
    "party": {"PartyOrPartyRole": "partyOrPartyRole"},
}
"""Part → any version's name → the inner name: what a reader accepts."""

ACTIONS = {"no_change": "noChange"}
STATUSES = {"Active": "active", "SavedForLater": "saveForLater"}
"""Inner value → v4's and v5's."""

V5_TYPES = {
    "cart": "ShoppingCart",
    "item": "CartItem",
    "price": "CartPrice",
    "alteration": "PriceAlteration",
    "product": "Product",
    "party": "RelatedPartyOrPartyRole",
    "itemRelationship": "CartItemRelationship",
    "productRelationship": "ProductRelationship",
    "note": "Note",
    "place": "RelatedPlaceRefOrValue",
}
"""The ``@type`` that v5 requires where none is given."""

V5_REFERENCES = ("id", "href", "name", "@referredType")
"""The members that v5 moves into ``partyOrPartyRole`` and ``place``."""

MEDIUM_TYPES = {
    "emailAddress": ("email", "EmailContactMedium"),
    "phoneNumber": ("telephone number", "PhoneContactMedium"),
    "faxNumber": ("fax", "FaxContactMedium"),
}
"""Member → v2's contact medium type and v5's ``@type``; anything else is a postal address."""

MEDIUM_MEMBERS = (
    "city", "country", "emailAddress", "faxNumber", "phoneNumber", "postCode", "stateOrProvince", "street1", "street2",
)  # fmt: skip
