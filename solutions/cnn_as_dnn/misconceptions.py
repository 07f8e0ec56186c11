"""
Known mistakes of A CNN is a special case of a DNN, each one an executable wrong solution.

The first line of a docstring says the mistake; the rest is the hint for the student.  Apart from its one mistake each function is
right, so that it answers like a student who made only this one.  They all go through `_seen`, which says what each weight sees.
"""

import math

import torch

# Exercise 1: windows as columns


def windows_are_rows(image, kernel_size, stride=1, padding=0):
    """
    Windows are rows of the matrix.

    Write down the first window of the handout's example: does it go down a column of your matrix, or along a row?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding)).T


def windows_column_by_column(image, kernel_size, stride=1, padding=0):
    """
    Each window is written down column by column.

    In which order does `flatten()` go through a window of 2 x 3? Which of its two sides changes fastest?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding).transpose(1, 2))


def positions_from_top_to_bottom(image, kernel_size, stride=1, padding=0):
    """
    The second position is the one below the first.

    In which direction does one read a page? Which of your two loops over positions is the inner one?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding).transpose(3, 4))


def channels_change_fastest(image, kernel_size, stride=1, padding=0):
    """
    The channels of one pixel stand below each other, before the next pixel of the window.

    Look at the handout's example with two channels: which number follows the 1 in the first column?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding).permute(1, 2, 0, 3, 4))


def windows_are_mirrored(image, kernel_size, stride=1, padding=0):
    """
    The numbers of each window are in reverse order.

    Which pixel of the window comes first in the handout's columns: the upper left or the lower right one?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding).flip(1, 2))


def a_row_for_each_channel(image, kernel_size, stride=1, padding=0):
    """
    There is a matrix for each channel, side by side.

    How many numbers does a filter multiply at one position of an image with three channels?
    """
    seen = _seen(image.shape, kernel_size, stride, padding)
    return torch.cat([_columns(image, seen[channel : channel + 1]) for channel in range(len(seen))], dim=1)


def first_channel_alone(image, kernel_size, stride=1, padding=0):
    """
    Only the first channel is in the columns.

    Through how many channels does a filter reach?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding)[:1])


def stride_is_ignored(image, kernel_size, stride=1, padding=0):
    """
    The window always moves by one pixel.

    Which of the arguments does your answer not depend on?
    """
    return _columns(image, _seen(image.shape, kernel_size, 1, padding))


def stride_to_the_right_alone(image, kernel_size, stride=1, padding=0):
    """
    The window moves down by one pixel, whatever the stride is.

    Draw 5 x 5 pixels, a window of 1 x 1 and stride 2. In how many rows does it stand?
    """
    return _columns(image, _seen(image.shape, kernel_size, (1, stride), padding))


def padding_is_ignored(image, kernel_size, stride=1, padding=0):
    """
    No zeros are put around the image.

    Which of the arguments does your answer not depend on?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, 0))


def padding_at_the_end_alone(image, kernel_size, stride=1, padding=0):
    """
    Zeros are put below and to the right alone.

    At how many sides of an image does padding add zeros? What does the very first window see?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, 0, after=padding))


def padding_at_the_beginning_alone(image, kernel_size, stride=1, padding=0):
    """
    Zeros are put above and to the left alone.

    At how many sides of an image does padding add zeros? What does the very last window see?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding, after=0))


def width_before_height(image, kernel_size, stride=1, padding=0):
    """
    The pair of the window is read as (width, height).

    Which of the two numbers of `kernel_size` is the height?
    """
    return _columns(image, _seen(image.shape, kernel_size[::-1], stride, padding))


def last_position_is_left_out(image, kernel_size, stride=1, padding=0):
    """
    The last row and the last column of positions are missing.

    A window of 3 on 3 pixels: how many positions are there? Where does your loop end?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding)[..., :-1, :-1])


def windows_may_hang_over(image, kernel_size, stride=1, padding=0):
    """
    A window that hangs over the end is a column too.

    7 pixels, a window of 3, stride 3: does a third window lie on pixels alone?
    """
    return _columns(image, _seen(image.shape, kernel_size, stride, padding, rounds=math.ceil))


def too_large_a_window_has_no_columns(image, kernel_size, stride=1, padding=0):
    """
    A window that does not fit gives a matrix without columns.

    How can who calls your function tell this from an answer? What does the handout ask for?
    """
    high, wide = _positions(image.shape, kernel_size, stride, padding)
    if high < 1 or wide < 1:
        return image.new_zeros(image.shape[0] * kernel_size[0] * kernel_size[1], 0)
    return _columns(image, _seen(image.shape, kernel_size, stride, padding))


def exact_fit_is_refused(image, kernel_size, stride=1, padding=0):
    """
    A window that is as large as the padded image is refused.

    On how many positions does a window of 3 lie in 3 pixels?
    """
    rows, columns = image.shape[1] + 2 * padding, image.shape[2] + 2 * padding
    if kernel_size[0] >= rows or kernel_size[1] >= columns:
        raise ValueError("refused")
    return _columns(image, _seen(image.shape, kernel_size, stride, padding))


def fit_is_asked_without_padding(image, kernel_size, stride=1, padding=0):
    """
    A window that is larger than the image without its padding is refused.

    Does a window of 3 fit into one pixel with padding 1? Draw it.
    """
    if kernel_size[0] > image.shape[1] or kernel_size[1] > image.shape[2]:
        raise ValueError("refused")
    return _columns(image, _seen(image.shape, kernel_size, stride, padding))


def window_refused_by_another_exception(image, kernel_size, stride=1, padding=0):
    """
    What must be refused raises another exception than the handout asks for.

    Which exception should it be? An `assert`, an index that is out of range and torch itself raise others.
    """
    try:
        return _columns(image, _seen(image.shape, kernel_size, stride, padding))
    except ValueError as error:
        raise RuntimeError(str(error)) from None


def positions_are_not_moved_by_the_stride(image, kernel_size, stride=1, padding=0):
    """
    There are as many positions as the stride allows, but neighbours are one pixel apart.

    Where does the second window begin if the stride is 2? Which of your lines says so?
    """
    return _columns(image, _crowded(image.shape, kernel_size, stride, padding))


def rows_are_not_moved_by_the_stride(image, kernel_size, stride=1, padding=0):
    """
    There are as many positions as the stride allows, but those below each other are one pixel apart.

    Where does the first window of the second row begin if the stride is 2?
    """
    return _columns(image, _crowded(image.shape, kernel_size, stride, padding, across=stride))


def one_is_added_before_the_division(image, kernel_size, stride=1, padding=0):
    """
    The 1 of the first position is divided by the stride as well.

    5 pixels, a window of 3, stride 2: where does it stand? What does your formula give?
    """
    seen = _seen(image.shape, kernel_size, stride, padding)
    high, wide = _too_few(image.shape, kernel_size, stride, padding)
    return _columns(image, seen[..., :high, :wide])


def windows_see_the_far_side(image, kernel_size, stride=1, padding=0):
    """
    A window that hangs over the upper or left edge sees pixels of the other end of the image.

    Which pixel is `image[0, -1, 0]` in Python? Which numbers lie on the padding?
    """
    return _columns(image, _from_the_end(image.shape, kernel_size, stride, padding))


