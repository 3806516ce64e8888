"""Agreement: how far the best candidates stand in the same group of the taxonomy as this one.

Closely related listings tend to answer the same queries (the cluster hypothesis, van Rijsbergen 1979): where title,
facts and meaning together point at one group, a listing of another group that shares a word with the query is rarely
what is meant.
"""

from __future__ import annotations

import numpy as np

from ranking.batch import Batch, Floats
from ranking.normalise import share_of_best
from ranking.signals.facts import signal as facts_signal
from ranking.signals.semantic import signal as semantic_signal

VOTERS = 30  # a page and a half: enough to outvote a stray, few enough to be mostly right
LEAVES_PER_GROUP_ID = 100  # a leaf's id is its group's and two digits


def signal(batch: Batch) -> Floats:
    """(n,) in [0, 1]: the share of the voters' weight that stands in the candidate's group; 0 when unclassified."""
    if not len(batch):
        return np.zeros(0)
    group = batch.columns["leaf"] // LEAVES_PER_GROUP_ID
    _, number = np.unique(group, return_inverse=True)
    first_guess = share_of_best(batch.leg("characters")) + 2 * facts_signal(batch) + 4 * semantic_signal(batch)
    voters = np.argsort(-first_guess, kind="stable")[:VOTERS]
    weight = first_guess[voters] - first_guess[voters].min() + 1e-9
    votes = np.bincount(number[voters], weights=weight, minlength=len(batch))
    return np.where(group > 0, votes[number] / weight.sum(), 0.0)
