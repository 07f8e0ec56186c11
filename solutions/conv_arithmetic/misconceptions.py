"""
Known mistakes of Convolution arithmetic, each one an executable wrong solution.

The first line of a docstring says the mistake; the rest is the hint for the student.  Apart from its one
mistake every function is right, so that it answers exactly like a student who made only this one.
"""

import math
import struct


def _span(f, dilation):
    return dilation * (f - 1) + 1


def _pair(size):
    return (size, size) if isinstance(size, int) else tuple(size)


def _spare(n, f, padding, dilation=1):
    spare = n + 2 * padding - _span(f, dilation)
    if spare < 0:
        raise ValueError("the window does not fit")
    return spare


def _size(n, f, stride=1, padding=0, dilation=1):
    return _spare(n, f, padding, dilation) // stride + 1


# Exercise 1: output size of a convolution


def ceil_instead_of_floor(n, f, stride=1, padding=0, dilation=1):
    """
    An incomplete last window is counted.

    The last window must fit completely inside the padded input. Draw 7 pixels and a filter of 2 with
    stride 2.
    """
    return math.ceil(_spare(n, f, padding, dilation) / stride) + 1


def rounds_to_nearest(n, f, stride=1, padding=0, dilation=1):
    """
    The number of windows is rounded to the nearest integer.

    Rounding to the nearest sometimes counts a window that hangs over the edge. Draw 8 pixels and a
    filter of 3 with stride 3.
    """
    return round(_spare(n, f, padding, dilation) / stride) + 1


def negative_quotient_cut(n, f, stride=1, padding=0, dilation=1):
    """
    Whether the filter fits is read off a quotient that was cut towards zero.

    What does `int` make of a negative fraction, and what does `//`? Try a filter that is larger than its
    input by one pixel, with stride 3.
    """
    size = int((n + 2 * padding - _span(f, dilation)) / stride) + 1
    if size <= 0:
        raise ValueError("the window does not fit")
    return size


def missing_plus_one(n, f, stride=1, padding=0, dilation=1):
    """
    The first position is not counted.

    Count the positions of a filter that is exactly as large as its input: there is one. What do you
    get?
    """
    return _spare(n, f, padding, dilation) // stride


def padding_on_one_side(n, f, stride=1, padding=0, dilation=1):
    """
    The padding is added at one end only.

    Padding is added at both ends. How wide are 7 pixels with a padding of 1?
    """
    spare = n + padding - _span(f, dilation)
    if spare < 0:
        raise ValueError("the window does not fit")
    return spare // stride + 1


def padding_ignored(n, f, stride=1, padding=0, dilation=1):
    """
    The padding has no effect.

    Your answer does not depend on the padding. Compare 7 pixels under a filter of 3, with padding 0 and
    1.
    """
    return _size(n, f, stride, 0, dilation)


def plus_one_inside_the_division(n, f, stride=1, padding=0, dilation=1):
    """
    The one for the first position is divided by the stride as well.

    The stride decides how many steps follow the first position; the first position itself needs no
    step. Count the positions for 7 pixels, a filter of 3 and stride 2.
    """
    return (_spare(n, f, padding, dilation) + 1) // stride


def dilation_ignored(n, f, stride=1, padding=0, dilation=1):
    """
    The dilation has no effect.

    A dilated filter covers more pixels than it has values. Draw a filter of 3 with dilation 2: how
    many?
    """
    return _size(n, f, stride, padding)


def span_is_dilation_times_filter(n, f, stride=1, padding=0, dilation=1):
    """
    A dilated filter is taken to be dilation times as long as the filter.

    How far apart are the first and the last value of a dilated filter? Draw 3 values with one free
    pixel between neighbours, and count the pixels from end to end.
    """
    return _size(n, dilation * f, stride, padding)


def two_pixels_more_for_each_dilation(n, f, stride=1, padding=0, dilation=1):
    """
    A dilated filter is taken to be two pixels longer for each step of the dilation, however many values it has.

    The free pixels lie between neighbours. How many pairs of neighbours has a filter of 3, and how many has
    one of 4?
    """
    spare = n + 2 * padding - (f + 2 * (dilation - 1))
    if spare < 0:
        raise ValueError("the window does not fit")
    return spare // stride + 1