def each_window_starts_one_pixel_on(image, kernel_size, stride=1, padding=0):
    """
    Only the first line of windows is right: each window starts one pixel after the window before.

    A window of 2 x 2 on 3 x 3 pixels stands at the end of the first line. At which pixel does the next window start?
    """
    return _columns(image, _one_pixel_on(image.shape, kernel_size, stride, padding))


# Exercise 2: a convolution as one matrix product


def filters_are_turned(image, filters, bias=None, stride=1, padding=0):
    """
    The filters are turned by half a turn before they are used.

    The handout's first output is 1 * 1 + 0 * 0 + 0 * 0 + 1 * 1. Which weight of a filter meets the upper left pixel?
    """
    return _maps(image, filters.flip(2, 3), bias, stride, padding)


def filters_column_by_column(image, filters, bias=None, stride=1, padding=0):
    """
    The weights of a filter meet the pixels of the window in another order.

    Rows of the filter belong to rows of the image. In which order does each of your two matrices go through a window?
    """
    seen = _seen(image.shape, filters.shape[2:], stride, padding)
    maps = filters.transpose(2, 3).reshape(len(filters), -1) @ _columns(image, seen)
    return _with_bias(maps, bias).reshape(len(filters), *seen.shape[3:])


def bias_is_forgotten(image, filters, bias=None, stride=1, padding=0):
    """
    The biases are not added.

    Which of the arguments does your answer not depend on?
    """
    return _maps(image, filters, None, stride, padding)


def bias_is_added_to_each_product(image, filters, bias=None, stride=1, padding=0):
    """
    The bias is added once for each weight of a filter.

    A filter of 2 x 2 whose weights are all 0, with bias 1: what is its output?
    """
    times = filters[0].numel()
    return _maps(image, filters, None if bias is None else times * bias, stride, padding)


def first_bias_for_all(image, filters, bias=None, stride=1, padding=0):
    """
    All filters have the bias of the first one.

    How many biases are there, and to which outputs is each of them added?
    """
    return _maps(image, filters, None if bias is None else bias[:1].expand(len(filters)), stride, padding)


def bias_is_subtracted(image, filters, bias=None, stride=1, padding=0):
    """
    The bias is subtracted.

    A filter whose weights are all 0, with bias 1: what is its output?
    """
    return _maps(image, filters, None if bias is None else -bias, stride, padding)


def maps_are_left_flat(image, filters, bias=None, stride=1, padding=0):
    """
    The maps are rows of numbers, without height and width.

    Which shape has a product of matrices, and which shape does the handout ask for?
    """
    return _maps(image, filters, bias, stride, padding).flatten(1)


def maps_have_the_axis_of_an_image_in_front(image, filters, bias=None, stride=1, padding=0):
    """
    The maps are those of a batch of one image.

    How many axes have the maps that the handout asks for?
    """
    return _maps(image, filters, bias, stride, padding)[None]


def maps_are_laid_on_their_side(image, filters, bias=None, stride=1, padding=0):
    """
    The outputs are put into maps that are as high as they should be wide.

    An image of 3 x 9 pixels and filters of 1 x 1: how high is the map?
    """
    maps = _maps(image, filters, bias, stride, padding)
    return maps.reshape(len(filters), maps.shape[2], maps.shape[1])


def maps_are_transposed(image, filters, bias=None, stride=1, padding=0):
    """
    Rows and columns of the maps are exchanged.

    An image of 3 x 9 pixels and filters of 1 x 1: how high is the map?
    """
    return _maps(image, filters, bias, stride, padding).transpose(1, 2)


def maps_of_filters_last(image, filters, bias=None, stride=1, padding=0):
    """
    The axis of the filters is the last one.

    In which order does the handout name the axes of feature maps?
    """
    return _maps(image, filters, bias, stride, padding).permute(1, 2, 0)


def maps_of_filters_are_mixed(image, filters, bias=None, stride=1, padding=0):
    """
    Outputs of different filters are put into one map.

    What is a row of your product: one filter at all positions, or all filters at one position? `reshape` does not exchange axes.
    """
    maps = _maps(image, filters, bias, stride, padding)
    return maps.flatten(1).T.reshape(maps.shape)


def convolution_ignores_stride(image, filters, bias=None, stride=1, padding=0):
    """
    The filters always move by one pixel.

    Which of the arguments does your answer not depend on?
    """
    return _maps(image, filters, bias, 1, padding)


def convolution_ignores_padding(image, filters, bias=None, stride=1, padding=0):
    """
    No zeros are put around the image.

    Which of the arguments does your answer not depend on?
    """
    return _maps(image, filters, bias, stride, 0)


def stride_and_padding_are_exchanged(image, filters, bias=None, stride=1, padding=0):
    """
    The padding is used as stride, and the stride as padding.

    In which order does the function that you call take its arguments?
    """
    return _maps(image, filters, bias, max(1, padding), stride)


def convolution_sees_the_first_channel(image, filters, bias=None, stride=1, padding=0):
    """
    The filters see the first channel alone.

    Through how many channels does a filter reach?
    """
    return _maps(image[:1], filters[:, :1], bias, stride, padding)


def channels_are_averaged(image, filters, bias=None, stride=1, padding=0):
    """
    The outputs are averages over the channels.

    "Element-wise product, then sum": over what is the sum?
    """
    return _with_bias(_maps(image, filters, None, stride, padding) / len(image), bias)


def missing_channels_are_repeated(image, filters, bias=None, stride=1, padding=0):
    """
    Filters of one channel are used for every channel of the image.

    Which filters does the handout want refused? Where broadcasting repeats an axis of length 1, nothing complains.
    """
    if filters.shape[1] != 1 and len(image) != 1 and filters.shape[1] != len(image):
        raise ValueError("refused")
    channels = max(filters.shape[1], len(image))
    image, filters = image.expand(channels, -1, -1), filters.expand(-1, channels, -1, -1)
    return _maps(image, filters, bias, stride, padding)


def filters_refused_by_another_exception(image, filters, bias=None, stride=1, padding=0):
    """
    What must be refused raises another exception than the handout asks for.

    Which exception should it be? An `assert`, an index that is out of range and torch itself raise others.
    """
    try:
        return _maps(image, filters, bias, stride, padding)
    except ValueError as error:
        raise RuntimeError(str(error)) from None


def filters_are_not_moved_by_the_stride(image, filters, bias=None, stride=1, padding=0):
    """
    There are as many outputs as the stride allows, but neighbours see windows that are one pixel apart.

    Which window belongs to the second output if the stride is 2?
    """
    return _maps(image, filters, bias, stride, padding, _crowded(image.shape, filters.shape[2:], stride, padding))


def filters_move_down_by_one(image, filters, bias=None, stride=1, padding=0):
    """
    There are as many outputs as the stride allows, but those below each other see windows that are one pixel apart.

    Which window belongs to the first output of the second row if the stride is 2?
    """
    seen = _crowded(image.shape, filters.shape[2:], stride, padding, across=stride)
    return _maps(image, filters, bias, stride, padding, seen)


def maps_have_one_added_before_the_division(image, filters, bias=None, stride=1, padding=0):
    """
    The 1 of the first position is divided by the stride as well.

    5 pixels, a filter of 3, stride 2: how many outputs are there? What does your formula give?
    """
    high, wide = _too_few(image.shape, filters.shape[2:], stride, padding)
    return _maps(image, filters, bias, stride, padding)[:, :high, :wide]


