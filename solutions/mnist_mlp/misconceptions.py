"""
Known mistakes in the two functions that count, each one an executable wrong solution, right but for this mistake.

Most mistakes in the networks need no entry: `grader/checks/architectures/edits/` makes them of the tables in `networks.py`.
"""

import math
import struct
from dataclasses import replace


def _require(total_inputs, batch_size):
    if total_inputs < 1 or batch_size < 1:
        raise ValueError("less than 1")


# Exercise 1: iterations per epoch


def smaller_batch_forgotten(total_inputs, batch_size, drop_last=False):
    """
    The last, smaller batch is never counted.

    After the full batches of 10 inputs in batches of 4, which inputs has nobody seen in this epoch?
    """
    _require(total_inputs, batch_size)
    return total_inputs // batch_size


def drop_last_ignored(total_inputs, batch_size, drop_last=False):
    """
    `drop_last` has no effect.

    Your answer does not depend on `drop_last`. Which batch does it leave out of 10 inputs in batches of 4?
    """
    _require(total_inputs, batch_size)
    return math.ceil(total_inputs / batch_size)


def drop_last_the_other_way(total_inputs, batch_size, drop_last=False):
    """
    `drop_last` has the opposite effect.

    Read `drop_last=True` as a sentence: is a smaller batch then counted or not?
    """
    _require(total_inputs, batch_size)
    return math.ceil(total_inputs / batch_size) if drop_last else total_inputs // batch_size


def full_batch_dropped(total_inputs, batch_size, drop_last=False):
    """
    With `drop_last` the last batch is left out even where it is full.

    Which batches may be left out? Draw 8 inputs in batches of 4.
    """
    _require(total_inputs, batch_size)
    return math.ceil(total_inputs / batch_size) - bool(drop_last)


def one_batch_more(total_inputs, batch_size, drop_last=False):
    """
    A batch is counted after the full ones although nothing is left for it.

    How many batches are 8 inputs in batches of 4? Draw them.
    """
    _require(total_inputs, batch_size)
    return total_inputs // batch_size + (0 if drop_last else 1)


def full_batches_from_the_rounded_number(total_inputs, batch_size, drop_last=False):
    """
    The number of batches is rounded to the nearest whole number.

    Rounding to the nearest loses a batch that is less than half full. Draw 9 inputs in batches of 4.
    """
    _require(total_inputs, batch_size)
    return total_inputs // batch_size if drop_last else round(total_inputs / batch_size)


def always_rounds(total_inputs, batch_size, drop_last=False):
    """
    The number of batches is rounded to the nearest whole number, whatever `drop_last` is.

    Which batch does `drop_last` leave out, and which may never be left out without it? Draw 9 and 11 inputs in batches of 4.
    """
    _require(total_inputs, batch_size)
    return round(total_inputs / batch_size)


def keeps_the_fraction(total_inputs, batch_size, drop_last=False):
    """
    The result of the division is returned as it is.

    Is there half an iteration? What happens to the inputs that do not fill a batch?
    """
    _require(total_inputs, batch_size)
    return total_inputs / batch_size


def keeps_the_fraction_without_drop_last(total_inputs, batch_size, drop_last=False):
    """
    The result of the division is returned as it is where no batch is dropped.

    Is there half an iteration? What happens to the inputs that do not fill a batch?
    """
    _require(total_inputs, batch_size)
    return total_inputs // batch_size if drop_last else total_inputs / batch_size