def input_divided_by_stride(n, f, stride=1, padding=0, dilation=1):
    """
    The answer is the input size divided by the stride, as if the padding always kept the size.

    Which of the arguments does your answer ignore? Try 7 pixels under a filter of 3 without padding.
    """
    _spare(n, f, padding, dilation)
    return n // stride


def keeps_the_fraction(n, f, stride=1, padding=0, dilation=1):
    """
    The result of the division is returned as it is, with its fraction.

    A size is a whole number of positions, and an int. What becomes of the 2.33 of the slides?
    """
    return _spare(n, f, padding, dilation) / stride + 1


def returns_a_float(n, f, stride=1, padding=0, dilation=1):
    """
    The size is right but a float.

    A size is an int: 5 rather than 5.0. Which operations of Python return a float?
    """
    return float(_size(n, f, stride, padding, dilation))


def too_large_a_filter_accepted(n, f, stride=1, padding=0, dilation=1):
    """
    A filter that does not fit gets an answer of zero or less.

    What should happen when the filter covers more pixels than the padded input has? Try 2 pixels under
    a filter of 3, and read what the handout says about a window that does not fit.
    """
    return (n + 2 * padding - _span(f, dilation)) // stride + 1


def fit_without_the_dilation(n, f, stride=1, padding=0, dilation=1):
    """
    Whether the filter fits is decided without the dilation.

    A dilated filter covers more pixels than it has values. Which of the two numbers do you compare with the
    input? Try 4 pixels under a filter of 3 with dilation 2.
    """
    _spare(n, f, padding)
    return (n + 2 * padding - _span(f, dilation)) // stride + 1


def exact_fit_refused(n, f, stride=1, padding=0, dilation=1):
    """
    A filter that is exactly as large as its padded input is refused.

    Such a filter fits: how many positions has a filter of 3 on 3 pixels? Look at the comparison with which you refuse a filter.
    """
    if not _spare(n, f, padding, dilation):
        raise ValueError("the window does not fit")
    return _size(n, f, stride, padding, dilation)


def truncates_towards_zero(n, f, stride=1, padding=0, dilation=1):
    """
    A filter that hardly misses to fit is given one position, because int() cuts towards zero.

    Look at the sign before you round: what is int(-0.33)? Try 2 pixels under a filter of 3 with stride
    3.
    """
    return int((n + 2 * padding - _span(f, dilation)) / stride) + 1


def refuses_a_remainder(n, f, stride=1, padding=0, dilation=1):
    """
    A stride that leaves a remainder is refused.

    In this course, as in PyTorch, an incomplete last window is dropped: see the handout on 7 pixels, a
    filter of 3 and stride 3.
    """
    spare = _spare(n, f, padding, dilation)
    if spare % stride:
        raise ValueError("the stride does not fit")
    return spare // stride + 1


def second_position_must_fit(n, f, stride=1, padding=0, dilation=1):
    """
    A filter is refused where its second position hangs over the edge.

    How many positions must a filter have for an answer to exist? Draw 4 pixels and a filter of 3 with
    stride 2.
    """
    spare = _spare(n, f, padding, dilation)
    if 0 < spare < stride:
        raise ValueError("the stride does not fit")
    return spare // stride + 1


# Exercise 2: output shape of a convolutional layer


def _by_direction(*sizes):
    return zip(*map(_pair, sizes), strict=True)


def _shape(input_shape, out_channels, kernel_size, stride, padding, dilation, size=_size):
    _, height, width = input_shape
    vertical, horizontal = _by_direction(kernel_size, stride, padding, dilation)
    return out_channels, size(height, *vertical), size(width, *horizontal)