def filters_see_the_far_side(image, filters, bias=None, stride=1, padding=0):
    """
    A filter that hangs over the upper or left edge sees pixels of the other end of the image.

    Which pixel is `image[0, -1, 0]` in Python? Which numbers lie on the padding?
    """
    return _maps(image, filters, bias, stride, padding, _from_the_end(image.shape, filters.shape[2:], stride, padding))


# Exercise 3: a convolution as a fully connected layer


def matrix_is_transposed(filters, image_shape, stride=1, padding=0):
    """
    The matrix has a row for each pixel.

    In `M @ image.flatten()`, how many columns must M have?
    """
    return _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, padding)).T


def filters_of_the_matrix_are_turned(filters, image_shape, stride=1, padding=0):
    """
    The weights of a filter stand in the rows in reverse order.

    Which weight of the filter meets the upper left pixel of a window? In which column does it stand?
    """
    return _matrix(filters.flip(2, 3), image_shape, _seen_by(filters, image_shape, stride, padding))


def filters_of_the_matrix_column_by_column(filters, image_shape, stride=1, padding=0):
    """
    The weights of a filter are put on the pixels of the window in another order.

    Draw a filter of 2 x 3 on an image, and number both row by row. Which weight lies on which pixel?
    """
    turned = filters.transpose(2, 3).reshape(filters.shape)
    return _matrix(turned, image_shape, _seen_by(filters, image_shape, stride, padding))


def padding_has_columns(filters, image_shape, stride=1, padding=0):
    """
    The matrix has columns for the padding.

    How many numbers has `image.flatten()`? Is padding among them?
    """
    channels, height, width = image_shape
    padded = channels, height + 2 * padding, width + 2 * padding
    return _matrix(filters, padded, _seen_by(filters, padded, stride, 0))


def hanging_weights_wrap_around(filters, image_shape, stride=1, padding=0):
    """
    Weights that lie on the padding stand on pixels of the next or the last row.

    Pixel 4 of an image of 3 x 3 comes after pixel 3, but where does it lie? Which weights must be left out?
    """
    return _matrix(filters, image_shape, _wrapped(filters, image_shape, stride, padding))


def rows_of_filters_alternate(filters, image_shape, stride=1, padding=0):
    """
    The rows of all filters at one position follow each other.

    In which order does `maps.flatten()` go through maps of the shape (K, H', W')?
    """
    matrix = _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, padding))
    return matrix.reshape(len(filters), -1, matrix.shape[1]).transpose(0, 1).reshape(matrix.shape)


def columns_of_channels_alternate(filters, image_shape, stride=1, padding=0):
    """
    The columns of all channels at one pixel follow each other.

    In which order does `image.flatten()` go through an image of the shape (C, H, W)?
    """
    matrix = _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, padding))
    return matrix.reshape(len(matrix), image_shape[0], -1).transpose(1, 2).reshape(matrix.shape)


def rows_from_top_to_bottom(filters, image_shape, stride=1, padding=0):
    """
    The second row is that of the position below the first.

    In which order does `maps.flatten()` go through a map? Which of your two loops over positions is the inner one?
    """
    return _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, padding).transpose(3, 4))


def matrix_ignores_stride(filters, image_shape, stride=1, padding=0):
    """
    The filter moves by one pixel from row to row.

    Which of the arguments does your answer not depend on?
    """
    return _matrix(filters, image_shape, _seen_by(filters, image_shape, 1, padding))


def matrix_ignores_padding(filters, image_shape, stride=1, padding=0):
    """
    There are no rows for the positions at which a filter hangs over the edge.

    Which of the arguments does your answer not depend on?
    """
    return _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, 0))


def matrix_sees_the_first_channel(filters, image_shape, stride=1, padding=0):
    """
    The matrix has weights for the first channel alone.

    Which pixels does an output of a filter with three channels see?
    """
    matrix = _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, padding))
    matrix[:, image_shape[1] * image_shape[2] :] = 0
    return matrix


def channels_of_the_matrix_share(filters, image_shape, stride=1, padding=0):
    """
    All channels have the weights of a filter's first channel.

    How many weights does a filter of 2 x 2 have that reaches through three channels?
    """
    first = filters[:, :1].expand(filters.shape)
    return _matrix(first, image_shape, _seen_by(filters, image_shape, stride, padding))


def one_filter_for_all_rows(filters, image_shape, stride=1, padding=0):
    """
    The rows of all filters have the weights of the first one.

    To which filter does each block of rows belong?
    """
    first = filters[:1].expand(filters.shape)
    return _matrix(first, image_shape, _seen_by(filters, image_shape, stride, padding))


def matrix_refused_by_another_exception(filters, image_shape, stride=1, padding=0):
    """
    What must be refused raises another exception than the handout asks for.

    Which exception should it be? An `assert`, an index that is out of range and torch itself raise others.
    """
    try:
        return _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, padding))
    except ValueError as error:
        raise RuntimeError(str(error)) from None


def matrix_is_not_moved_by_the_stride(filters, image_shape, stride=1, padding=0):
    """
    There are as many rows as the stride allows, but from one to the next the filter moves by one pixel.

    Which pixels does the second output see if the stride is 2?
    """
    _seen_by(filters, image_shape, stride, padding)  # refuses
    return _matrix(filters, image_shape, _crowded(image_shape, filters.shape[2:], stride, padding))


def pixels_are_numbered_down_columns(filters, image_shape, stride=1, padding=0):
    """
    The pixels of a channel are numbered from top to bottom, then from left to right.

    Which column belongs to the pixel below the first one: in which order does `image.flatten()` go?
    """
    seen = _seen_by(filters, image_shape, stride, padding)
    return _matrix(filters, image_shape, _down_columns(seen, image_shape))


def matrix_has_one_added_before_the_division(filters, image_shape, stride=1, padding=0):
    """
    The 1 of the first position is divided by the stride as well.

    5 pixels, a filter of 3, stride 2: how many rows has the matrix? What does your formula give?
    """
    high, wide = _too_few(image_shape, filters.shape[2:], stride, padding)
    return _matrix(filters, image_shape, _seen_by(filters, image_shape, stride, padding)[..., :high, :wide])


def hanging_weights_count_from_the_end(filters, image_shape, stride=1, padding=0):
    """
    A weight above or to the left of the image stands on a pixel at its other end.

    What does Python do with a row or a column of -1? Which weights must be left out?
    """
    _seen_by(filters, image_shape, stride, padding)  # refuses
    return _assigned(filters, image_shape, _from_the_end(image_shape, filters.shape[2:], stride, padding))


def negative_pixels_count_from_the_end(filters, image_shape, stride=1, padding=0):
    """
    A weight whose pixel would have a negative number stands in one of the last columns.

    What does Python do with a column of -1? Which weights must be left out, and on which sides of the image do they lie?
    """
    _seen_by(filters, image_shape, stride, padding)  # refuses
    return _assigned(filters, image_shape, _numbered_from_the_end(image_shape, filters.shape[2:], stride, padding))


def each_row_moves_on_by_one(filters, image_shape, stride=1, padding=0):
    """
    Only the first line of outputs is right: each row of the matrix is the row before, moved on by one column.

    In the handout's matrix, by how many columns does the filter move from output 2 to output 3? Why?
    """
    _seen_by(filters, image_shape, stride, padding)  # refuses
    return _matrix(filters, image_shape, _one_pixel_on(image_shape, filters.shape[2:], stride, padding))


