"""How deep paging goes, for every backend, and how a plan that asks for more is refused."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from kernel.errors import Invalid
from search_engine.plan import Plan, VectorQuery

# Every window costs what all windows before it cost together; ten thousand keeps the deepest under 20 ms on a million
# listings, and nobody reads on: who needs everything exports it. Elasticsearch's own default is the same.
DEPTH_MAX: Final = 10_000
WINDOW_MAX: Final = 1_000  # candidates are re-ranked as one numpy batch; a thousand of them stay under a millisecond
NEIGHBOURS_MAX: Final = 1_000


def validate_window(plan: Plan) -> None:
    """Refuse a window that is too wide, too deep, or not aligned."""
    if not 1 <= plan.limit <= WINDOW_MAX:
        raise Invalid(f"一次最多取 {WINDOW_MAX} 条", parameter="limit")
    if plan.offset < 0 or plan.offset % plan.limit:
        raise Invalid("翻页位置必须是每批条数的整数倍", parameter="offset")
    if plan.offset >= DEPTH_MAX:
        raise Invalid(
            f"最多翻到前 {DEPTH_MAX} 条，再往后请缩小范围（每一页都要重排它之前的所有结果）", parameter="cursor"
        )


def validate_neighbours(limit: int) -> None:
    """Refuse to look for none, or for too many, of the nearest."""
    if not 1 <= limit <= NEIGHBOURS_MAX:
        raise Invalid(f"一次最多取 {NEIGHBOURS_MAX} 条", parameter="limit")


def reachable(total: int, *, limit: int, beside: int) -> int:
    """How many of ``total`` the windows below the depth limit hold; the first holds ``beside`` more than its width."""
    return min(total, math.ceil(DEPTH_MAX / limit) * limit + beside)


def unit_vector(query: VectorQuery) -> np.ndarray:
    """The query's vector as contiguous float32; raises Invalid when it is none."""
    vector = np.ascontiguousarray(query.vector, dtype=np.float32)
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise Invalid("向量必须是一维的有限数", parameter="vector")
    return vector


def why_no_vectors(query: VectorQuery, *, count: int, dimensions: int) -> tuple[str, ...]:
    """What ``degraded`` says when an index of so many vectors cannot answer this one; empty when it can. Raises
    Invalid, as ``unit_vector``, when there are vectors and the query has none."""
    if not count:
        return ("vector：索引里没有向量",)
    vector = unit_vector(query)
    if len(vector) != dimensions:
        return (f"vector：索引是 {dimensions} 维，查询是 {len(vector)} 维",)
    return ()