def height_and_width_swapped(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Height and width change places in the answer.

    Every shape here is in the order channels, height, width. Try an image that is much wider than high.
    """
    channels, height, width = _shape(input_shape, out_channels, kernel_size, stride, padding, dilation)
    return channels, width, height


def channels_last(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The channels come last in the answer.

    PyTorch puts the channels first: (K, H, W). Which number of your answer is the number of filters?
    """
    channels, height, width = _shape(input_shape, out_channels, kernel_size, stride, padding, dilation)
    return height, width, channels


def without_channels(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The answer has only a height and a width.

    The output is a volume: how many sheets do 6 filters make?
    """
    return _shape(input_shape, out_channels, kernel_size, stride, padding, dilation)[1:]


def input_channels_kept(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The output is given as many channels as the input has.

    Each filter reaches through all input channels and makes one sheet. How many sheets do 6 filters
    make?
    """
    return _shape(input_shape, input_shape[0], kernel_size, stride, padding, dilation)


def a_sheet_for_each_input_channel(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Every filter is taken to make a sheet for each input channel.

    A filter reaches through all channels of its input. How many numbers does it give at one position of a
    colour image?
    """
    return _shape(input_shape, input_shape[0] * out_channels, kernel_size, stride, padding, dilation)


def pairs_read_as_width_and_height(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Pairs are read as (width, height).

    Pairs are in the same order as the shape: first height, then width. Try a filter of (1, 3) on a
    square image: which side becomes smaller?
    """
    turned = [_pair(size)[::-1] for size in (kernel_size, stride, padding, dilation)]
    return _shape(input_shape, out_channels, *turned)


def first_of_the_pair_for_both(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Only the first entry of each pair is used.

    A pair has one number for the height and one for the width. Try a filter of (1, 3) on a square
    image.
    """
    first = [_pair(size)[0] for size in (kernel_size, stride, padding, dilation)]
    return _shape(input_shape, out_channels, *first)


def larger_of_the_pair_for_both(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The larger entry of each pair is used for both directions.

    A pair has one number for the height and one for the width. Try a filter of (1, 3) on a square
    image.
    """
    larger = [max(_pair(size)) for size in (kernel_size, stride, padding, dilation)]
    return _shape(input_shape, out_channels, *larger)


def smaller_of_the_pair_for_both(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The smaller entry of each pair is used for both directions.

    A pair has one number for the height and one for the width. Try a filter of (1, 3) on a square
    image.
    """
    smaller = [min(_pair(size)) for size in (kernel_size, stride, padding, dilation)]
    return _shape(input_shape, out_channels, *smaller)


def padding_pair_read_as_before_and_after(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    A pair of paddings is read as the zeros before and after, in both directions.

    What do the two numbers of a pair mean in the handout? Try the padding (1, 0) on a square image: which
    sides grow, and by how much?
    """
    channels, height, width = input_shape
    both_ends = sum(_pair(padding))
    padded = (channels, height + both_ends, width + both_ends)
    return _shape(padded, out_channels, kernel_size, stride, 0, dilation)


def pairs_made_by_the_kernel_alone(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Where the kernel is an int, the other sizes are doubled too, also those that are pairs already.

    Each of the four sizes may be an int or a pair, whatever the others are. Which of them do you look at
    before you make pairs? Try a kernel of 3 with the stride (2, 1).
    """
    others = (stride, padding, dilation)
    if isinstance(kernel_size, int) and not all(isinstance(size, int) for size in others):
        raise TypeError("a pair of pairs")
    return _shape(input_shape, out_channels, kernel_size, *others)


def input_taken_to_be_square(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The height of the image is used for its width too.

    Images need not be square. Try one of 10 by 20 pixels.
    """
    channels, height, _ = input_shape
    return _shape((channels, height, height), out_channels, kernel_size, stride, padding, dilation)


def shape_rounds_up(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Incomplete last windows are counted in the shape.

    A window must fit completely. Draw 8 pixels under a filter of 3 with stride 2: how many positions?
    """
    return _shape(input_shape, out_channels, kernel_size, stride, padding, dilation, ceil_instead_of_floor)


def shape_pads_one_side(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The padding is added once per direction.

    Padding is added above and below, left and right. How high is an image of 7 rows with a padding of
    1?
    """
    return _shape(input_shape, out_channels, kernel_size, stride, padding, dilation, padding_on_one_side)


def shape_ignores_dilation(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    The dilation does not reach the shape.

    A dilated filter covers more pixels. Is the dilation handed on to the rule of exercise 1?
    """
    return _shape(input_shape, out_channels, kernel_size, stride, padding, 1)


def shape_adds_two_pixels_for_each_dilation(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    A dilated filter is taken to be two pixels longer for each step of the dilation, however many values it has.

    The free pixels lie between neighbours. How many pairs of neighbours has a row of 3 values, and how many
    has one of 4?
    """
    size = two_pixels_more_for_each_dilation
    return _shape(input_shape, out_channels, kernel_size, stride, padding, dilation, size)


def too_large_a_filter_shaped(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    A filter that does not fit gets a shape with a side of zero or less.

    No image has zero rows. What does the handout ask for when the filter does not fit in one direction?
    """
    size = too_large_a_filter_accepted
    return _shape(input_shape, out_channels, kernel_size, stride, padding, dilation, size)


def exact_fit_shape_refused(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    A filter that is exactly as high or as wide as its padded input is refused.

    Such a filter fits: how many positions has it in that direction? Look at the comparison with which you refuse a filter.
    """
    return _shape(input_shape, out_channels, kernel_size, stride, padding, dilation, exact_fit_refused)


def only_the_height_must_fit(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Only the height is checked for a filter that does not fit.

    The filter has to fit in both directions. Try an image of 9 rows and 2 columns.
    """
    _, height, width = input_shape
    vertical, horizontal = _by_direction(kernel_size, stride, padding, dilation)
    return out_channels, _size(height, *vertical), too_large_a_filter_accepted(width, *horizontal)


# Exercise 3: padding that keeps the size


def even_filter_accepted(f):
    """
    An even filter gets an answer.

    Take your padding for a filter of 2 and apply it to 5 pixels: is the output 5 pixels again?
    """
    return f // 2


def padding_of_both_ends_together(f):
    """
    The padding of both ends is returned in one.

    The padding is what is added at each end. A filter of 3 loses 2 pixels: how many at each end?
    """
    _refuse_even(f)
    return f - 1


def half_rounded_up(f):
    """
    Half of the filter is rounded up.

    Pad 7 pixels with your answer for a filter of 3 and slide it over them: is the output 7 pixels
    again?
    """
    _refuse_even(f)
    return (f + 1) // 2


def padding_as_large_as_the_filter(f):
    """
    The padding is as large as the filter.

    How many pixels does a filter lose that is 1 pixel wide? It needs no padding at all.
    """
    _refuse_even(f)
    return f


def padding_is_a_float(f):
    """
    The padding is right but a float.

    A padding is a whole number of pixels, an int. Which operations of Python return a float?
    """
    _refuse_even(f)
    return (f - 1) / 2


def _refuse_even(f):
    if f % 2 == 0:
        raise ValueError("an even filter")


# Exercise 4: output size of a pooling layer


def _pool(n, f, stride, padding, size=_size):
    if 2 * padding > f:
        raise ValueError("too much padding")
    return size(n, f, f if stride is None else stride, padding)


def pool_rounds_up(n, f, stride=None, padding=0):
    """
    An incomplete last pooling window is counted.

    The last window must fit completely. Draw 7 pixels and windows of 2, side by side.
    """
    return _pool(n, f, stride, padding, ceil_instead_of_floor)


def pool_moves_by_one(n, f, stride=None, padding=0):
    """
    Without a stride the pooling window moves by 1.

    Pooling windows lie side by side unless a stride is given. How far do you go from one to the next?
    """
    return _pool(n, f, 1 if stride is None else stride, padding)


def pool_moves_by_two(n, f, stride=None, padding=0):
    """
    Without a stride the pooling window moves by 2, whatever its size.

    Pooling windows lie side by side unless a stride is given. Try 9 pixels and a window of 3.
    """
    return _pool(n, f, 2 if stride is None else stride, padding)


def pool_ignores_the_stride(n, f, stride=None, padding=0):
    """
    The pooling window always moves by its own size.

    Windows may overlap when a stride is given. Draw 7 pixels, a window of 3 and stride 2.
    """
    return _pool(n, f, None, padding)


def pool_misses_plus_one(n, f, stride=None, padding=0):
    """
    The first pooling window is not counted.

    A window that is exactly as large as its input has one position. What do you get for 7 pixels and a
    window of 7?
    """
    return _pool(n, f, stride, padding, missing_plus_one)


def pool_pads_one_side(n, f, stride=None, padding=0):
    """
    The padding of the pooling is added at one end only.

    Padding is added at both ends. Draw 4 pixels, a padding of 1 and windows of 2.
    """
    return _pool(n, f, stride, padding, padding_on_one_side)


def pool_ignores_padding(n, f, stride=None, padding=0):
    """
    The padding of the pooling has no effect.

    Compare 4 pixels and windows of 2, with padding 0 and with padding 1.
    """
    return _pool(n, f, stride, padding, padding_ignored)


def pool_divides_only(n, f, stride=None, padding=0):
    """
    The input is divided by the stride, whatever the window.

    That is right only for windows side by side without padding. Draw 7 pixels, a window of 3 and stride
    2.
    """
    _pool(n, f, stride, padding)
    return n // (f if stride is None else stride)


def pool_accepts_any_padding(n, f, stride=None, padding=0):
    """
    A padding of more than half the window is accepted.

    A window of 2 with a padding of 2 starts on nothing but padding. Which paddings does the handout
    allow?
    """
    return _size(n, f, f if stride is None else stride, padding)


def pool_accepts_a_large_window(n, f, stride=None, padding=0):
    """
    A pooling window that does not fit gets an answer of zero or less.

    How many windows of 3 are there in 2 pixels? Read what the handout says about a window that does not
    fit.
    """
    return _pool(n, f, stride, padding, too_large_a_filter_accepted)


def pool_refuses_an_exact_fit(n, f, stride=None, padding=0):
    """
    A window that is exactly as large as its padded input is refused.

    Such a window fits: how many positions has a window of 3 on 3 pixels? Look at the comparison with which you refuse a window.
    """
    return _pool(n, f, stride, padding, exact_fit_refused)


def pool_returns_a_float(n, f, stride=None, padding=0):
    """
    The pooled size is right but a float.

    A size is an int: 14 rather than 14.0. Which operations of Python return a float?
    """
    return _pool(n, f, stride, padding, returns_a_float)


# Exercise 5: parameters of a convolutional layer


def _weights(in_channels, out_channels, kernel_size, groups=1):
    height, width = _pair(kernel_size)
    return out_channels * (in_channels // groups) * height * width


def bias_forgotten(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The biases are not counted.

    What is added to the dot product at each position? Count one 5 x 5 filter on a colour image.
    """
    return _weights(in_channels, out_channels, kernel_size, groups)


def bias_always_counted(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The biases are counted even when there are none.

    A layer can be built without biases. Count the slides' filters of 2 x 2 and 4 x 4: together they
    have 20.
    """
    return _weights(in_channels, out_channels, kernel_size, groups) + out_channels


def bias_is_off_by_default(in_channels, out_channels, kernel_size, bias=False, groups=1):
    """
    A layer has no biases unless one asks for them.

    What is the default of `bias` in the handout? Count one 5 x 5 filter on a colour image, with its
    bias.
    """
    return _weights(in_channels, out_channels, kernel_size, groups) + (out_channels if bias else 0)


def input_channels_ignored(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    A filter is taken to have one channel.

    A filter reaches through all the channels it sees. How many numbers has a 5 x 5 filter on a colour
    image?
    """
    height, width = _pair(kernel_size)
    return out_channels * height * width + (out_channels if bias else 0)


def bias_per_input_channel(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    There is a bias for each input channel.

    How many results does the layer compute at one position, and what is a bias added to?
    """
    return _weights(in_channels, out_channels, kernel_size, groups) + (in_channels if bias else 0)


def one_bias_per_layer(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The whole layer has a single bias.

    Do the filters share a bias? Count a layer of two 1 x 1 filters on a grey image by hand.
    """
    return _weights(in_channels, out_channels, kernel_size, groups) + (1 if bias else 0)


def bias_per_channel_pair(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    There is a bias for every pair of an input and an output channel.

    The products of all channels are summed before the bias is added. How often is it added for one
    filter?
    """
    biases = out_channels * (in_channels // groups) if bias else 0
    return _weights(in_channels, out_channels, kernel_size, groups) + biases


def square_of_the_height(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The filter's width is taken to be its height.

    A filter need not be square. How many numbers has one of height 1 and width 3?
    """
    height, _ = _pair(kernel_size)
    return _weights(in_channels, out_channels, height, groups) + (out_channels if bias else 0)


def height_plus_width(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The filter's height and width are added.

    A filter has a number for each of its cells. Draw one of height 2 and width 3 and count them.
    """
    cells = sum(_pair(kernel_size))
    return out_channels * (in_channels // groups) * cells + (out_channels if bias else 0)


def groups_ignored(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The groups have no effect.

    With groups a filter sees only some of the input channels. How many, for 6 channels in 2 groups?
    """
    return _weights(in_channels, out_channels, kernel_size) + (out_channels if bias else 0)


def groups_divide_the_filters_too(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The groups reduce the number of filters as well.

    Groups share out the filters, they do not remove any. How many filters has a layer with 6 output
    channels?
    """
    weights = _weights(in_channels, out_channels // groups, kernel_size, groups)
    return weights + (out_channels if bias else 0)


def one_bias_per_group(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    In a layer with groups, the filters of a group share a bias.

    To what is a bias added? Count a layer of 4 filters of 1 x 1 in 2 groups by hand, filter by filter.
    """
    biases = out_channels if groups == 1 else groups
    return _weights(in_channels, out_channels, kernel_size, groups) + (biases if bias else 0)


def counted_in_float32(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The count is made with numbers of 32 bits that have a decimal point.

    Large counts come out rounded: your answer is near the right one. Of which type are the numbers that you
    count with, and up to where does it hold every whole number?
    """
    weights = _weights(in_channels, out_channels, kernel_size, groups)
    return int(_float32(_float32(weights) + (out_channels if bias else 0)))


def _float32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def groups_divide_the_biases_too(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The whole count is divided by the groups, with its biases.

    What do the filters of a group see less of? Count the weights and the biases of 4 filters of 1 x 1 in 2
    groups, each for themselves.
    """
    return (_weights(in_channels, out_channels, kernel_size) + (out_channels if bias else 0)) // groups


def groups_multiply(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """
    The weights are multiplied by the groups.

    Does a filter see more or fewer channels when the channels are split into groups?
    """
    return _weights(in_channels, out_channels, kernel_size) * groups + (out_channels if bias else 0)


# Exercise 6: parameters of a fully connected layer


def linear_bias_forgotten(in_features, out_features, bias=True):
    """
    The biases of the units are not counted.

    What does a unit add to its weighted sum? Count a layer of 2 inputs and 1 unit by hand.
    """
    return in_features * out_features


def linear_bias_always_counted(in_features, out_features, bias=True):
    """
    The biases of the units are counted even when there are none.

    A layer can be built without biases. Then only one number per connection is left.
    """
    return in_features * out_features + out_features


def linear_bias_is_off_by_default(in_features, out_features, bias=False):
    """
    A fully connected layer has no biases unless one asks for them.

    What is the default of `bias` in the handout?
    """
    return in_features * out_features + (out_features if bias else 0)


def linear_bias_per_input(in_features, out_features, bias=True):
    """
    There is a bias for each input.

    Is a bias added to an input or to a weighted sum? Draw 3 inputs and 2 units.
    """
    return in_features * out_features + (in_features if bias else 0)


def linear_one_bias(in_features, out_features, bias=True):
    """
    The whole layer has a single bias.

    Do the units share a bias? Draw 3 inputs and 2 units.
    """
    return in_features * out_features + (1 if bias else 0)


def linear_counted_in_float32(in_features, out_features, bias=True):
    """
    The count is made with numbers of 32 bits that have a decimal point.

    Large counts come out rounded: your answer is near the right one. Of which type are the numbers that you
    count with, and up to where does it hold every whole number?
    """
    return int(_float32(_float32(in_features * out_features) + (out_features if bias else 0)))


def inputs_plus_units(in_features, out_features, bias=True):
    """
    Inputs and units are added instead of joined.

    Every unit is connected with every input. Draw 3 inputs and 2 units and count the lines.
    """
    return in_features + out_features + (out_features if bias else 0)


MISCONCEPTIONS = {
    "conv2d_output_size": (
        ceil_instead_of_floor,
        rounds_to_nearest,
        negative_quotient_cut,
        missing_plus_one,
        padding_on_one_side,
        padding_ignored,
        plus_one_inside_the_division,
        dilation_ignored,
        span_is_dilation_times_filter,
        two_pixels_more_for_each_dilation,
        input_divided_by_stride,
        keeps_the_fraction,
        returns_a_float,
        too_large_a_filter_accepted,
        fit_without_the_dilation,
        exact_fit_refused,
        truncates_towards_zero,
        refuses_a_remainder,
        second_position_must_fit,
    ),
    "conv2d_output_shape": (
        height_and_width_swapped,
        channels_last,
        without_channels,
        input_channels_kept,
        a_sheet_for_each_input_channel,
        pairs_read_as_width_and_height,
        first_of_the_pair_for_both,
        larger_of_the_pair_for_both,
        smaller_of_the_pair_for_both,
        padding_pair_read_as_before_and_after,
        pairs_made_by_the_kernel_alone,
        input_taken_to_be_square,
        shape_rounds_up,
        shape_pads_one_side,
        shape_ignores_dilation,
        shape_adds_two_pixels_for_each_dilation,
        too_large_a_filter_shaped,
        exact_fit_shape_refused,
        only_the_height_must_fit,
    ),
    "same_padding": (
        even_filter_accepted,
        padding_of_both_ends_together,
        half_rounded_up,
        padding_as_large_as_the_filter,
        padding_is_a_float,
    ),
    "pool2d_output_size": (
        pool_rounds_up,
        pool_moves_by_one,
        pool_moves_by_two,
        pool_ignores_the_stride,
        pool_misses_plus_one,
        pool_pads_one_side,
        pool_ignores_padding,
        pool_divides_only,
        pool_accepts_any_padding,
        pool_accepts_a_large_window,
        pool_refuses_an_exact_fit,
        pool_returns_a_float,
    ),
    "conv2d_parameter_count": (
        bias_forgotten,
        bias_always_counted,
        bias_is_off_by_default,
        input_channels_ignored,
        bias_per_input_channel,
        one_bias_per_layer,
        bias_per_channel_pair,
        square_of_the_height,
        height_plus_width,
        groups_ignored,
        groups_divide_the_filters_too,
        groups_divide_the_biases_too,
        groups_multiply,
        one_bias_per_group,
        counted_in_float32,
    ),
    "linear_parameter_count": (
        linear_bias_forgotten,
        linear_bias_always_counted,
        linear_bias_is_off_by_default,
        linear_bias_per_input,
        linear_one_bias,
        linear_counted_in_float32,
        inputs_plus_units,
    ),
}

PROBES = {
    "conv2d_output_size": (
        (7, 3),
        (7, 3, 3),  # a remainder of 1/3
        (8, 3, 3),  # a remainder of 2/3
        (7, 3, 2, 1),
        (9, 3, 1, 2, 2),
        (12, 4, 1, 0, 3),  # a dilated filter that has not 3 values
        (3, 3),  # fits exactly
        (2, 3),  # does not fit
        (2, 3, 3),  # does not fit, by less than a stride
        (4, 3, 1, 0, 2),  # does not fit, for its dilation
    ),
    "conv2d_output_shape": (
        ((3, 10, 21), 4, (3, 5), (1, 2), (1, 0)),
        ((3, 12, 9), 4, 3, 2, 1, (1, 2)),
        ((2, 2, 9), 4, 3),
        ((2, 9, 2), 4, 3),
        ((2, 9, 3), 4, 3),  # fits exactly
        ((2, 9, 9), 4, (3, 2)),  # a pair alone, which an int kernel is not
    ),
    "same_padding": ((2,), (3,), (5,)),
    "pool2d_output_size": (
        (7, 2),
        (9, 3),
        (7, 3, 2),
        (8, 3, 2, 1),
        (8, 4, 1, 2),
        (8, 2, None, 2),  # too much padding
        (3, 3),  # fits exactly
        (2, 3),  # does not fit
    ),
    "conv2d_parameter_count": (
        (3, 5, (2, 4)),
        (3, 5, (2, 4), False),
        (4, 6, 3, True, 2),
        (1023, 1971, 5, False, 3),  # more than 24 bits
    ),
    "linear_parameter_count": ((3, 5), (3, 5, True), (3, 5, False), (12_345, 6_789)),
}