def iterations_as_a_float(total_inputs, batch_size, drop_last=False):
    """
    The number is right but a float.

    Try `range` with your answer. Which operations of Python return a float?
    """
    _require(total_inputs, batch_size)
    return float(total_inputs // batch_size if drop_last else math.ceil(total_inputs / batch_size))


def never_refuses(total_inputs, batch_size, drop_last=False):
    """
    Numbers below 1 are not refused with a ValueError.

    What does your function do with 0 inputs, and with batches of 0 or -1? What does the handout say of them?
    """
    return total_inputs // batch_size if drop_last else -(-total_inputs // batch_size)


def no_inputs_accepted(total_inputs, batch_size, drop_last=False):
    """
    Only the size of the batches is looked at before an answer is given.

    How many inputs may an epoch have at least? Read again what is refused.
    """
    _require(1, batch_size)
    return total_inputs // batch_size if drop_last else -(-total_inputs // batch_size)


def no_batch_size_refused(total_inputs, batch_size, drop_last=False):
    """
    Only the number of inputs is looked at before an answer is given.

    How many inputs must a batch have at least? Read again what is refused.
    """
    _require(total_inputs, 1)
    return total_inputs // batch_size if drop_last else -(-total_inputs // batch_size)


def refused_only_together(total_inputs, batch_size, drop_last=False):
    """
    A call is refused only where both numbers are below 1.

    Say in words when a call is wrong: if the one *and* the other is too small, or already if one of them is?
    """
    if total_inputs < 1 and batch_size < 1:
        raise ValueError("less than 1")
    return total_inputs // batch_size if drop_last else -(-total_inputs // batch_size)


def zero_accepted(total_inputs, batch_size, drop_last=False):
    """
    Negative numbers are refused, and 0 is not.

    What is the smallest number of inputs that the handout allows, and the smallest batch? Try 0.
    """
    if total_inputs < 0 or batch_size < 0:
        raise ValueError("negative")
    return total_inputs // batch_size if drop_last else -(-total_inputs // batch_size)


def few_inputs_refused(total_inputs, batch_size, drop_last=False):
    """
    Fewer inputs than a batch has are refused.

    3 inputs in batches of 4: is that an error, or a batch that is not full? Look at the table of the handout.
    """
    _require(total_inputs, batch_size)
    if total_inputs < batch_size:
        raise ValueError("fewer inputs than a batch has")
    return total_inputs // batch_size if drop_last else math.ceil(total_inputs / batch_size)


def remainder_refused(total_inputs, batch_size, drop_last=False):
    """
    Inputs that do not fill their last batch are refused.

    Is a smaller last batch an error? Look at 60,000 images in batches of 64 in the handout.
    """
    _require(total_inputs, batch_size)
    if total_inputs % batch_size:
        raise ValueError("the batches do not fit")
    return total_inputs // batch_size


def at_least_one_iteration(total_inputs, batch_size, drop_last=False):
    """
    There is always an iteration, also where the only batch is dropped.

    3 inputs in batches of 4, and batches that are not full are left out: what is left?
    """
    _require(total_inputs, batch_size)
    return max(total_inputs // batch_size, 1) if drop_last else math.ceil(total_inputs / batch_size)


def batches_divided_by_inputs(total_inputs, batch_size, drop_last=False):
    """
    The size of the batches is divided by the number of inputs.

    Which of the two numbers is in the numerator of the lecture's formula?
    """
    _require(total_inputs, batch_size)
    return batch_size // total_inputs if drop_last else math.ceil(batch_size / total_inputs)


# Exercise 2: number of parameters


def _count(inputs, units, weights, biases):
    """Add up layers: `weights(before, after)` and `biases(before, after, is_last)`."""
    count = 0
    for number, after in enumerate(units):
        count += weights(inputs, after) + biases(inputs, after, number == len(units) - 1)
        inputs = after
    return count


def _product(before, after):
    return before * after


def _layers(hidden_units, num_classes):
    return [*hidden_units, num_classes]


def biases_forgotten(image_shape, hidden_units, num_classes, bias=True):
    """
    The biases are not counted.

    What does a unit add to its weighted sum? Count the 3 inputs and 2 units of the handout by hand.
    """
    return _count(math.prod(image_shape), _layers(hidden_units, num_classes), _product, lambda *_: 0)


def biases_always_counted(image_shape, hidden_units, num_classes, bias=True):
    """
    The biases are counted even where there are none.

    Your answer does not depend on `bias`. What is left of a layer without biases?
    """
    return _count(math.prod(image_shape), _layers(hidden_units, num_classes), _product, lambda _b, after, _l: after)


def biases_off_by_default(image_shape, hidden_units, num_classes, bias=False):
    """
    There are no biases unless one asks for them.

    What is the default of `bias` in the handout?
    """
    return (biases_always_counted if bias else biases_forgotten)(image_shape, hidden_units, num_classes)


def bias_for_each_input(image_shape, hidden_units, num_classes, bias=True):
    """
    There is a bias for each input of a layer.

    Is a bias added to an input or to a weighted sum? Look at the 3 inputs and 2 units of the handout.
    """
    layers = _layers(hidden_units, num_classes)
    return _count(math.prod(image_shape), layers, _product, lambda before, _a, _l: before if bias else 0)


def one_bias_for_each_layer(image_shape, hidden_units, num_classes, bias=True):
    """
    A layer has a single bias.

    Do the units of a layer share a bias? Look at the 3 inputs and 2 units of the handout.
    """
    return _count(math.prod(image_shape), _layers(hidden_units, num_classes), _product, lambda *_: 1 if bias else 0)


def last_layer_without_biases(image_shape, hidden_units, num_classes, bias=True):
    """
    The last layer has no biases.

    Which layers have biases? Count the linear classifier of the handout by hand.
    """
    layers = _layers(hidden_units, num_classes)
    return _count(
        math.prod(image_shape), layers, _product, lambda _b, after, is_last: after if bias and not is_last else 0
    )


def biases_of_the_last_layer_alone(image_shape, hidden_units, num_classes, bias=True):
    """
    Only the last layer has biases.

    Which layers have biases? Count the network with one layer of 100 units by hand.
    """
    layers = _layers(hidden_units, num_classes)
    return _count(math.prod(image_shape), layers, _product, lambda _b, after, is_last: after if bias and is_last else 0)


def inputs_have_biases(image_shape, hidden_units, num_classes, bias=True):
    """
    The inputs are counted as units with biases.

    Is a pixel computed from anything, so that a bias could be added to it?
    """
    right = _right(image_shape, hidden_units, num_classes, bias)
    return right + (math.prod(image_shape) if bias else 0)


def _right(image_shape, hidden_units, num_classes, bias=True):
    return (biases_always_counted if bias else biases_forgotten)(image_shape, hidden_units, num_classes)


def channels_ignored(image_shape, hidden_units, num_classes, bias=True):
    """
    The channels of an image are not counted among its numbers.

    How many numbers has a colour image of 32 x 32 pixels? The lecture stretches it to 3072 x 1.
    """
    return _right(image_shape[-2:], hidden_units, num_classes, bias)


def sides_added(image_shape, hidden_units, num_classes, bias=True):
    """
    The sides of an image are added instead of multiplied.

    How many pixels has an image of 3 x 4? Draw it.
    """
    return _right((sum(image_shape),), hidden_units, num_classes, bias)


def first_side_alone(image_shape, hidden_units, num_classes, bias=True):
    """
    Only the first number of the shape is taken for the inputs.

    What does flatten make of an image of 28 x 28: 28 numbers?
    """
    return _right(image_shape[:1], hidden_units, num_classes, bias)


def last_side_alone(image_shape, hidden_units, num_classes, bias=True):
    """
    Only the last number of the shape is taken for the inputs.

    What does flatten make of an image of 28 x 28: 28 numbers?
    """
    return _right(image_shape[-1:], hidden_units, num_classes, bias)


def last_layer_forgotten(image_shape, hidden_units, num_classes, bias=True):
    """
    The layer that gives the logits is not counted.

    Which numbers join the last hidden layer with the classes? Count the network with one layer of 100 units by hand.
    """
    if not hidden_units:
        return 0
    return _right(image_shape, hidden_units[:-1], hidden_units[-1], bias)


def first_layer_forgotten(image_shape, hidden_units, num_classes, bias=True):
    """
    The layer between the image and the first hidden layer is not counted.

    Which numbers join the pixels with the first hidden layer? They are most of all.
    """
    if not hidden_units:
        return 0
    return _right(hidden_units[:1], hidden_units[1:], num_classes, bias)


def first_hidden_layer_alone(image_shape, hidden_units, num_classes, bias=True):
    """
    Only the first hidden layer is counted, whatever follows it.

    How many lines does your picture of a network with two hidden layers have between these two?
    """
    return _right(image_shape, hidden_units[:1], num_classes, bias)


def every_layer_sees_the_image(image_shape, hidden_units, num_classes, bias=True):
    """
    Every layer is joined to the image, and none to the layer before it.

    What are the inputs of the second layer: the pixels, or what the first layer gives?
    """
    layers = _layers(hidden_units, num_classes)
    return sum(_right(image_shape, [], units, bias) for units in layers)


def all_sizes_multiplied(image_shape, hidden_units, num_classes, bias=True):
    """
    The sizes of all layers are multiplied.

    Weights lie between two neighbouring layers. How do the numbers of two such gaps come together?
    """
    layers = _layers(hidden_units, num_classes)
    return math.prod(image_shape) * math.prod(layers) + (sum(layers) if bias else 0)


def units_counted(image_shape, hidden_units, num_classes, bias=True):
    """
    The units are counted, and not what joins them.

    How many weights has one unit that is joined to 784 pixels?
    """
    return math.prod(image_shape) + sum(hidden_units) + num_classes


def counted_in_float32(image_shape, hidden_units, num_classes, bias=True):
    """
    The count is made with numbers of 32 bits that have a decimal point.

    Large counts come out rounded: your answer is near the right one. Up to where does the type that you count with hold
    every whole number?
    """
    count = _right(image_shape, hidden_units, num_classes, bias)
    return int(_float32(count))


def added_in_float32(image_shape, hidden_units, num_classes, bias=True):
    """
    The layers are added up in a number of 32 bits that has a decimal point.

    Large counts come out rounded: your answer is near the right one. Of which type is the number to which you add, and up to
    where does that type hold every whole number?
    """
    count, inputs = 0.0, math.prod(image_shape)
    for units in _layers(hidden_units, num_classes):
        count = _float32(count + _float32(inputs * units))
        if bias:
            count = _float32(count + units)
        inputs = units
    return int(count)


def _float32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def count_as_a_float(image_shape, hidden_units, num_classes, bias=True):
    """
    The count is right but a float.

    A number of parameters is an int. Which of your operations returns a float?
    """
    return float(_right(image_shape, hidden_units, num_classes, bias))


# Exercise 3: the linear classifier


def a_hidden_layer_in_the_linear_classifier(layers):
    """
    The linear classifier has a hidden layer.

    How many layers with weights lie between the pixels and the logits in the picture of exercise 3?
    """
    from grader.checks.architectures.table import parse  # not above: the others run in a worker, which has no grader

    flatten, last = layers
    for hidden in ("100", "200", "128", "256", "64", "512", "32", "784", "10"):
        yield (flatten, *parse(f"linear {hidden}, relu"), replace(last, inputs=0))
        yield (flatten, *parse(f"linear {hidden}"), replace(last, inputs=0))
    yield (flatten, *parse("linear 100, relu, linear 100, relu"), replace(last, inputs=0))


MISCONCEPTIONS = {
    "iterations_per_epoch": (
        smaller_batch_forgotten,
        drop_last_ignored,
        drop_last_the_other_way,
        full_batch_dropped,
        one_batch_more,
        full_batches_from_the_rounded_number,
        always_rounds,
        keeps_the_fraction,
        keeps_the_fraction_without_drop_last,
        iterations_as_a_float,
        never_refuses,
        no_inputs_accepted,
        no_batch_size_refused,
        refused_only_together,
        zero_accepted,
        few_inputs_refused,
        remainder_refused,
        at_least_one_iteration,
        batches_divided_by_inputs,
    ),
    "mlp_parameter_count": (
        biases_forgotten,
        biases_always_counted,
        biases_off_by_default,
        bias_for_each_input,
        one_bias_for_each_layer,
        last_layer_without_biases,
        biases_of_the_last_layer_alone,
        inputs_have_biases,
        channels_ignored,
        sides_added,
        first_side_alone,
        last_side_alone,
        last_layer_forgotten,
        first_layer_forgotten,
        first_hidden_layer_alone,
        every_layer_sees_the_image,
        all_sizes_multiplied,
        units_counted,
        counted_in_float32,
        added_in_float32,
        count_as_a_float,
    ),
    "LinearClassifier": (a_hidden_layer_in_the_linear_classifier,),
}

PROBES = {
    "iterations_per_epoch": (
        (10, 4),
        (9, 4),
        (11, 4),
        (8, 4),
        (3, 4),
        (10, 4, True),
        (8, 4, True),
        (3, 4, True),
        (0, 4),
        (4, 0),
        (-1, 4),
        (4, -1),
        (-1, -1),
        (0, 0),
        (0, 4, True),
    ),
    "mlp_parameter_count": (
        ((3, 4), [], 5),
        ((3, 4), [], 5, False),
        ((2, 3, 4), [5], 6),
        ((2, 3, 4), [5, 7], 6, False),
        ((2, 3, 4), [5, 7, 9], 6, True),
        ((1023, 1021), [199, 97], 7),
        ((4,), [3, 2], 5),
    ),
}
