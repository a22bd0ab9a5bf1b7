"""Who gets what there is, when some of it suits each: the cheapest of the best ways."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar

import networkx as nx

P = TypeVar("P", bound=Hashable)
W = TypeVar("W", bound=Hashable)

# What it costs to go without: far more than all places together. A place costs less than 1 << 96,
# and there are at most 65,536 people.
WITHOUT = 1 << 112
END = "end"


def assign(order: Sequence[tuple[W, Mapping[P, int]]]) -> dict[W, P]:
    """Who gets which place, of people in their order, each with what the places that suit cost: the
    cheapest way through a network in which each person goes to a place, or without one.

    Who can be served together is a matroid: to go without costs the more the earlier somebody is in
    the order, so the cheapest way serves as many as can be, and nobody instead of somebody earlier.
    """
    if not order:
        return {}
    _, flow = nx.network_simplex(_network(order))
    return {
        who: place for who, costs in order for place in costs if flow["person", who]["place", place]
    }


def _network(order: Sequence[tuple[W, Mapping[P, int]]]) -> Any:
    network = nx.DiGraph()
    network.add_node(END, demand=len(order))
    for place in dict.fromkeys(place for _, costs in order for place in costs):
        network.add_edge(("place", place), END, capacity=1)
    for behind, (who, costs) in enumerate(reversed(order), start=1):
        network.add_node(("person", who), demand=-1)
        network.add_edge(("person", who), END, weight=behind * WITHOUT)
        for place, cost in costs.items():
            network.add_edge(("person", who), ("place", place), weight=cost)
    return network