# Exercise 4: free weights and zeros


def free_weights_of_all_positions(image_shape, filter_sizes):
    """
    A filter's weights are counted at each of its positions.

    Does a filter learn another number at another position? What does the lecture mean by sharing?
    """
    return sum(_count_of_positions(image_shape, size) * _one_filter(image_shape, size) for size in filter_sizes)


def free_weights_ignore_channels(image_shape, filter_sizes):
    """
    A filter is counted as if it had one channel.

    Through how many channels does a filter reach? What does that mean for its weights?
    """
    return sum(math.prod(size) for size in filter_sizes)


def free_weights_and_biases(image_shape, filter_sizes):
    """
    A bias is counted for each filter.

    The lecture counts 4 for a filter of 2 x 2. What is among them?
    """
    return sum(_one_filter(image_shape, size) + 1 for size in filter_sizes)


def filters_taken_to_be_square(image_shape, filter_sizes):
    """
    Filters are taken to be as wide as they are high.

    Count a filter of 2 x 3 by hand.
    """
    return sum(image_shape[0] * rows * rows for rows, _columns_of_it in filter_sizes)


def filters_of_one_size_counted_once(image_shape, filter_sizes):
    """
    Filters of the same size are counted as one.

    Do two filters of 2 x 2 learn the same numbers?
    """
    return sum(_one_filter(image_shape, size) for size in set(filter_sizes))


def last_filter_alone(image_shape, filter_sizes):
    """
    Only one of the filters is counted.

    What does your loop do with the count of the filter before? Try the lecture's two filters.
    """
    return _one_filter(image_shape, filter_sizes[-1])


def dense_weights_and_biases(image_shape, filter_sizes, stride=1, padding=0):
    """
    A bias is counted for each output.

    The lecture's 360 is (5*4)*(4*3+3*2). What is joined with what?
    """
    outputs = _outputs(image_shape, filter_sizes, stride, padding)
    return (math.prod(image_shape) + 1) * outputs


def dense_weights_ignore_channels(image_shape, filter_sizes, stride=1, padding=0):
    """
    The pixels of one channel are counted.

    How many inputs has a fully connected layer that gets a colour image of 32 x 32?
    """
    return math.prod(image_shape[1:]) * _outputs(image_shape, filter_sizes, stride, padding)


def dense_weights_ignore_stride(image_shape, filter_sizes, stride=1, padding=0):
    """
    The outputs are counted as if the filters moved by one pixel.

    Which of the arguments does your answer not depend on?
    """
    return math.prod(image_shape) * _outputs(image_shape, filter_sizes, 1, padding)


def dense_weights_ignore_padding(image_shape, filter_sizes, stride=1, padding=0):
    """
    The outputs are counted as if there were no padding.

    Which of the arguments does your answer not depend on?
    """
    return math.prod(image_shape) * _outputs(image_shape, filter_sizes, stride, 0)


def padding_is_joined_too(image_shape, filter_sizes, stride=1, padding=0):
    """
    Weights are counted for the padding too.

    How many numbers does the fully connected layer get of an image? Is padding among them?
    """
    return math.prod(_padded(image_shape, padding)) * _outputs(image_shape, filter_sizes, stride, padding)


def outputs_are_multiplied(image_shape, filter_sizes, stride=1, padding=0):
    """
    The outputs of the filters are multiplied instead of added.

    The lecture's filters have 4 * 3 and 3 * 2 outputs. How many outputs has the layer?
    """
    outputs = math.prod(_count_of_positions(image_shape, size, stride, padding) for size in filter_sizes)
    return math.prod(image_shape) * outputs


def outputs_as_many_as_pixels(image_shape, filter_sizes, stride=1, padding=0):
    """
    Each filter is taken to have as many outputs as there are pixels.

    On how many positions does a filter of 3 x 3 lie in an image of 5 x 4?
    """
    return math.prod(image_shape) * len(filter_sizes) * image_shape[1] * image_shape[2]


def outputs_round_up(image_shape, filter_sizes, stride=1, padding=0):
    """
    Positions are counted at which a filter hangs over the end.

    7 pixels, a filter of 3, stride 3: does a third position lie on pixels alone?
    """
    outputs = sum(_count_of_positions(image_shape, size, stride, padding, math.ceil) for size in filter_sizes)
    return math.prod(image_shape) * outputs


def outputs_have_one_added_before_the_division(image_shape, filter_sizes, stride=1, padding=0):
    """
    The 1 of the first position is divided by the stride as well.

    5 pixels, a filter of 3, stride 2: how many outputs are there? What does your formula give?
    """
    outputs = sum(math.prod(_too_few(image_shape, size, stride, padding)) for size in filter_sizes)
    return math.prod(image_shape) * outputs


def seen_weights_alone(image_shape, filter_sizes, stride=1, padding=0):
    """
    Only weights for pixels that an output sees are counted.

    Which inputs does a fully connected layer join with each output?
    """
    return sum(
        _count_of_positions(image_shape, size, stride, padding) * _one_filter(image_shape, size)
        for size in filter_sizes
    )


def zeros_are_all_but_the_free(image_shape, filter_sizes, stride=1, padding=0):
    """
    The free weights are taken away from the dense weights.

    How often does each free weight stand in the matrix? Count the zeros of the handout's matrix of 4 x 9.
    """
    dense = math.prod(image_shape) * _outputs(image_shape, filter_sizes, stride, padding)
    return dense - sum(_one_filter(image_shape, size) for size in filter_sizes)


def padding_is_seen_as_pixels(image_shape, filter_sizes, stride=1, padding=0):
    """
    At the edge a filter is taken to see as many pixels as in the middle.

    How many pixels does the first window of a padded image see? The handout counts 1 x 3 on 3 pixels.
    """
    dense = math.prod(image_shape) * _outputs(image_shape, filter_sizes, stride, padding)
    return dense - seen_weights_alone(image_shape, filter_sizes, stride, padding)


def zeros_of_a_matrix_with_padding(image_shape, filter_sizes, stride=1, padding=0):
    """
    The padding is counted among the pixels.

    How many columns has the matrix of a padded image of 3 pixels?
    """
    dense = math.prod(_padded(image_shape, padding)) * _outputs(image_shape, filter_sizes, stride, padding)
    return dense - seen_weights_alone(image_shape, filter_sizes, stride, padding)


def counts_what_is_seen(image_shape, filter_sizes, stride=1, padding=0):
    """
    The weights that are no zeros are counted.

    Count the dots of the handout's matrix of 4 x 9, and its numbers. Which of them does the function return?
    """
    return sum(int((_seen(image_shape, size, stride, padding) > 0).sum()) for size in filter_sizes)


def zeros_of_one_channel(image_shape, filter_sizes, stride=1, padding=0):
    """
    The zeros of one channel are counted.

    How many columns has the matrix for an image with three channels?
    """
    return _zeros((1, *image_shape[1:]), filter_sizes, stride, padding)


def zeros_ignore_stride(image_shape, filter_sizes, stride=1, padding=0):
    """
    The zeros are counted as if the filters moved by one pixel.

    Which of the arguments does your answer not depend on?
    """
    return _zeros(image_shape, filter_sizes, 1, padding)


