"""The merge's laws, on generated carts."""

from __future__ import annotations

import json

from hypothesis import given, settings

from cartdesk.sync.merge import HELD, Clash, Kind, carry, contains, differences, merge, outgoing
from cartdesk.sync.tree import ABSENT, ITEMS, Node, at, dump, fingerprint, full_hash, item_ids, load, members_of, tree_of

from .shapes import apart, carts, threes

LAWS = settings(max_examples=30, deadline=None)


@LAWS
@given(carts(), carts())
def test_a_side_that_did_nothing_changes_nothing(base: Node, other: Node) -> None:
    for ours, theirs in ((other, other), (other, base), (base, other)):
        found = merge(base, ours, theirs)
        assert found.tree == other
        assert found.clashes == ()


@LAWS
@given(apart())
def test_edits_to_different_lines_commute_without_a_clash(three: tuple[Node, Node, Node]) -> None:
    base, ours, theirs = three
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one.tree == other.tree
    assert one.clashes == other.clashes == ()


@LAWS
@given(threes())
def test_merging_what_was_merged_changes_nothing_more(three: tuple[Node, Node, Node]) -> None:
    base, ours, theirs = three
    found = merge(base, ours, theirs)
    assert merge(theirs, found.tree, theirs).tree == found.tree
    assert merge(base, found.tree, found.tree).tree == found.tree
    settled = outgoing(found.tree, found.clashes)
    assert merge(theirs, settled, settled).clashes == ()


@LAWS
@given(threes())
def test_every_edit_is_in_the_result_or_in_a_clash(three: tuple[Node, Node, Node]) -> None:
    base, ours, theirs = three
    found = merge(base, ours, theirs)
    clashing = [clash.path for clash in found.clashes]
    for side in (ours, theirs):
        for path in differences(base, side):
            told = any(path[: len(clash)] == clash or clash[: len(path)] == path for clash in clashing)
            kept = at(found.tree, path)
            both_added = at(base, path) is ABSENT and contains(kept, at(side, path))  # then it holds what the other side put into it too
            assert told or kept == at(side, path) or both_added


@LAWS
@given(threes())
def test_no_line_is_lost_that_a_side_did_not_remove(three: tuple[Node, Node, Node]) -> None:
    base, ours, theirs = three
    found = item_ids(merge(base, ours, theirs).tree)
    for item in item_ids(ours) | item_ids(theirs):
        removed = item in item_ids(base) and (item not in item_ids(ours) or item not in item_ids(theirs))
        assert item in found or removed


@LAWS
@given(threes())
def test_what_somebody_unknown_left_out_is_kept_and_flagged(three: tuple[Node, Node, Node]) -> None:
    base, ours, theirs = three
    found = merge(base, ours, theirs, foreign=True)
    vanished = {clash.path for clash in found.clashes if clash.kind is Kind.VANISHED_THERE}
    for name in set(base[ITEMS]) - set(theirs[ITEMS]):
        if name in ours[ITEMS] and ours[ITEMS][name] == base[ITEMS][name]:
            assert (ITEMS, name) in vanished
            assert name in found.tree[ITEMS]
    sent = outgoing(found.tree, found.clashes)
    for path in vanished:
        assert at(sent, path) is ABSENT


@LAWS
@given(threes())
def test_the_server_keeps_its_side_of_what_is_to_be_chosen(three: tuple[Node, Node, Node]) -> None:
    base, ours, theirs = three
    found = merge(base, ours, theirs)
    sent = outgoing(found.tree, found.clashes)
    for clash in found.clashes:
        if clash.kind in HELD:
            assert at(sent, clash.path) == at(theirs, clash.path) == clash.theirs
            assert at(found.tree, clash.path) == at(ours, clash.path) == clash.ours
    again = merge(theirs, found.tree, theirs)
    still = carry(found.clashes, again.clashes, theirs, again.tree, theirs)
    assert all(clash in still for clash in found.clashes if clash.kind in HELD)


@LAWS
@given(threes())
def test_a_clash_survives_the_store(three: tuple[Node, Node, Node]) -> None:
    for clash in merge(*three).clashes:
        assert Clash.from_json(json.loads(json.dumps(clash.to_json()))) == clash


@LAWS
@given(carts())
def test_a_tree_reads_back_and_its_hash_forgets_the_order(tree: Node) -> None:
    assert load(json.loads(json.dumps(dump(tree)))) == tree
    again = tree_of(members_of(tree))
    assert again == tree
    turned = Node(reversed(list(tree.items())))
    turned[ITEMS] = Node(reversed(list(tree[ITEMS].items())))
    assert full_hash(turned) == full_hash(tree)
    assert fingerprint(turned) == fingerprint(tree)
    assert contains(turned, tree)
