"""What of a graph's figures is conspicuous, in words, with what to change."""

from __future__ import annotations

from collections.abc import Callable

from fiedler.diagnosis.report import Finding, GraphDiagnosis

# From here on what is found is worth a word.
_LEAST_COPIES = 0.01
_LEAST_WEAK = 0.01
_HUB_LINKS = 0.1
_LEAVING = 0.5
_FULL = 0.9
_NAMED = 5


def findings(graph: GraphDiagnosis) -> tuple[Finding, ...]:
    """Return what is conspicuous, gravest first."""
    return tuple(found for look in _LOOKS if (found := look(graph)) is not None)


def _no_link(graph: GraphDiagnosis) -> Finding | None:
    if graph.n_links:
        return None
    return Finding(
        "no_links",
        f"None of the {graph.n_vertices:,} {graph.vertices} is linked to another.",
        f"Raise {_neighbors(graph)} or the radius, or give affinities above 0.",
    )


def _parts(graph: GraphDiagnosis) -> Finding | None:
    sizes = graph.part_sizes
    if len(sizes) < 2:
        return None
    shown = ", ".join(f"{size:,}" for size in sizes[:_NAMED]) + (", ..." if len(sizes) > _NAMED else "")
    advice = (
        f"Cut into as many clusters, or raise {_neighbors(graph)} until they are linked; which of them a "
        f"coarser cut joins is decided by their distances alone."
    )
    n_clusters = len(graph.cuts)
    if n_clusters == len(sizes):
        advice = "There are as many clusters: each part can be one."
    elif n_clusters > len(sizes):
        advice = "There are more clusters than that: parts are divided as well."
    return Finding("parts", f"The graph falls into {len(sizes)} parts of {shown} {graph.vertices}.", advice)


def _small_parts(graph: GraphDiagnosis) -> Finding | None:
    n_rows = graph.n_rows_in_small_parts
    if not n_rows or not graph.n_links:
        return None
    isolated = f", {len(graph.isolated):,} of them without any link" if len(graph.isolated) else ""
    return Finding(
        "small_parts",
        f"{n_rows:,} {graph.vertices} lie in {graph.n_small_parts:,} parts too small to be "
        f"clusters{isolated}.",
        f"Look whether they are outliers and exclude them, or raise {_neighbors(graph)} to link them.",
    )


def _single_links(graph: GraphDiagnosis) -> Finding | None:
    if not graph.single_links:
        return None
    widest = graph.single_links[0]
    n_others = len(graph.single_links) - 1
    others = f" There are {n_others} more such links." if n_others else ""
    return Finding(
        "single_links",
        f"Parts of {widest.n_smaller:,} and {widest.n_larger:,} {graph.vertices} hang together by one "
        f"link, between {graph.vertices} {widest.first} and {widest.second} (affinity "
        f"{widest.weight:.2g}).{others}",
        f"Such a link is an accident as often as not: see whether the parts stay together with a smaller "
        f"{_neighbors(graph)}, and come closer with a larger one.",
    )


def _hubs(graph: GraphDiagnosis) -> Finding | None:
    if not len(graph.hubs) or graph.hub_share < _HUB_LINKS:
        return None
    return Finding(
        "hubs",
        f"{len(graph.hubs):,} {graph.vertices} have more than 5 times the usual {graph.links['median']:.0f} "
        f"links, the most {graph.links['max']:.0f} ({graph.vertices} {_named(graph.hubs.tolist())}); "
        f"{graph.hub_share:.0%} of all links end at them.",
        "They draw clusters together: use fewer columns, or "
        + ("method 'exact'." if graph.vertices == "landmarks" else "symmetrization 'mutual'."),
    )


def _weak(graph: GraphDiagnosis) -> Finding | None:
    if len(graph.weak) < max(1.0, _LEAST_WEAK * graph.n_vertices):
        return None
    return Finding(
        "weak",
        f"{len(graph.weak):,} {graph.vertices} have less than a hundredth of the usual affinity to others "
        f"({graph.vertices} {_named(graph.weak.tolist())}).",
        "A normalized cut may spend clusters on them: use affinity 'local', which knows the scale of every "
        "row, or a wider bandwidth.",
    )


def _alike(graph: GraphDiagnosis) -> Finding | None:
    if graph.n_vertices < 10 or graph.links["median"] < _FULL * (graph.n_vertices - 1):
        return None
    return Finding(
        "dense",
        f"Nearly all {graph.vertices} are linked with each other: usually one has "
        f"{graph.links['median']:,.0f} links.",
        "Where affinities are alike no cut stands out, and the cost grows with the square of the rows: "
        "narrow the bandwidth, or keep the links of nearest neighbours.",
    )


def _copies(graph: GraphDiagnosis) -> Finding | None:
    if graph.n_copies < max(1.0, _LEAST_COPIES * graph.n_rows):
        return None
    return Finding(
        "copies",
        f"{graph.n_copies:,} of {graph.n_rows:,} rows equal another one.",
        "Copies share a vertex and a cluster. If columns are few or were rounded, more of them or more "
        "digits tell more.",
    )


def _leaving(graph: GraphDiagnosis) -> Finding | None:
    loose = [cut for cut in graph.cuts if cut.conductance > _LEAVING]
    if not loose:
        return None
    worst = max(loose, key=lambda cut: cut.conductance)
    which = _named([cut.cluster for cut in loose])
    return Finding(
        "loose_clusters",
        f"More affinity leaves {'cluster' if len(loose) == 1 else 'clusters'} {which} than stays inside "
        f"(cluster {worst.cluster}: {worst.conductance:.0%}, most of it to cluster {worst.most_linked}).",
        "In this graph they are no groups: ask for fewer clusters, or merge them.",
    )


def _neighbors(graph: GraphDiagnosis) -> str:
    """Return the parameter that says how many links there are."""
    return "landmark_neighbors" if graph.vertices == "landmarks" else "n_neighbors"


def _named(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_NAMED])
    return f"{shown} and others" if len(numbers) > _NAMED else shown


_LOOKS: tuple[Callable[[GraphDiagnosis], Finding | None], ...] = (
    _no_link,
    _parts,
    _small_parts,
    _single_links,
    _leaving,
    _hubs,
    _weak,
    _alike,
    _copies,
)