def zeros_ignore_padding(image_shape, filter_sizes, stride=1, padding=0):
    """
    The zeros are counted as if there were no padding.

    Which of the arguments does your answer not depend on?
    """
    return _zeros(image_shape, filter_sizes, stride, 0)


def zeros_of_one_output(image_shape, filter_sizes, stride=1, padding=0):
    """
    The zeros of a single output of each filter are counted.

    How many rows of the matrix belong to a filter?
    """
    return sum(math.prod(image_shape) - _one_filter(image_shape, size) for size in filter_sizes)


# Exercise 5: the gradient of shared weights


def gradients_are_averaged(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivatives of the copies are averaged.

    The filter's weight grows by 1: by how much does each copy grow, and by how much does the loss change in all?
    """
    return _shared(dense_gradient, image_shape, kernel_size, stride, padding, over="copies")


def gradients_are_averaged_over_positions(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The sum of the derivatives is divided by the number of positions.

    The filter's weight grows by 1: by how much does each copy grow, and by how much does the loss change in all?
    """
    return _shared(dense_gradient, image_shape, kernel_size, stride, padding, over="positions")


def last_copy_alone(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivative of one copy replaces that of the copy before.

    What is in the filter's gradient after your loop has seen a second copy of the same weight: what was there, or both?
    """
    return _one_copy(dense_gradient, image_shape, kernel_size, stride, padding, last=True)


def first_copy_alone(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivative of the first copy is taken for all.

    The filter's weight changes: how many numbers of the matrix change with it?
    """
    return _one_copy(dense_gradient, image_shape, kernel_size, stride, padding, last=False)


def gradient_is_turned(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivatives are those of the filter's weights in reverse order.

    Which weight of the filter stands in the first column of the first row of the handout's matrix?
    """
    return _shared(dense_gradient, image_shape, kernel_size, stride, padding).flip(2, 3)


def gradient_column_by_column(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivatives of a filter are written down column by column.

    In which order do the weights of a filter of 2 x 3 stand in a row of the matrix?
    """
    found = _shared(dense_gradient, image_shape, kernel_size, stride, padding)
    return found.transpose(2, 3).reshape(found.shape)


def gradient_of_all_filters_together(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivatives of all filters are added up.

    Do two filters share their weights?
    """
    found = _shared(dense_gradient, image_shape, kernel_size, stride, padding)
    return found.sum(dim=0, keepdim=True).expand(found.shape)


def gradient_of_one_filter(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The answer has the gradient of one filter alone.

    To how many filters do the rows of the matrix belong?
    """
    return _shared(dense_gradient, image_shape, kernel_size, stride, padding)[:1]


def gradient_of_all_channels_together(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivatives of all channels are added up.

    Does a filter have the same weights for each channel?
    """
    found = _shared(dense_gradient, image_shape, kernel_size, stride, padding)
    return found.sum(dim=1, keepdim=True).expand(found.shape)


def gradient_rows_alternate(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The rows of the matrix are given to the filters in turn.

    In which order are the rows of the matrix: filter by filter, or position by position?
    """
    positions = _count_of_positions(image_shape, kernel_size, stride, padding)
    by_position = dense_gradient.reshape(positions, -1, dense_gradient.shape[1])
    reordered = by_position.transpose(0, 1).reshape(dense_gradient.shape)
    return _shared(reordered, image_shape, kernel_size, stride, padding)


def gradient_ignores_stride(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The copies are looked for as if the filter moved by one pixel.

    Which of the arguments does your answer not depend on?
    """
    return _shared(dense_gradient, image_shape, kernel_size, 1, padding)


def gradient_ignores_padding(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The copies are looked for as if there were no padding.

    Which of the arguments does your answer not depend on?
    """
    return _shared(dense_gradient, image_shape, kernel_size, stride, 0)


def gradient_wraps_around(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    Derivatives of pixels in the next or the last row are taken where a weight lies on the padding.

    Pixel 4 of an image of 3 x 3 comes after pixel 3, but where does it lie? Which weights have no copy in a row?
    """
    ones = torch.ones(1, image_shape[0], *kernel_size)
    seen = _wrapped(ones, image_shape, stride, padding)
    return _gathered(dense_gradient, seen).sum(dim=2).reshape(-1, image_shape[0], *kernel_size)


def copies_are_not_moved_by_the_stride(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The copies are looked for as if the filter moved by one pixel from row to row.

    Which pixels does the second output see if the stride is 2?
    """
    seen = _crowded(image_shape, kernel_size, stride, padding)
    return _gathered(dense_gradient, seen).sum(dim=2).reshape(-1, image_shape[0], *kernel_size)


def gradient_numbers_pixels_down_columns(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The pixels of a channel are numbered from top to bottom, then from left to right.

    Which column belongs to the pixel below the first one: in which order does `image.flatten()` go?
    """
    seen = _down_columns(_seen(image_shape, kernel_size, stride, padding), image_shape)
    return _gathered(dense_gradient, seen).sum(dim=2).reshape(-1, image_shape[0], *kernel_size)


def gradient_counts_from_the_end(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    Derivatives of pixels at the other end of the image are taken where a weight lies on the padding.

    What does Python do with a row or a column of -1? Which weights have no copy in a row?
    """
    seen = _from_the_end(image_shape, kernel_size, stride, padding)
    return _gathered(dense_gradient, seen).sum(dim=2).reshape(-1, image_shape[0], *kernel_size)


def negative_pixels_have_derivatives(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    Derivatives in the last columns are taken where a weight's pixel would have a negative number.

    What does Python do with a column of -1? Which weights have no copy in a row, and on which sides of the image do they lie?
    """
    seen = _numbered_from_the_end(image_shape, kernel_size, stride, padding)
    return _gathered(dense_gradient, seen).sum(dim=2).reshape(-1, image_shape[0], *kernel_size)


def copies_move_on_by_one(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    Only the first line of outputs is right: the copies are looked for one column further on in each row.

    In the handout's matrix, by how many columns does the filter move from output 2 to output 3? Why?
    """
    seen = _one_pixel_on(image_shape, kernel_size, stride, padding)
    return _gathered(dense_gradient, seen).sum(dim=2).reshape(-1, image_shape[0], *kernel_size)


def first_output_has_all_derivatives(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    """
    The derivatives are read from the first output of each filter alone.

    The filter's weight changes: how many rows of the matrix change with it?
    """
    seen = _seen(image_shape, kernel_size, stride, padding)
    return _gathered(dense_gradient, seen)[:, :, 0].reshape(-1, image_shape[0], *kernel_size)


# Exercise 6: which layers are convolutions


def nothing_is_refused(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    Filters are found in every matrix.

    What does `dense_matrix` make of the filters that you return: the matrix that you were given?
    """
    return _one_copy(matrix, image_shape, kernel_size, stride, padding, last=False)


def last_copies_are_taken(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    Filters are found in every matrix: each copy of a weight replaces the one before.

    What does `dense_matrix` make of the filters that you return: the matrix that you were given?
    """
    return _one_copy(matrix, image_shape, kernel_size, stride, padding, last=True)


def averages_whatever_there_is(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    The copies of a weight are averaged, whether they are equal or not.

    What does `dense_matrix` make of the filters that you return: the matrix that you were given?
    """
    return _shared(matrix, image_shape, kernel_size, stride, padding, over="copies")


def copies_are_added_up(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    The copies of a weight are added up.

    A filter of 1 x 2 with the weights 1 and 2: what does your function find in its matrix for 3 pixels?
    """
    _convolution(matrix, image_shape, kernel_size, stride, padding)
    return _shared(matrix, image_shape, kernel_size, stride, padding)


def copies_alone_are_compared(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    A matrix is accepted although an output sees pixels outside its window.

    A convolution shares weights. What else does it do to a fully connected layer?
    """
    found = _one_copy(matrix, image_shape, kernel_size, stride, padding, last=False)
    seen = _seen(image_shape, kernel_size, stride, padding)
    ones = _matrix(torch.ones_like(found), image_shape, seen)
    return _convolution(torch.where(ones > 0, matrix, 0), image_shape, kernel_size, stride, padding)


def zeros_alone_are_compared(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    A matrix is accepted although copies of a weight differ.

    Outputs see small windows only. What else does a convolution do to a fully connected layer?
    """
    found = _one_copy(matrix, image_shape, kernel_size, stride, padding, last=False)
    ones = _matrix(torch.ones_like(found), image_shape, _seen(image_shape, kernel_size, stride, padding))
    if bool((matrix[ones == 0] != 0).any()):
        raise ValueError("refused")
    return found


def last_copies_beside_zeros(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    A matrix is accepted although copies of a weight differ: each replaces the one before.

    Outputs see small windows only. What else does a convolution do to a fully connected layer?
    """
    zeros_alone_are_compared(matrix, image_shape, kernel_size, stride, padding)
    return _one_copy(matrix, image_shape, kernel_size, stride, padding, last=True)


def weights_of_zero_are_refused(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    A filter that has a 0 among its weights is refused.

    The lecture's filter of 2 x 2 has two zeros. Is its matrix a convolution?
    """
    found = _convolution(matrix, image_shape, kernel_size, stride, padding)
    if bool((found == 0).any()):
        raise ValueError("refused")
    return found


def first_output_alone(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    The weights are read from the first output of each filter.

    Which weights of a filter meet a pixel at the first position of a padded image? Where do you find the others?
    """
    seen = _seen(image_shape, kernel_size, stride, padding)
    found = _gathered(matrix, seen)[:, :, 0].reshape(-1, image_shape[0], *kernel_size)
    if not torch.equal(_matrix(found, image_shape, seen), matrix):
        raise ValueError("refused")
    return found


def first_output_without_comparing(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    The weights are read from the first output of each filter, and the other rows are not looked at.

    What does `dense_matrix` make of the filters that you return: the matrix that you were given?
    """
    seen = _seen(image_shape, kernel_size, stride, padding)
    return _gathered(matrix, seen)[:, :, 0].reshape(-1, image_shape[0], *kernel_size)


def layer_refused_by_another_exception(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    What must be refused raises another exception than the handout asks for.

    Which exception should it be? An `assert`, an index that is out of range and torch itself raise others.
    """
    try:
        return _convolution(matrix, image_shape, kernel_size, stride, padding)
    except ValueError as error:
        raise RuntimeError(str(error)) from None


def filters_are_found_turned(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    The weights of the filters are found in reverse order.

    What does `dense_matrix` make of the filters that you return?
    """
    return _convolution(matrix, image_shape, kernel_size, stride, padding).flip(2, 3)


def one_filter_is_found(matrix, image_shape, kernel_size, stride=1, padding=0):
    """
    Only the first filter is returned.

    To how many filters do the rows of the matrix belong?
    """
    return _convolution(matrix, image_shape, kernel_size, stride, padding)[:1]


# What they are made of


def _positions(image_shape, kernel_size, stride, padding, rounds=math.floor):
    strides = stride if isinstance(stride, tuple) else (stride, stride)
    sizes = zip(image_shape[1:], kernel_size, strides, strict=True)
    return [rounds((pixels + 2 * padding - size) / step) + 1 for pixels, size, step in sizes]


def _seen(image_shape, kernel_size, stride, padding, *, after=None, rounds=math.floor):
    """Return which pixel, counted from 1, each weight sees at each position, (C, R, S, H', W'); 0 stands for padding."""
    channels, height, width = image_shape
    rows, columns = kernel_size
    after = padding if after is None else after
    down, right = stride if isinstance(stride, tuple) else (stride, stride)
    high = rounds((height + padding + after - rows) / down) + 1
    wide = rounds((width + padding + after - columns) / right) + 1
    if height + padding + after < rows or width + padding + after < columns:
        raise ValueError("refused")
    y = torch.arange(rows)[:, None] + down * torch.arange(high) - padding
    x = torch.arange(columns)[:, None] + right * torch.arange(wide) - padding
    y, x = y[:, None, :, None], x[None, :, None, :]
    channel = torch.arange(channels).reshape(-1, 1, 1, 1, 1)
    lies_on_a_pixel = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    return torch.where(lies_on_a_pixel, 1 + (channel * height + y) * width + x, 0)


def _seen_by(filters, image_shape, stride, padding):
    if filters.shape[1] != image_shape[0]:
        raise ValueError("refused")
    return _seen(image_shape, filters.shape[2:], stride, padding)


def _wrapped(filters, image_shape, stride, padding):
    """Return what `_seen_by` does where a pixel is what its number is, whichever row that is in."""
    channels, height, width = image_shape
    high, wide = _positions(image_shape, filters.shape[2:], stride, padding)
    _seen_by(filters, image_shape, stride, padding)  # refuses
    y = torch.arange(filters.shape[2])[:, None] + stride * torch.arange(high) - padding
    x = torch.arange(filters.shape[3])[:, None] + stride * torch.arange(wide) - padding
    number = (torch.arange(channels).reshape(-1, 1, 1, 1, 1) * height + y[:, None, :, None]) * width + x[
        None, :, None, :
    ]
    return torch.where((number >= 0) & (number < channels * height * width), 1 + number, 0)


def _from_the_end(image_shape, kernel_size, stride, padding):
    """Return what `_seen` does where a negative row or column is counted from the end, as Python does."""
    channels, height, width = image_shape
    seen = _seen(image_shape, kernel_size, stride, padding)
    y = (torch.arange(kernel_size[0])[:, None] + stride * torch.arange(seen.shape[3]) - padding)[:, None, :, None]
    x = (torch.arange(kernel_size[1])[:, None] + stride * torch.arange(seen.shape[4]) - padding)[None, :, None, :]
    if bool((y < -height).any()) or bool((x < -width).any()):
        raise IndexError("out of range")
    channel = torch.arange(channels).reshape(-1, 1, 1, 1, 1)
    return torch.where((y < height) & (x < width), 1 + (channel * height + y % height) * width + x % width, 0)


def _numbered_from_the_end(image_shape, kernel_size, stride, padding):
    """Return what `_seen` does where no row or column is found to be negative, and a negative number is counted from the end."""
    channels, height, width = image_shape
    seen = _seen(image_shape, kernel_size, stride, padding)
    y = (torch.arange(kernel_size[0])[:, None] + stride * torch.arange(seen.shape[3]) - padding)[:, None, :, None]
    x = (torch.arange(kernel_size[1])[:, None] + stride * torch.arange(seen.shape[4]) - padding)[None, :, None, :]
    number = (torch.arange(channels).reshape(-1, 1, 1, 1, 1) * height + y) * width + x
    if bool((number < -channels * height * width).any()):
        raise IndexError("out of range")
    return torch.where((y < height) & (x < width), 1 + number % (channels * height * width), 0)


def _one_pixel_on(image_shape, kernel_size, stride, padding):
    """Return what `_seen` does where each window starts a stride after the one before, in an image whose rows are one line."""
    channels, height, width = _padded(image_shape, padding)
    seen = _seen(image_shape, kernel_size, stride, padding)
    numbers = torch.zeros(channels, height, width, dtype=torch.int64)
    of_image = numbers[:, padding : height - padding, padding : width - padding]
    of_image.copy_(torch.arange(1, 1 + math.prod(image_shape)).reshape(image_shape))
    y, x = torch.arange(kernel_size[0])[:, None, None], torch.arange(kernel_size[1])[None, :, None]
    start = stride * torch.arange(seen[0, 0, 0].numel())
    places = (torch.arange(channels).reshape(-1, 1, 1, 1) * height + y) * width + x + start
    return numbers.flatten()[places].reshape(seen.shape)


def _crowded(image_shape, kernel_size, stride, padding, across=1):
    """Return what `_seen` does where the stride counts positions but moves nothing, or only *across*."""
    high, wide = _seen(image_shape, kernel_size, stride, padding).shape[3:]
    near = _seen(image_shape, kernel_size, (1, across), padding)
    return near[..., :high, :wide]


def _too_few(image_shape, kernel_size, stride, padding):
    _seen(image_shape, kernel_size, stride, padding)  # refuses
    sizes = zip(image_shape[1:], kernel_size, strict=True)
    return [(pixels + 2 * padding - size + 1) // stride for pixels, size in sizes]


def _down_columns(seen, image_shape):
    _channels, height, width = image_shape
    channel, rest = (seen - 1) // (height * width), (seen - 1) % (height * width)
    return torch.where(seen > 0, 1 + (channel * width + rest % width) * height + rest // width, 0)


def _columns(image, seen):
    values = torch.cat([image.new_zeros(1), image.flatten()])
    return values[seen].reshape(math.prod(seen.shape[:3]), math.prod(seen.shape[3:]))


def _with_bias(maps, bias):
    return maps if bias is None else maps + bias.reshape(-1, 1, *(1 for _ in maps.shape[2:]))


def _maps(image, filters, bias, stride, padding, seen=None):
    if filters.shape[1] != len(image):
        raise ValueError("refused")
    seen = _seen(image.shape, filters.shape[2:], stride, padding) if seen is None else seen
    maps = (filters.reshape(len(filters), -1) @ _columns(image, seen)).reshape(len(filters), *seen.shape[3:])
    return _with_bias(maps, bias)


def _matrix(filters, image_shape, seen):
    positions = seen[0, 0, 0].numel()
    matrix = filters.new_zeros(len(filters), positions, 1 + math.prod(image_shape))
    flat = seen.reshape(-1, positions)
    for weights, pixels in zip(filters.reshape(len(filters), -1).T, flat, strict=True):
        matrix[:, torch.arange(positions), pixels] += weights[:, None]
    return matrix[:, :, 1:].reshape(len(filters) * positions, -1)


def _assigned(filters, image_shape, seen):
    """Return what `_matrix` does where a weight that comes later replaces the one on the same pixel."""
    positions = seen[0, 0, 0].numel()
    matrix = filters.new_zeros(len(filters), positions, 1 + math.prod(image_shape))
    flat = seen.reshape(-1, positions)
    for weights, pixels in zip(filters.reshape(len(filters), -1).T, flat, strict=True):
        matrix[:, torch.arange(positions), pixels] = weights[:, None]
    return matrix[:, :, 1:].reshape(len(filters) * positions, -1)


def _one_filter(image_shape, size):
    return image_shape[0] * math.prod(size)


def _count_of_positions(image_shape, size, stride=1, padding=0, rounds=math.floor):
    return math.prod(_positions(image_shape, size, stride, padding, rounds))


def _outputs(image_shape, filter_sizes, stride, padding):
    return sum(_count_of_positions(image_shape, size, stride, padding) for size in filter_sizes)


def _padded(image_shape, padding):
    return image_shape[0], image_shape[1] + 2 * padding, image_shape[2] + 2 * padding


def _zeros(image_shape, filter_sizes, stride, padding):
    dense = math.prod(image_shape) * _outputs(image_shape, filter_sizes, stride, padding)
    return dense - counts_what_is_seen(image_shape, filter_sizes, stride, padding)


def _gathered(matrix, seen):
    """Return what stands in a matrix for each weight of a filter at each position, (K, C * R * S, positions)."""
    positions = seen[0, 0, 0].numel()
    by_output = matrix.reshape(-1, positions, matrix.shape[1])
    with_padding = torch.cat([by_output.new_zeros(*by_output.shape[:2], 1), by_output], dim=2)
    return with_padding[:, torch.arange(positions), seen.reshape(-1, positions)]


def _shared(matrix, image_shape, kernel_size, stride, padding, *, over=None):
    seen = _seen(image_shape, kernel_size, stride, padding)
    flat = seen.reshape(-1, seen[0, 0, 0].numel())
    found = _gathered(matrix, seen).sum(dim=2)
    if over == "copies":
        found = found / (flat > 0).sum(dim=1).clamp_min(1)
    if over == "positions":
        found = found / flat.shape[1]
    return found.reshape(-1, image_shape[0], *kernel_size)


def _one_copy(matrix, image_shape, kernel_size, stride, padding, *, last):
    seen = _seen(image_shape, kernel_size, stride, padding)
    gathered, flat = _gathered(matrix, seen), seen.reshape(-1, seen[0, 0, 0].numel())
    found = gathered.new_zeros(gathered.shape[:2])
    for weight, pixels in enumerate(flat):
        used = pixels.nonzero().flatten()
        if len(used):
            found[:, weight] = gathered[:, weight, used[-1 if last else 0]]
    return found.reshape(-1, image_shape[0], *kernel_size)


def _convolution(matrix, image_shape, kernel_size, stride, padding):
    found = _one_copy(matrix, image_shape, kernel_size, stride, padding, last=False)
    if not torch.equal(_matrix(found, image_shape, _seen(image_shape, kernel_size, stride, padding)), matrix):
        raise ValueError("refused")
    return found


MISCONCEPTIONS = {
    "im2col": (
        windows_are_rows,
        windows_column_by_column,
        positions_from_top_to_bottom,
        channels_change_fastest,
        windows_are_mirrored,
        a_row_for_each_channel,
        first_channel_alone,
        stride_is_ignored,
        stride_to_the_right_alone,
        padding_is_ignored,
        padding_at_the_end_alone,
        padding_at_the_beginning_alone,
        width_before_height,
        last_position_is_left_out,
        windows_may_hang_over,
        too_large_a_window_has_no_columns,
        exact_fit_is_refused,
        fit_is_asked_without_padding,
        window_refused_by_another_exception,
        positions_are_not_moved_by_the_stride,
        rows_are_not_moved_by_the_stride,
        one_is_added_before_the_division,
        windows_see_the_far_side,
        each_window_starts_one_pixel_on,
    ),
    "conv_by_im2col": (
        filters_are_turned,
        filters_column_by_column,
        bias_is_forgotten,
        bias_is_added_to_each_product,
        first_bias_for_all,
        bias_is_subtracted,
        maps_are_left_flat,
        maps_have_the_axis_of_an_image_in_front,
        maps_are_laid_on_their_side,
        maps_are_transposed,
        maps_of_filters_last,
        maps_of_filters_are_mixed,
        convolution_ignores_stride,
        convolution_ignores_padding,
        stride_and_padding_are_exchanged,
        convolution_sees_the_first_channel,
        channels_are_averaged,
        missing_channels_are_repeated,
        filters_refused_by_another_exception,
        filters_are_not_moved_by_the_stride,
        filters_move_down_by_one,
        maps_have_one_added_before_the_division,
        filters_see_the_far_side,
    ),
    "dense_matrix": (
        matrix_is_transposed,
        filters_of_the_matrix_are_turned,
        filters_of_the_matrix_column_by_column,
        padding_has_columns,
        hanging_weights_wrap_around,
        rows_of_filters_alternate,
        columns_of_channels_alternate,
        rows_from_top_to_bottom,
        matrix_ignores_stride,
        matrix_ignores_padding,
        matrix_sees_the_first_channel,
        channels_of_the_matrix_share,
        one_filter_for_all_rows,
        matrix_refused_by_another_exception,
        matrix_is_not_moved_by_the_stride,
        pixels_are_numbered_down_columns,
        matrix_has_one_added_before_the_division,
        hanging_weights_count_from_the_end,
        negative_pixels_count_from_the_end,
        each_row_moves_on_by_one,
    ),
    "free_weights": (
        free_weights_of_all_positions,
        free_weights_ignore_channels,
        free_weights_and_biases,
        filters_taken_to_be_square,
        filters_of_one_size_counted_once,
        last_filter_alone,
    ),
    "dense_weights": (
        dense_weights_and_biases,
        dense_weights_ignore_channels,
        dense_weights_ignore_stride,
        dense_weights_ignore_padding,
        padding_is_joined_too,
        outputs_are_multiplied,
        outputs_as_many_as_pixels,
        outputs_round_up,
        seen_weights_alone,
        outputs_have_one_added_before_the_division,
    ),
    "zero_weights": (
        zeros_are_all_but_the_free,
        padding_is_seen_as_pixels,
        zeros_of_a_matrix_with_padding,
        counts_what_is_seen,
        zeros_of_one_channel,
        zeros_ignore_stride,
        zeros_ignore_padding,
        zeros_of_one_output,
    ),
    "shared_gradient": (
        gradients_are_averaged,
        gradients_are_averaged_over_positions,
        last_copy_alone,
        first_copy_alone,
        gradient_is_turned,
        gradient_column_by_column,
        gradient_of_all_filters_together,
        gradient_of_one_filter,
        gradient_of_all_channels_together,
        gradient_rows_alternate,
        gradient_ignores_stride,
        gradient_ignores_padding,
        gradient_wraps_around,
        copies_are_not_moved_by_the_stride,
        gradient_numbers_pixels_down_columns,
        gradient_counts_from_the_end,
        negative_pixels_have_derivatives,
        copies_move_on_by_one,
        first_output_has_all_derivatives,
    ),
    "filters_of": (
        nothing_is_refused,
        last_copies_are_taken,
        averages_whatever_there_is,
        copies_are_added_up,
        copies_alone_are_compared,
        zeros_alone_are_compared,
        last_copies_beside_zeros,
        weights_of_zero_are_refused,
        first_output_alone,
        first_output_without_comparing,
        layer_refused_by_another_exception,
        filters_are_found_turned,
        one_filter_is_found,
    ),
}

_COLOUR = (torch.arange(40, dtype=torch.float64) ** 2 % 11).reshape(2, 5, 4)
_BANK = (torch.arange(36, dtype=torch.float64) ** 2 % 7 - 3).reshape(3, 2, 2, 3)
_BIASES = torch.tensor([1, -2, 4], dtype=torch.float64)
_PLAIN = _matrix(_BANK, (2, 5, 4), _seen((2, 5, 4), (2, 3), 1, 0))
_PADDED = _matrix(_BANK, (2, 5, 4), _seen((2, 5, 4), (2, 3), 1, 1))
_STRIDED = _matrix(_BANK, (2, 5, 4), _seen((2, 5, 4), (2, 3), 2, 1))
_ANY = torch.arange(72 * 40, dtype=torch.float64).reshape(72, 40) ** 2 % 13
_OTHER, _SEES = _PLAIN.clone(), _PLAIN.clone()
_WITH_ZERO = _matrix(_BANK.clamp_min(0), (2, 5, 4), _seen((2, 5, 4), (2, 3), 1, 0))
_OTHER[5, 9] += 2
_SEES[0, 19] = 5
_LAST = _PLAIN.clone()
_LAST[7, 39] += 2

PROBES = {
    "im2col": (
        (_COLOUR, (2, 3)),
        (_COLOUR, (2, 3), 2),
        (_COLOUR, (2, 3), 1, 1),
        (_COLOUR, (3, 2), 2, 1),
        (_COLOUR, (2, 2), 3),
        (_COLOUR, (5, 4)),  # fits exactly
        (_COLOUR, (6, 2)),  # does not fit
        (_COLOUR, (6, 2), 1, 1),
    ),
    "conv_by_im2col": (
        (_COLOUR, _BANK),
        (_COLOUR, _BANK, _BIASES),
        (_COLOUR, _BANK, _BIASES, 2),
        (_COLOUR, _BANK, _BIASES, 1, 1),
        (_COLOUR, _BANK, _BIASES, 2, 1),
        (_COLOUR, _BANK, _BIASES, 3, 1),
        (_COLOUR, _BANK[:, :1]),  # another number of channels
    ),
    "dense_matrix": (
        (_BANK, (2, 5, 4)),
        (_BANK, (2, 5, 4), 2),
        (_BANK, (2, 5, 4), 1, 1),
        (_BANK, (2, 5, 4), 2, 1),
        (_BANK, (2, 5, 4), 3, 1),
        (_BANK, (3, 5, 4)),  # another number of channels
    ),
    "free_weights": (((1, 5, 4), [(2, 2), (3, 3)]), ((3, 6, 5), [(2, 4), (2, 4), (3, 1)])),
    "dense_weights": (
        ((1, 5, 4), [(2, 2), (3, 3)]),
        ((3, 6, 5), [(2, 4), (2, 4), (3, 1)], 2),
        ((3, 6, 5), [(2, 4), (2, 4), (3, 1)], 1, 1),
    ),
    "zero_weights": (
        ((1, 5, 4), [(2, 2), (3, 3)]),
        ((3, 6, 5), [(2, 4), (2, 4), (3, 1)], 2),
        ((3, 6, 5), [(2, 4), (2, 4), (3, 1)], 1, 1),
    ),
    "shared_gradient": (
        (_ANY[:24], (2, 5, 4), (2, 3)),
        (_ANY, (2, 5, 4), (2, 3), 1, 1),
        (_STRIDED, (2, 5, 4), (2, 3), 2, 1),
    ),
    "filters_of": (
        (_PLAIN, (2, 5, 4), (2, 3)),
        (_PADDED, (2, 5, 4), (2, 3), 1, 1),
        (_WITH_ZERO, (2, 5, 4), (2, 3)),
        (_OTHER, (2, 5, 4), (2, 3)),
        (_LAST, (2, 5, 4), (2, 3)),
        (_SEES, (2, 5, 4), (2, 3)),
    ),
}
