"""
What is said of a wrong average, whichever check has found it.
"""

from __future__ import annotations

from grader.checks.training.averages import Average
from grader.diagnosis.mistake import Mistake

HINTS = {
    Average.SUM_OF_LOSSES: "this is the sum over the batches, not their mean",
    Average.SUM_OVER_SAMPLES: "this is the sum over all images, not their mean",
    Average.LAST_LOSS: "this is the loss of the last batch alone",
    Average.FIRST_LOSS: "this is the loss of the first batch alone",
    Average.LEAVES_OUT_THE_LAST_BATCH: "this is the mean without the last batch, which may be smaller than the others",
    Average.SOME_BATCHES: "this is the mean of a few batches in a row: where is the sum set to 0 again?",
    Average.COUNTS_THE_LAST_BATCH_AS_FULL: "each batch counts as a full one, and the last is smaller: how many images has it?",
    Average.DIVIDES_TWICE: "the criterion gives means over a batch already: their sum was divided by the number of images",
    Average.DIVIDES_SUMS_BY_BATCHES: "sums over the images of a batch were divided by the number of batches",
    Average.ACCURACY_IN_PERCENT: "the accuracy is a share between 0 and 1, not a percentage",
    Average.MEAN_OF_BATCH_ACCURACIES: "this is the mean of the batches' accuracies, in which an image of a small batch counts "
    "more: count right images and all images instead",
    Average.COUNTS_INSTEAD_OF_SHARE: "this is how many are right: divide by the number of images",
    Average.DIVIDES_BY_BATCHES: "the number of right images was divided by the number of batches, not by that of images",
    Average.DIVIDES_BY_FULL_BATCHES: "the last batch is smaller than the others: count the images instead of multiplying",
    Average.FIRST_BATCH_ONLY: "this is the accuracy of the first batch alone",
    Average.LAST_BATCH_ONLY: "this is the accuracy of the last batch alone",
}


def told(average: Average) -> Mistake:
    """Return what is said of an average."""
    return Mistake(name=average.value, hint=HINTS[average])
