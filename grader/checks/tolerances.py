"""
How near an answer must be: the one table.

Answers are compared on the scale of the whole expected tensor: the largest difference is at most `tolerance * max|expected|`.
Element by element would be wrong: through cancellation two correct orders of summation differ by up to 9e-4 relative in single
elements of a float32 convolution.

    of values, by dtype             BY_DTYPE
        float64     1e-9            correct variants stay below 7e-13; the faintest real mistake we know gives 2e-9
        float32     1e-5            correct float32 stays below 5e-6 for sums of up to 25,088 terms
        float16     1e-2            eleven bits of precision: 5e-4 a rounding, a few hundred terms
        bfloat16    8e-2            eight bits: 4e-3 a rounding
    of a part       1e-2            PART: parts of one answer that are smaller than this share of the largest have its rounding:
                                    over a batch of four, gradients of float32 cancel to 5e-4 of the loss, and are off by 1.3e-5
                                    of themselves
    of functions    1e-3            FUNCTION: relative Frobenius distance of float32 networks under the same weights; correct ones
                                    agree to 1e-6, the closest wrong one we know (LeakyReLU for ReLU) is 1.1e-2 away
    of gradients    0.1             FLIPPED: rounding may turn a unit off that is on for another order of summation, and gradients
                                    of images with it, by 8e-3 in the worst of 40 draws; where they are nearer than this,
                                    another draw decides
    of twins        1e-4            TWINS: the same network twice, or trained twice from one seed; other orders of summation
    of an image     1e-5            ALONE: the same image alone and beside another one, in float32; what is farther apart is asked
                                    about by itself, so that no right network loses by it
    of classes      1e-2            ALIKE: where all weights begin as one number, float32 makes changes of logits differ by
                                    5e-4 of their size from class to class; drawn weights make them differ by all of it
    of a loop       1e-5            LOOP: weights and losses after an epoch of a right loop agree with the oracle to 1e-14, with a
                                    loss in float32 to 1e-6; gradients clipped to just below their own norm are far above
    of a history    1e-4            HISTORY: people write down float32, and round
    of a share      1e-6            SHARE: an accuracy, or a probability of dropout; shares of a thousand images differ by 1e-3
    of an influence 2e-6            INFLUENCE: a smaller change of logits is rounding; other random numbers in any parameter of
                                    networks with ReLUs change them by 2e-2 or more, of AlexNet with sigmoids by 5e-5
    of a direction  1e-4            DIRECTION: differences of several images are one where the rest is below this share;
                                    of right networks the rest is 2e-2 or more
    of a shuffle    3               SHUFFLED: how many times FUNCTION logits change where hidden units alone change places
    of a cut        1e-3            CUT: how much of the images may be left in logits where nothing of them gets through a layer:
                                    networks with local response normalisation have 5e-6, most 0
                    1e-1            MIXED_CUT: the same of networks that normalise over all channels, 6e-2
    of a trace      5e-3            FAINT: logits that images change by less are asked about with brighter images; rounding makes
                                    up 1e-7 of them, and CUT of what images change must be seen
    of a half       2e-2            HALF: how much must be left where half of a layer's units get and give nothing; 0.24 or more
    of labels       0.1             LABELS: cosine of how scores of two networks differ and how the labels that they learnt do;
                                    right loops have 0.17 or more, what has not used labels has 0
    of a sum        1e-3            SUM: whether the outputs of a network are probabilities, which add up to 1
                    1e-4            SUM_OF_SCORES: the same of what reaches a criterion, which only explains
"""

from __future__ import annotations

BY_DTYPE = {"float64": 1e-9, "float32": 1e-5, "float16": 1e-2, "bfloat16": 8e-2}
PART = 1e-2
FUNCTION = 1e-3
FLIPPED = 0.1
TWINS = 1e-4
ALONE = 1e-5
ALIKE = 1e-2
LOOP = 1e-5
HISTORY = 1e-4
SHARE = 1e-6
INFLUENCE = 2e-6
DIRECTION = 1e-4
SHUFFLED = 3
CUT = 1e-3
MIXED_CUT = 1e-1
FAINT = 5e-3
HALF = 2e-2
LABELS = 0.1
SUM = 1e-3
SUM_OF_SCORES = 1e-4
TINY = 1e-12
"""Allowed where everything expected is zero."""
