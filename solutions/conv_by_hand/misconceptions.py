"""
Known mistakes of Convolution by hand, each one an executable wrong solution.

The first line of a docstring says the mistake; the rest is the hint for the student.  Apart from its one mistake each function is
right, so that it answers like a student who made only this one.
"""

import torch
from torch.nn import functional

# What is right


def _fits(x, window, padding, dilation=(1, 1)):
    for axis in (0, 1):
        covered = dilation[axis] * (window[axis] - 1) + 1
        if covered > x.shape[2 + axis] + 2 * padding[axis]:
            raise ValueError("the window does not fit")


def _windows(padded, window, stride, dilation=(1, 1)):
    """Return what lies below a window at each of its positions, (N, C, H', W', R, S)."""
    covered = [dilation[axis] * (window[axis] - 1) + 1 for axis in (0, 1)]
    everything = padded.unfold(2, covered[0], stride[0]).unfold(3, covered[1], stride[1])
    return everything[..., :: dilation[0], :: dilation[1]]


def _conv(x, weight, bias, stride, padding, dilation=(1, 1), groups=1):
    _fits(x, weight.shape[2:], padding, dilation)
    windows = _windows(_pad(x, padding), weight.shape[2:], stride, dilation)
    parts = zip(windows.chunk(groups, 1), weight.chunk(groups, 0), strict=True)
    output = torch.cat([torch.einsum("nchwrs,kcrs->nkhw", below, filters) for below, filters in parts], 1)
    return output if bias is None else output + bias[:, None, None]


def _positions(x, window, stride, padding):
    """Return (rows, columns, top, left) for a loop over all positions in the padded image."""
    _fits(x, window, padding)
    rows, columns = ((x.shape[2 + a] + 2 * padding[a] - window[a]) // stride[a] + 1 for a in (0, 1))
    return [(i, j, i * stride[0], j * stride[1]) for i in range(rows) for j in range(columns)]


def _step(kernel_size, stride):
    return kernel_size if stride is None else stride


def _half(kernel_size, padding):
    if 2 * padding[0] > kernel_size[0] or 2 * padding[1] > kernel_size[1]:
        raise ValueError("too much padding")


def _max(x, kernel_size, stride, padding):
    _half(kernel_size, padding)
    _fits(x, kernel_size, padding)
    padded = _pad(x, padding, -float("inf"))
    return _windows(padded, kernel_size, _step(kernel_size, stride)).amax((-2, -1))


def _average(x, kernel_size, stride, padding):
    _half(kernel_size, padding)
    _fits(x, kernel_size, padding)
    return _windows(_pad(x, padding), kernel_size, _step(kernel_size, stride)).mean((-2, -1))


def _pad(x, padding, value=0.0):
    return functional.pad(x, (padding[1], padding[1], padding[0], padding[0]), value=value)


def _crop(x, like, padding):
    return x[:, :, padding[0] : padding[0] + like.shape[2], padding[1] : padding[1] + like.shape[3]]


def _gradients(grad_output, x, weight, stride, padding):
    padded = _pad(x, padding)
    grad_padded, grad_weight = torch.zeros_like(padded), torch.zeros_like(weight)
    last = [stride[axis] * (grad_output.shape[2 + axis] - 1) + 1 for axis in (0, 1)]
    for r in range(weight.shape[2]):
        for s in range(weight.shape[3]):
            here = (slice(None), slice(None), slice(r, r + last[0], stride[0]), slice(s, s + last[1], stride[1]))
            grad_weight[:, :, r, s] = torch.einsum("nkhw,nchw->kc", grad_output, padded[here])
            grad_padded[here] += torch.einsum("nkhw,kc->nchw", grad_output, weight[:, :, r, s])
    return _crop(grad_padded, x, padding), grad_weight, grad_output.sum((0, 2, 3))


def _slide(image, kernel, stride=(1, 1)):
    return _conv(image[None, None], kernel[None, None], None, stride, (0, 0))[0, 0]


# Exercise 1: slide


def flips_the_filter(image, kernel):
    """
    The filter is turned by half a turn before it is laid on.

    Is the filter flipped here? Compare your code with the second image of the handout, and its two outputs.
    """
    return _slide(image, kernel.flip(0, 1))


def transposes_the_filter(image, kernel):
    """
    The rows of the filter are laid on the columns of the image.

    Try a filter of one row and two columns: which two pixels should it meet at the first position, and which does yours meet?
    """
    return _slide(image, kernel.T)


def transposes_the_output(image, kernel):
    """
    The rows and the columns of the output are exchanged.

    Which way does the filter move first, and into which index of the output does that number go?
    """
    return _slide(image, kernel).T


def misses_the_last_position(image, kernel):
    """
    The last position in each direction is left out.

    Count the positions of a filter that is as wide as the image. How many does your loop visit?
    """
    return _slide(image, kernel)[:-1, :-1]


def last_position_stays_empty(image, kernel):
    """
    The output has the right size, but its last row and column stay 0.

    Which positions does your loop visit? Write down the numbers that its `range` gives for a filter that is as wide as the image.
    """
    output = _slide(image, kernel)
    output[-1], output[:, -1] = 0, 0
    return output


def keeps_the_size(image, kernel):
    """
    The output is as large as the image: something is added around it.

    Is there any padding in this exercise? What is the shape of the output for 5 x 5 pixels and a filter of 3 x 3?
    """
    _slide(image, kernel)
    height, width = kernel.shape
    around = ((width - 1) // 2, width // 2, (height - 1) // 2, height // 2)
    return _slide(functional.pad(image, around), kernel)


def multiplies_matrices(image, kernel):
    """
    Window and filter are multiplied as matrices.

    "Element-wise product, then sum": which value of the filter does the second pixel of the first row meet, and does `@` do that?
    """
    _slide(image, kernel)
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return (windows @ kernel).sum((-2, -1))


def averages_the_products(image, kernel):
    """
    The products are averaged.

    What do the slides do with the products: element-wise product, then ...?
    """
    return _slide(image, kernel) / kernel.numel()


def jumps_by_the_filter(image, kernel):
    """
    The filter moves by its own size.

    How far does the filter move from one position to the next? Count the positions for 5 pixels and a filter of 3.
    """
    return _slide(image, kernel, tuple(kernel.shape))


def large_filter_slides(image, kernel):
    """
    A filter that is larger than the image is not refused.

    What should happen if there is no position at all? The handout names an exception.
    """
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    empty = torch.zeros(rows, columns, dtype=image.dtype)
    return _slide(image, kernel) if rows > 0 and columns > 0 else empty


def exact_filter_refused(image, kernel):
    """
    A filter that is as high or as wide as the image is refused.

    How many positions has a filter of 3 on 3 pixels? Look at the comparison with which you refuse a filter.
    """
    if kernel.shape[0] >= image.shape[0] or kernel.shape[1] >= image.shape[1]:
        raise ValueError("the filter does not fit")
    return _slide(image, kernel)


def only_large_in_both_refused(image, kernel):
    """
    A filter is refused only where it is too large in both directions.

    How many positions has a filter of 3 x 3 on an image of 2 rows and 5 columns?
    """
    if kernel.shape[0] > image.shape[0] and kernel.shape[1] > image.shape[1]:
        raise ValueError("the filter does not fit")
    return large_filter_slides(image, kernel)


def square_filters_only(image, kernel):
    """
    The height of the filter is taken for its width.

    Is a filter always square? Try one of one row and two columns.
    """
    side = kernel.shape[0]
    _slide(image, kernel)
    return (image.unfold(0, side, 1).unfold(1, side, 1) * kernel).sum((-2, -1))


# Exercise 2: conv2d


def filters_are_flipped(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The filters are turned by half a turn before they are laid on.

    Does deep learning flip its filters? Look at the second image of exercise 1.
    """
    return _conv(x, weight.flip(2, 3), bias, stride, padding)


def filters_are_transposed(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The rows of a filter are laid on the columns of the image.

    Which axis of `weight` goes down the image? Try a filter of one row and two columns.
    """
    return _conv(x, weight.mT, bias, stride, padding)


def bias_is_forgotten(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The biases are not added.

    Your output does not depend on `bias`. To which numbers does it belong?
    """
    return _conv(x, weight, None, stride, padding)


def bias_for_each_product(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The bias is added to each product.

    How often is the bias added for one number of the output? Look where your line with the bias stands: in which loops?
    """
    return _conv(x, weight, None if bias is None else bias * weight[0].numel(), stride, padding)


def bias_for_each_channel(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The bias is added once for each channel of the image.

    Is the bias added before or after the channels are summed? Look where your line with the bias stands: in which loops?
    """
    return _conv(x, weight, None if bias is None else bias * weight.shape[1], stride, padding)


def first_bias_for_all(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The first bias is added for all filters.

    Do the filters share a bias? Which of the K numbers belongs to which filter?
    """
    return _conv(x, weight, None if bias is None else bias[:1].expand(len(bias)), stride, padding)


def bias_along_the_width(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The biases go along the last axis of the output.

    Which axis of the output belongs to the filters? What does `output + bias` do with a tensor of shape (K,) there?
    """
    output = _conv(x, weight, None, stride, padding)
    return output if bias is None else output + bias


def padding_above_and_left(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The zeros are added above and on the left only.

    On how many sides of the image are the zeros? How wide is an image of 3 pixels with a padding of 1?
    """
    padded = functional.pad(x, (padding[1], 0, padding[0], 0))
    return _conv(padded, weight, bias, stride, (0, 0))


def padding_below_and_right(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The zeros are added below and on the right only.

    On how many sides of the image are the zeros? How wide is an image of 3 pixels with a padding of 1?
    """
    padded = functional.pad(x, (0, padding[1], 0, padding[0]))
    return _conv(padded, weight, bias, stride, (0, 0))


def pixels_at_the_far_corner(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The padded image has the right size, but the pixels lie in its upper left corner.

    Where in the padded image does the first pixel lie? Draw an image of 3 x 3 with a padding of 1.
    """
    padded = functional.pad(x, (0, 2 * padding[1], 0, 2 * padding[0]))
    return _conv(padded, weight, bias, stride, (0, 0))


def stride_swapped(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The two strides are exchanged.

    Which entry of `stride` goes down the image? Try the stride (1, 2).
    """
    return _conv(x, weight, bias, stride[::-1], padding)


def padding_swapped(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The two paddings are exchanged.

    Which sides does the first entry of `padding` belong to? Look at the padding (1, 2) in the handout.
    """
    return _conv(x, weight, bias, stride, padding[::-1])


def pairs_swapped(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    Pairs are read as (to the right, down).

    In which order does the handout write pairs? Try the stride (1, 2) and the padding (1, 0).
    """
    return _conv(x, weight, bias, stride[::-1], padding[::-1])


def first_stride_for_both(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The first stride is used in both directions.

    What does the second entry of `stride` do in your code?
    """
    return _conv(x, weight, bias, stride[:1] * 2, padding)


def first_padding_for_both(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The first padding is used in both directions.

    What does the second entry of `padding` do in your code?
    """
    return _conv(x, weight, bias, stride, padding[:1] * 2)


def first_of_both_pairs(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The first entry of each pair is used in both directions.

    What do the second entries of `stride` and `padding` do in your code?
    """
    return _conv(x, weight, bias, stride[:1] * 2, padding[:1] * 2)


def stride_is_ignored(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The filter always moves by one pixel.

    Which line of your code uses `stride`? Count the positions for 7 pixels, a filter of 3 and stride 2.
    """
    return _conv(x, weight, bias, (1, 1), padding)


def stride_only_in_the_size(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The stride decides the size of the output, but the filter moves by one pixel.

    At which pixel does the filter stand for the second number of the output, with stride 2?
    """
    output = _conv(x, weight, bias, stride, padding)
    return _conv(x, weight, bias, (1, 1), padding)[:, :, : output.shape[2], : output.shape[3]].clone()


def padding_is_ignored(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The padding has no effect.

    Which line of your code uses `padding`? How large is the output for 7 pixels, a filter of 3 and a padding of 1?
    """
    return _conv(x, weight, bias, stride, (0, 0))


def first_channel_only(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    Only the first channel of the images is used.

    Through how many channels does a filter reach? Compute the example with two channels by hand.
    """
    return _conv(x[:, :1], weight[:, :1], bias, stride, padding)


def channels_are_averaged(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The channels are averaged.

    What becomes of the products of all channels: their sum, or their average? Compute the example with two channels by hand.
    """
    return _conv(x, weight / weight.shape[1], bias, stride, padding)


def first_sheet_for_all_channels(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The first sheet of a filter is laid on every channel.

    How many sheets has a filter? Which of them belongs to which channel?
    """
    return _conv(x, weight[:, :1].expand_as(weight), bias, stride, padding)


def first_image_only(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    Only the first image gets an output.

    How many images are in `x`, and how many are in your output?
    """
    return _conv(x[:1], weight, bias, stride, padding)


def first_filter_for_all(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The first filter is used for every channel of the output.

    Which of your loops goes over the filters, and where is its number used?
    """
    return _conv(x, weight[:1].expand_as(weight), bias, stride, padding)


def filters_before_images(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The filters come before the images in the output.

    In which order are the axes of the output? What does output[0, 1] mean?
    """
    return _conv(x, weight, bias, stride, padding).transpose(0, 1)


def rows_and_columns_exchanged(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The rows and the columns of the output are exchanged.

    Into which index of the output does the number go that lies one position to the right?
    """
    return _conv(x, weight, bias, stride, padding).mT


def last_position_missing(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The last position in each direction is left out.

    Count the positions of a filter that is as wide as the image. What does your formula give?
    """
    return _conv(x, weight, bias, stride, padding)[:, :, :-1, :-1]


def last_positions_stay_empty(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The output has the right size, but its last rows and columns stay 0.

    Which positions does your loop visit? Write down the numbers that its `range` gives for a filter that is as wide as the image.
    """
    output = _conv(x, weight, None, stride, padding)
    output[:, :, -1], output[:, :, :, -1] = 0, 0
    return output if bias is None else output + bias[:, None, None]


def incomplete_positions_count(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    A position that hangs over the edge counts.

    What does the handout do with the "2.33" of stride 3? Draw 7 pixels and a filter of 3: where does the third position end?
    """
    _fits(x, weight.shape[2:], padding)
    padded = _pad(x, padding)
    more = [-(padded.shape[2 + a] - weight.shape[2 + a]) % stride[a] for a in (0, 1)]
    return _conv(functional.pad(padded, (0, more[1], 0, more[0])), weight, bias, stride, (0, 0))


def padded_with_ones(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The padding is made of ones.

    Which number stands around the image? Write down the padded image of the handout's example.
    """
    return _conv(_pad(x, padding, 1.0), weight, bias, stride, (0, 0))


def padded_with_the_edge(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The pixels at the edge are repeated outside of the image.

    Which number stands around the image? Write down the padded image of the handout's example.
    """
    padded = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]), mode="replicate")
    return _conv(padded, weight, bias, stride, (0, 0))


def sums_without_fractions(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The sums lose what stands behind the decimal point.

    Of which dtype is the tensor that you write the sums into? What becomes of 0.75 in it?
    """
    output = _conv(x, weight, None, stride, padding).trunc()
    return output if bias is None else output + bias[:, None, None]


def answers_without_fractions(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    The answers lose what stands behind the decimal point.

    Of which dtype is the tensor that you write the answers into? What becomes of 0.75 in it?
    """
    return _conv(x, weight, bias, stride, padding).trunc()


def large_filters_not_refused(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    A filter that is larger than the padded image is not refused.

    What should happen if there is no position at all? The handout names an exception.
    """
    rows, columns = ((x.shape[2 + a] + 2 * padding[a] - weight.shape[2 + a]) // stride[a] + 1 for a in (0, 1))
    empty = torch.zeros(x.shape[0], weight.shape[0], rows, columns, dtype=x.dtype)
    return _conv(x, weight, bias, stride, padding) if rows > 0 and columns > 0 else empty


def fit_is_decided_without_padding(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    Whether a filter fits is decided before the padding is added.

    With which image do you compare the filter: the one that you were given, or the padded one?
    """
    _fits(x, weight.shape[2:], (0, 0))
    return _conv(x, weight, bias, stride, padding)


def exact_fit_is_refused(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    A filter that is as high or as wide as the padded image is refused.

    How many positions has a filter of 3 on 3 pixels? Look at the comparison with which you refuse a filter.
    """
    if any(weight.shape[2 + a] >= x.shape[2 + a] + 2 * padding[a] for a in (0, 1)):
        raise ValueError("the filter does not fit")
    return _conv(x, weight, bias, stride, padding)


def remainder_is_refused(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """
    A stride that leaves a remainder is refused.

    What does the handout do with the "2.33" of stride 3?
    """
    if any((x.shape[2 + a] + 2 * padding[a] - weight.shape[2 + a]) % stride[a] for a in (0, 1)):
        raise ValueError("the stride does not fit")
    return _conv(x, weight, bias, stride, padding)


# Exercise 3: relu


def absolute_value(x):
    """
    Negative numbers lose their sign.

    What is the larger one of 0 and -2?
    """
    return x.abs()


def leaky(x):
    """
    Something of a negative number passes.

    What is the larger one of 0 and -2? ReLU has relatives: which one is yours?
    """
    return torch.where(x > 0, x, 0.01 * x)


def capped_at_six(x):
    """
    Large numbers are cut off.

    What is the larger one of 0 and 100?
    """
    return x.clamp(0, 6)


def step(x):
    """
    The answer is 1 where the input is positive.

    Does your answer say whether a number is positive, or how large it is? What is the larger one of 0 and 3?
    """
    return (x > 0).to(x.dtype)


def smaller_of_zero_and_input(x):
    """
    The smaller one of 0 and the input is returned.

    What is the larger one of 0 and 3, and what do you return?
    """
    return x.clamp(max=0)


def sigmoid(x):
    """
    The answer is the sigmoid.

    Which activation function is asked for? What is the larger one of 0 and 3?
    """
    return x.sigmoid()


def maximum_of_python(x):
    """
    `max` of Python compares the whole tensor with 0.

    How many comparisons are needed, and how many does `max(0, x)` make? Which function of PyTorch goes element by element?
    """
    return max(0, x)


def whole_numbers_only(x):
    """
    Fractions are cut off.

    What is the larger one of 0 and 0.25? Of which dtype is the tensor that you write into?
    """
    return x.clamp(min=0).long()


def single_numbers_not_taken(x):
    """
    A single number is not taken: a tensor without axes.

    How many axes may x have in the handout? Which of your lines needs one?
    """
    if not x.ndim:
        raise TypeError("no axis to loop over")
    return x.clamp(min=0)


# Exercise 4: max_pool2d


def zeros_may_win(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The padding is made of zeros, which win against negative numbers.

    What if all pixels of a window are negative? Which number loses against every other one?
    """
    _half(kernel_size, padding)
    return _max(_pad(x, padding), kernel_size, stride, (0, 0))


def maximum_begins_at_zero(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The largest value so far begins at 0.

    What if all pixels of a window are negative? With which number does your search for the largest begin?
    """
    return _max(x, kernel_size, stride, padding).clamp(min=0)


def maximum_moves_by_one(x, kernel_size, stride=None, padding=(0, 0)):
    """
    Without a stride the window moves by one cell.

    What does a stride of `None` mean in the handout? How many windows of 2 lie side by side in 4 cells?
    """
    return _max(x, kernel_size, (1, 1) if stride is None else stride, padding)


def maximum_moves_by_its_size(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The window always moves by its own size.

    Which line of your code uses `stride`? Count the positions for 5 cells, a window of 3 and stride 1.
    """
    return _max(x, kernel_size, None, padding)


def average_for_maximum(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The answers are averages.

    Which of the two poolings is asked for here?
    """
    return _average(x, kernel_size, stride, padding)


def smallest_value(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The answers are the smallest values.

    Which of 1, 1, 5 and 6 does the first window of the slides give?
    """
    return -_max(-x, kernel_size, stride, padding)


def maximum_over_channels(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The largest value of all channels is taken.

    How many channels go in, and how many come out? "Over each activation map independently."
    """
    return _max(x, kernel_size, stride, padding).amax(1, keepdim=True)


def maximum_window_turned(x, kernel_size, stride=None, padding=(0, 0)):
    """
    Height and width of the window are exchanged.

    Which entry of `kernel_size` is the height? Try a window of 1 x 2.
    """
    return _max(x, kernel_size[::-1], _step(kernel_size, stride), padding)


def maximum_stride_turned(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The two strides are exchanged.

    Which entry of `stride` goes down the image? Try the stride (1, 2).
    """
    return _max(x, kernel_size, _step(kernel_size, stride)[::-1], padding)


def maximum_padding_turned(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The two paddings are exchanged.

    Which sides does the first entry of `padding` belong to? Try a padding of (1, 0).
    """
    _half(kernel_size, padding)
    padded = _pad(x, padding[::-1], -float("inf"))
    return _max(padded, kernel_size, stride, (0, 0))


def maximum_of_square_windows(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The height of the window is taken for its width.

    Is a window always square? What does the second entry of `kernel_size` do in your code?
    """
    _half(kernel_size, padding)
    _fits(x, kernel_size, padding)
    padded = _pad(x, padding, -float("inf"))
    return _max(padded, kernel_size[:1] * 2, _step(kernel_size, stride), (0, 0))


def maximum_first_stride_for_both(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The first stride is used in both directions.

    What does the second entry of `stride` do in your code?
    """
    return _max(x, kernel_size, _step(kernel_size, stride)[:1] * 2, padding)


def maximum_of_incomplete_windows(x, kernel_size, stride=None, padding=(0, 0)):
    """
    A window that hangs over the edge counts.

    What becomes of an incomplete window? Count the windows of 2 in 5 cells.
    """
    _max(x, kernel_size, stride, padding)
    padded, down_right = _pad(x, padding, -float("inf")), _step(kernel_size, stride)
    more = [-(padded.shape[2 + a] - kernel_size[a]) % down_right[a] for a in (0, 1)]
    return _max(functional.pad(padded, (0, more[1], 0, more[0]), value=-float("inf")), kernel_size, stride, (0, 0))


def maximum_without_padding(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The padding has no effect.

    Which line of your code uses `padding`? How many windows of 2 lie in 2 cells with a padding of 1?
    """
    _half(kernel_size, padding)
    return _max(x, kernel_size, stride, (0, 0))


def maximum_with_any_padding(x, kernel_size, stride=None, padding=(0, 0)):
    """
    A padding of more than half of the window is accepted.

    A window of 2 with a padding of 2 begins on nothing but padding. Which paddings does the handout allow?
    """
    return _max(_pad(x, padding, -float("inf")), kernel_size, stride, (0, 0))


def maximum_of_large_windows(x, kernel_size, stride=None, padding=(0, 0)):
    """
    A window that is larger than the padded image is not refused.

    What should happen if there is no position at all? The handout names an exception.
    """
    _half(kernel_size, padding)
    down_right = _step(kernel_size, stride)
    rows, columns = ((x.shape[2 + a] + 2 * padding[a] - kernel_size[a]) // down_right[a] + 1 for a in (0, 1))
    empty = torch.zeros(*x.shape[:2], rows, columns, dtype=x.dtype)
    return _max(x, kernel_size, stride, padding) if rows > 0 and columns > 0 else empty


# Exercise 5: avg_pool2d


def padding_does_not_count(x, kernel_size, stride=None, padding=(0, 0)):
    """
    Only the cells of the image are averaged.

    Do the zeros of the padding count? By how many is the sum of a window of 2 x 2 always divided, in the handout?
    """
    real = _average(torch.ones_like(x), kernel_size, stride, padding)
    return _average(x, kernel_size, stride, padding) / real


def sum_for_average(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The answers are sums.

    What is the average of 0, 1, 5 and 6, and what do you give?
    """
    return _average(x, kernel_size, stride, padding) * kernel_size[0] * kernel_size[1]


def maximum_for_average(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The answers are the largest values.

    Which of the two poolings is asked for here?
    """
    return _max(x, kernel_size, stride, padding)


def divided_by_the_square(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The sum is divided by the square of the window's height.

    How many cells has a window of 1 x 2, and by how many do you divide?
    """
    return _average(x, kernel_size, stride, padding) * kernel_size[1] / kernel_size[0]


def average_moves_by_one(x, kernel_size, stride=None, padding=(0, 0)):
    """
    Without a stride the window moves by one cell.

    What does a stride of `None` mean in the handout? How many windows of 2 lie side by side in 4 cells?
    """
    return _average(x, kernel_size, (1, 1) if stride is None else stride, padding)


def average_moves_by_its_size(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The window always moves by its own size.

    Which line of your code uses `stride`? Count the positions for 5 cells, a window of 3 and stride 1.
    """
    return _average(x, kernel_size, None, padding)


def average_without_padding(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The padding has no effect.

    Which line of your code uses `padding`? How many windows of 2 lie in 2 cells with a padding of 1?
    """
    _half(kernel_size, padding)
    return _average(x, kernel_size, stride, (0, 0))


def average_over_channels(x, kernel_size, stride=None, padding=(0, 0)):
    """
    All channels are averaged together.

    How many channels go in, and how many come out? "Over each activation map independently."
    """
    return _average(x, kernel_size, stride, padding).mean(1, keepdim=True)


def average_window_turned(x, kernel_size, stride=None, padding=(0, 0)):
    """
    Height and width of the window are exchanged.

    Which entry of `kernel_size` is the height? Try a window of 1 x 2.
    """
    return _average(x, kernel_size[::-1], _step(kernel_size, stride), padding)


def average_stride_turned(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The two strides are exchanged.

    Which entry of `stride` goes down the image? Try the stride (1, 2).
    """
    return _average(x, kernel_size, _step(kernel_size, stride)[::-1], padding)


def average_padding_turned(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The two paddings are exchanged.

    Which sides does the first entry of `padding` belong to? Try a padding of (1, 0).
    """
    _half(kernel_size, padding)
    return _average(_pad(x, padding[::-1]), kernel_size, stride, (0, 0))


def average_first_stride_for_both(x, kernel_size, stride=None, padding=(0, 0)):
    """
    The first stride is used in both directions.

    What does the second entry of `stride` do in your code?
    """
    return _average(x, kernel_size, _step(kernel_size, stride)[:1] * 2, padding)


def average_of_incomplete_windows(x, kernel_size, stride=None, padding=(0, 0)):
    """
    A window that hangs over the edge counts.

    What becomes of an incomplete window? Count the windows of 2 in 5 cells.
    """
    _average(x, kernel_size, stride, padding)
    padded, down_right = _pad(x, padding), _step(kernel_size, stride)
    more = [-(padded.shape[2 + a] - kernel_size[a]) % down_right[a] for a in (0, 1)]
    return _average(functional.pad(padded, (0, more[1], 0, more[0])), kernel_size, stride, (0, 0))


def average_with_any_padding(x, kernel_size, stride=None, padding=(0, 0)):
    """
    A padding of more than half of the window is accepted.

    A window of 2 with a padding of 2 begins on nothing but padding. Which paddings does the handout allow?
    """
    return _average(_pad(x, padding), kernel_size, stride, (0, 0))


def average_of_large_windows(x, kernel_size, stride=None, padding=(0, 0)):
    """
    A window that is larger than the padded image is not refused.

    What should happen if there is no position at all? The handout names an exception.
    """
    _half(kernel_size, padding)
    down_right = _step(kernel_size, stride)
    rows, columns = ((x.shape[2 + a] + 2 * padding[a] - kernel_size[a]) // down_right[a] + 1 for a in (0, 1))
    empty = torch.zeros(*x.shape[:2], rows, columns, dtype=x.dtype)
    return _average(x, kernel_size, stride, padding) if rows > 0 and columns > 0 else empty


# Exercise 6: relu_backward


def passes_where_the_gradient_is_positive(grad_output, x):
    """
    The sign of the gradient decides what passes.

    What decides whether a number passed the ReLU on its way forward: its own sign, or that of the gradient?
    """
    return grad_output.clamp(min=0)


def passes_at_zero(grad_output, x):
    """
    The gradient passes where x is 0.

    What does the handout say of the gradient at exactly 0?
    """
    return grad_output * (x >= 0)


def gradient_is_left_out(grad_output, x):
    """
    The answer is 1 where x is positive: `grad_output` has no effect.

    The chain rule multiplies. What is dL/dx if the output has the gradient 9?
    """
    return (x > 0).to(x.dtype)


def times_the_output(grad_output, x):
    """
    The gradient is multiplied with the output of the ReLU.

    What was x multiplied with on its way through the ReLU: with itself, or with 1?
    """
    return grad_output * x.clamp(min=0)


def times_the_sign(grad_output, x):
    """
    Where x is negative, the gradient comes back with its sign turned.

    What passes the ReLU where x is negative? How much does the output change there when x changes a little?
    """
    return grad_output * x.sign()


def everything_passes(grad_output, x):
    """
    The gradient comes back as it is.

    How much does the output change when x changes a little, at x = -2?
    """
    return grad_output.clone()


def passes_where_x_is_negative(grad_output, x):
    """
    The gradient passes where x is negative.

    Which numbers does the ReLU let pass? Look at your comparison.
    """
    return grad_output * (x < 0)


# Exercise 7: max_pool2d_backward


def _winners(grad_output, x, kernel_size, stride, padding, *, value=-float("inf"), choose=None, put=None):
    """Take the gradient back: *choose* gives the share of each cell of a window, *put* adds it."""
    padded, step = _pad(x, padding, value), _step(kernel_size, stride)
    grad = torch.zeros_like(padded)
    for i, j, top, left in _positions(x, kernel_size, step, padding):
        window = padded[:, :, top : top + kernel_size[0], left : left + kernel_size[1]]
        share = (choose or _first)(window)
        below = grad[:, :, top : top + kernel_size[0], left : left + kernel_size[1]]
        part = share * grad_output[:, :, i : i + 1, j : j + 1]
        if put is None:
            below += part
        else:
            put(below, part, share)
    return _crop(grad, x, padding)


def _add(below, part):
    below += part


def _first(window):
    flat = window.flatten(2)
    return functional.one_hot(flat.argmax(-1), flat.shape[-1]).to(window.dtype).reshape(window.shape)


def _all(window):
    return (window == window.amax((2, 3), keepdim=True)).to(window.dtype)


def gradient_to_all_maxima(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Every cell that holds the largest value gets the gradient.

    How many cells of a window get the gradient? What does the handout say of a window whose largest value stands in it twice?
    """
    return _winners(grad_output, x, kernel_size, stride, padding, choose=_all)


def maxima_share_the_gradient(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    The cells that hold the largest value share the gradient.

    How many cells of a window get the gradient? What does the handout say of a window whose largest value stands in it twice?
    """
    return _winners(
        grad_output, x, kernel_size, stride, padding, choose=lambda w: _all(w) / _all(w).sum((2, 3), keepdim=True)
    )


def gradient_to_the_last_maximum(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Of several cells with the largest value, the last one gets the gradient.

    In which order does the handout look for the largest value? What does your comparison do where two are equal?
    """
    return _winners(grad_output, x, kernel_size, stride, padding, choose=lambda w: _first(w.flip(2, 3)).flip(2, 3))


def gradient_is_spread(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Each cell of a window gets an equal part of the gradient.

    Which cells of a window had any effect on its maximum? Of which pooling would that be the gradient?
    """
    return _winners(grad_output, x, kernel_size, stride, padding, choose=lambda w: torch.ones_like(w) / w[0, 0].numel())


def whole_window_gets_the_gradient(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Each cell of a window gets the whole gradient.

    Which cells of a window had any effect on its maximum?
    """
    return _winners(grad_output, x, kernel_size, stride, padding, choose=torch.ones_like)


def later_windows_overwrite(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    A cell that wins in several windows has the gradient of the last one only.

    What comes back to a number that went to several outputs? Look at the `=` of your innermost line.
    """

    def put(below, part, share):
        below[share > 0] = part[share > 0]

    return _winners(grad_output, x, kernel_size, stride, padding, put=put)


def each_window_clears_its_cells(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Each window overwrites what earlier ones have given to its cells, also where it gives 0.

    What comes back to a number that went to several outputs? Look at the `=` of your innermost line.
    """
    return _winners(grad_output, x, kernel_size, stride, padding, put=lambda below, part, _share: below.copy_(part))


def one_for_each_winner(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Each winner gets 1: `grad_output` has no effect.

    The chain rule multiplies. Which line of your code uses `grad_output`?
    """
    return _winners(torch.ones_like(grad_output), x, kernel_size, stride, padding)


def winners_times_their_value(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Each winner gets the gradient times its own value.

    What was the winner multiplied with on its way forward: with itself, or with 1?
    """
    return _winners(grad_output, x, kernel_size, stride, padding) * x


def padding_wins_backwards(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    The padding is made of zeros, which win against negative numbers: their gradient is lost.

    What if all pixels of a window are negative? Which cell was the winner on the way forward?
    """
    return _winners(grad_output, x, kernel_size, stride, padding, value=0.0)


def padding_is_left_on(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    The gradient has the size of the padded image.

    Which shape must dL/dx have? What becomes of the cells that belong to no pixel?
    """
    padded = _pad(x, padding, -float("inf"))
    return _winners(grad_output, padded, kernel_size, stride, (0, 0))


def winners_are_not_moved_back(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    What belongs to the padded image is cut off at its upper left corner instead of all around.

    Where in the padded image does the first pixel of the image lie?
    """
    padded = _pad(x, padding, -float("inf"))
    return _winners(grad_output, padded, kernel_size, stride, (0, 0))[:, :, : x.shape[2], : x.shape[3]].clone()


def backward_moves_by_its_size(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    The window always moves by its own size.

    Which line of your code uses `stride`? Where does the second window begin, for a window of 2 and stride 1?
    """
    padded = functional.pad(_pad(x, padding, -float("inf")), (0, 99, 0, 99), value=-float("inf"))
    size = kernel_size
    grad = torch.zeros_like(padded)
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            part = (
                slice(None),
                slice(None),
                slice(i * size[0], (i + 1) * size[0]),
                slice(j * size[1], (j + 1) * size[1]),
            )
            if padded[part].isfinite().any():
                grad[part] += _first(padded[part]) * grad_output[:, :, i : i + 1, j : j + 1]
    return _crop(grad, x, padding)


def backward_moves_by_one(grad_output, x, kernel_size, stride=None, padding=(0, 0)):
    """
    Without a stride the window moves by one cell.

    What does a stride of `None` mean in the handout? Where does the second window of 2 begin?
    """
    step, grad, padded = stride or (1, 1), torch.zeros_like(_pad(x, padding)), _pad(x, padding, -float("inf"))
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            rows = slice(i * step[0], i * step[0] + kernel_size[0])
            columns = slice(j * step[1], j * step[1] + kernel_size[1])
            grad[:, :, rows, columns] += _first(padded[:, :, rows, columns]) * grad_output[:, :, i : i + 1, j : j + 1]
    return _crop(grad, x, padding)


# Exercise 8: conv2d_backward


def filters_are_not_turned(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    On the way back to the images the filters are the wrong way round.

    Which values of the filter did a pixel meet, at which positions? Work out the three pixels of the handout.
    """
    grad_x, grad_weight, grad_bias = _gradients(grad_output, x, weight.flip(2, 3), stride, padding)
    return grad_x, grad_weight, grad_bias


def gradient_of_filters_turned(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradients of the filters are turned by half a turn.

    Which pixels did the first value of the filter meet? Work out the three pixels of the handout.
    """
    grad_x, grad_weight, grad_bias = _gradients(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight.flip(2, 3), grad_bias


def _by_windows(grad_output, x, weight, stride, padding, *, put_x=_add, put_weight=_add):
    padded = _pad(x, padding)
    grad_x, grad_weight = torch.zeros_like(padded), torch.zeros_like(weight)
    for n in range(x.shape[0]):
        for k in range(weight.shape[0]):
            for i, j, top, left in _positions(x, weight.shape[2:], stride, padding):
                here = (n, slice(None), slice(top, top + weight.shape[2]), slice(left, left + weight.shape[3]))
                put_weight(grad_weight[k], grad_output[n, k, i, j] * padded[here])
                put_x(grad_x[here], grad_output[n, k, i, j] * weight[k])
    return _crop(grad_x, x, padding), grad_weight, grad_output.sum((0, 2, 3))


def images_are_overwritten(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    What comes back to a pixel from several positions is not added up: the last one stays.

    To how many outputs did the pixel in the middle go? Look at the `=` of your line for `grad_x`.
    """
    return _by_windows(grad_output, x, weight, stride, padding, put_x=lambda below, part: below.copy_(part))


def filters_are_overwritten(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    What comes back to a filter from its positions is not added up: the last one stays.

    How many outputs did one value of the filter have a part in? Look at the `=` of your line for `grad_weight`.
    """
    return _by_windows(grad_output, x, weight, stride, padding, put_weight=lambda below, part: below.copy_(part))


def gradients_are_averaged(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradients of filters and biases are averaged over the images.

    Do the images of a batch add up, or are they averaged? `grad_output` has already seen the loss.
    """
    grad_x, grad_weight, grad_bias = _gradients(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight / x.shape[0], grad_bias / x.shape[0]


def filters_averaged(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradients of the filters are averaged over the images.

    Do the images of a batch add up, or are they averaged? `grad_output` has already seen the loss.
    """
    grad_x, grad_weight, grad_bias = _gradients(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight / x.shape[0], grad_bias


def biases_averaged_over_images(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradients of the biases are averaged over the images.

    To how many numbers was a bias added? Do the images of a batch add up, or are they averaged?
    """
    grad_x, grad_weight, grad_bias = _gradients(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight, grad_bias / x.shape[0]


def biases_averaged(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradients of the biases are averages.

    To how many numbers was a bias added, and what comes back from each of them?
    """
    grad_x, grad_weight, _ = _gradients(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight, grad_output.mean((0, 2, 3))


def biases_of_one_number(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    All biases share one gradient.

    How many biases are there? Over which axes of `grad_output` do you sum?
    """
    grad_x, grad_weight, _ = _gradients(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight, grad_output.sum()


def biases_for_each_image(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradients of the biases are not added up over the images.

    Which shape must `grad_bias` have? Over which axes of `grad_output` do you sum?
    """
    grad_x, grad_weight, _ = _gradients(grad_output, x, weight, stride, padding)
    return grad_x, grad_weight, grad_output.sum((2, 3))


def stride_ignored_on_the_way_back(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    On the way back the filter moves by one pixel.

    Where did the filter stand for the second number of the output, with stride 2?
    """
    padded = _pad(x, padding)
    rows, columns = grad_output.shape[2] + weight.shape[2] - 1, grad_output.shape[3] + weight.shape[3] - 1
    part = padded[:, :, :rows, :columns]
    grad_part, grad_weight, grad_bias = _gradients(grad_output, part, weight, (1, 1), (0, 0))
    more = (0, padded.shape[3] - columns, 0, padded.shape[2] - rows)
    return _crop(functional.pad(grad_part, more), x, padding), grad_weight, grad_bias


def images_without_gaps(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradient of the images is put together as if the stride were 1.

    Where was the filter at the second position, with a stride of 2? Which pixels did it meet there?
    """
    right = _gradients(grad_output, x, weight, stride, padding)
    padded = functional.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    grad = torch.zeros_like(padded)
    rows, columns = weight.shape[2:]
    for i in range(grad_output.shape[2]):
        for j in range(grad_output.shape[3]):
            part = torch.einsum("nk,kcrs->ncrs", grad_output[:, :, i, j], weight)
            grad[:, :, i : i + rows, j : j + columns] += part
    height, width = x.shape[2:]
    return grad[:, :, padding[0] : padding[0] + height, padding[1] : padding[1] + width], *right[1:]


def padding_stays_on(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradient of the images has the size of the padded images.

    Which shape must `grad_x` have? What becomes of the cells that belong to no pixel?
    """
    grad_padded, grad_weight, grad_bias = _gradients(grad_output, _pad(x, padding), weight, stride, (0, 0))
    return grad_padded, grad_weight, grad_bias


def crops_the_wrong_side(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The padding is cut off below and on the right only.

    Where in the padded image does the first pixel of the image lie?
    """
    grad_padded, grad_weight, grad_bias = _gradients(grad_output, _pad(x, padding), weight, stride, (0, 0))
    return grad_padded[:, :, : x.shape[2], : x.shape[3]].clone(), grad_weight, grad_bias


def padding_swapped_on_the_way_back(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The padding is cut off with its two entries exchanged.

    Which entry of `padding` belongs to the rows?
    """
    grad_padded, grad_weight, grad_bias = _gradients(grad_output, _pad(x, padding), weight, stride, (0, 0))
    return _crop(grad_padded, x, padding[::-1]).clone(), grad_weight, grad_bias


def filters_come_first(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradient of the filters comes before that of the images.

    In which order does the handout return the three gradients?
    """
    grad_x, grad_weight, grad_bias = _gradients(grad_output, x, weight, stride, padding)
    return grad_weight, grad_x, grad_bias


def two_gradients_only(grad_output, x, weight, stride=(1, 1), padding=(0, 0)):
    """
    The gradient of the biases is missing.

    How many gradients are asked for? What does `grad_bias` need that you do not have?
    """
    return _gradients(grad_output, x, weight, stride, padding)[:2]


# Exercise 9: numerical_gradient, gradient_is_right


def _differences(f, x, difference):
    gradient = torch.zeros_like(x)
    for place in range(x.numel()):
        unit = torch.zeros_like(x)
        unit.view(-1)[place] = 1.0
        gradient.view(-1)[place] = difference(unit)
    return gradient


def _central(f, x, h=1e-5):
    return _differences(f, x, lambda unit: (f(x + h * unit) - f(x - h * unit)) / (2 * h))


def one_sided(f, x, h=1e-5):
    """
    The difference is one-sided.

    In how many directions do you change an element? Compare x * x * x at 2 with h = 0.1 with the two numbers in the handout.
    """
    return _differences(f, x, lambda unit: (f(x + h * unit) - f(x)) / h)


def backward_difference(f, x, h=1e-5):
    """
    The difference is one-sided, to the left.

    In how many directions do you change an element? Compare x * x * x at 2 with h = 0.1 with the two numbers in the handout.
    """
    return _differences(f, x, lambda unit: (f(x) - f(x - h * unit)) / h)


def divided_by_h_alone(f, x, h=1e-5):
    """
    The difference is divided by h.

    How far apart are the two places at which you ask f?
    """
    return 2 * _central(f, x, h)


def not_divided(f, x, h=1e-5):
    """
    The difference is not divided by the step.

    How much does f change for each unit by which an element changes?
    """
    return 2 * h * _central(f, x, h)


def wrong_sign(f, x, h=1e-5):
    """
    The two values of f are exchanged.

    If f grows with x, which of the two values is larger, and which do you subtract?
    """
    return -_central(f, x, h)


def all_elements_at_once(f, x, h=1e-5):
    """
    All elements are changed at once.

    By which element does f change if all of them move? How many elements of x differ between your two calls of f?
    """
    return torch.full_like(x, float((f(x + h) - f(x - h)) / (2 * h)))


def step_is_fixed(f, x, h=1e-5):
    """
    The step is always the same: `h` has no effect.

    Which line of your code uses `h`? What does x * x * x give at 2 with h = 0.1?
    """
    return _central(f, x)


def steps_stay(f, x, h=1e-5):
    """
    Steps of earlier elements are still there when later ones are changed.

    How many elements of x differ between your call of f for the second element and x itself? When is x set back?
    """
    gradient = torch.zeros_like(x)
    changed = x.clone().view(-1)
    for place in range(x.numel()):
        changed[place] += h
        above = float(f(changed.view(x.shape)))
        changed[place] -= 2 * h
        gradient.view(-1)[place] = (above - f(changed.view(x.shape))) / (2 * h)
    return gradient


def absolute_tolerance(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    The difference is compared with the tolerance itself.

    Is a difference of 0.001 much, for gradients of about 1,000,000? And for gradients of about 0.000001?
    """
    return bool((gradient(x) - _central(f, x, h)).abs().max() <= tolerance)


def each_element_by_itself(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    Each element is compared on its own scale.

    With what does the handout compare the largest difference? What happens at an element whose gradient is nearly 0?
    """
    numerical = _central(f, x, h)
    return bool(((gradient(x) - numerical).abs() <= tolerance * numerical.abs()).all())


def average_difference(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    The average difference is compared.

    One element of a million is wrong: what is the average difference, and what is the largest?
    """
    numerical = _central(f, x, h)
    return bool((gradient(x) - numerical).abs().mean() <= tolerance * numerical.abs().max())


def signs_of_differences(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    A claimed gradient that is too small is not found.

    What is the largest difference if all of them are negative?
    """
    numerical = _central(f, x, h)
    return bool((gradient(x) - numerical).max() <= tolerance * numerical.abs().max())


def differences_cancel(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    The sums of the two gradients are compared.

    What if one element is too large and another one too small by as much?
    """
    numerical = _central(f, x, h)
    return bool((gradient(x) - numerical).sum().abs() <= tolerance * numerical.abs().max())


def one_right_element_is_enough(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    It is enough that one element is right.

    Do you ask whether all elements are near enough, or whether any is?
    """
    numerical = _central(f, x, h)
    return bool(((gradient(x) - numerical).abs() <= tolerance * numerical.abs().max()).any())


def first_element_only(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    Only the first element is compared.

    How many elements have the two gradients, and how many of them do you look at before you return?
    """
    numerical = _central(f, x, h)
    difference = (gradient(x) - numerical).abs().reshape(-1)[0]
    return bool(difference <= tolerance * numerical.abs().max())


def always_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    Every gradient is right.

    What would have to happen in your code for it to return False?
    """
    return True


def never_right(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    No gradient is right.

    Can two numbers that were computed in different ways be exactly the same? How near must they be here?
    """
    return False


def says_whether_it_is_wrong(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    True and False are exchanged.

    Which of the two does your function return where the difference is small?
    """
    numerical = _central(f, x, h)
    return bool((gradient(x) - numerical).abs().max() > tolerance * numerical.abs().max())


def tolerance_is_fixed(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    The tolerance is always the same: `tolerance` has no effect.

    Which line of your code uses `tolerance`?
    """
    numerical = _central(f, x, h)
    return bool((gradient(x) - numerical).abs().max() <= 1e-6 * numerical.abs().max())


def checks_with_its_own_step(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    The numerical gradient is always taken with the same step: `h` has no effect.

    Is `h` handed on to your numerical gradient?
    """
    numerical = _central(f, x)
    return bool((gradient(x) - numerical).abs().max() <= tolerance * numerical.abs().max())


def less_than_the_tolerance(f, gradient, x, h=1e-5, tolerance=1e-6):
    """
    A gradient of 0 everywhere is never right.

    What is the largest difference if both gradients are 0, and what do you compare it with? Look at your `<`.
    """
    numerical = _central(f, x, h)
    return bool((gradient(x) - numerical).abs().max() < tolerance * numerical.abs().max())


# Exercise 10: grouped_conv2d


def dilation_is_ignored(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The dilation has no effect.

    Which line of your code uses `dilation`? How many pixels does a filter of 3 with dilation 2 cover?
    """
    return _conv(x, weight, bias, stride, padding, (1, 1), groups)


def dilation_is_swapped(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The two dilations are exchanged.

    Which entry of `dilation` goes down the image? Look at the drawing of (2, 1).
    """
    return _conv(x, weight, bias, stride, padding, dilation[::-1], groups)


def first_dilation_for_both(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The first dilation is used in both directions.

    What does the second entry of `dilation` do in your code? Look at the drawing of (2, 1).
    """
    return _conv(x, weight, bias, stride, padding, dilation[:1] * 2, groups)


def dilation_counts_the_gaps(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The values of the filter have `dilation` pixels between them.

    How far apart are neighbours with dilation 1, and how many pixels lie between them?
    """
    return _conv(x, weight, bias, stride, padding, (dilation[0] + 1, dilation[1] + 1), groups)


def covers_dilation_times_the_filter(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    A filter is taken to cover `dilation` times its size.

    How far apart are the first and the last value of a filter of 3 with dilation 2? Count the pixels in the drawing.
    """
    covered = [dilation[a] * weight.shape[2 + a] for a in (0, 1)]
    rows, columns = ((x.shape[2 + a] + 2 * padding[a] - covered[a]) // stride[a] + 1 for a in (0, 1))
    if rows < 1 or columns < 1:
        raise ValueError("the filter does not fit")
    return _conv(x, weight, bias, stride, padding, dilation, groups)[:, :, :rows, :columns].clone()


def fit_is_decided_without_dilation(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    Whether the filter fits is decided without the dilation.

    How many pixels does a dilated filter cover, and which number do you compare with the image?
    """
    _fits(x, weight.shape[2:], padding)
    rows, columns = (
        (x.shape[2 + a] + 2 * padding[a] - dilation[a] * (weight.shape[2 + a] - 1) - 1) // stride[a] + 1 for a in (0, 1)
    )
    empty = torch.zeros(x.shape[0], weight.shape[0], rows, columns, dtype=x.dtype)
    return _conv(x, weight, bias, stride, padding, dilation, groups) if rows > 0 and columns > 0 else empty


def first_channels_for_all_groups(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The filters of every group see the first channels.

    Which channels does the second half of the filters see, with 2 groups? At which channel does a group begin?
    """
    return _conv(x[:, : weight.shape[1]], weight, bias, stride, padding, dilation)


def groups_take_turns(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The filters take turns with the groups: filter 0 sees the first group, filter 1 the second one.

    With 6 filters and 2 groups, which filters see the first channels in the handout?
    """
    filters = weight.shape[0]
    order = [g * (filters // groups) + k for k in range(filters // groups) for g in range(groups)]
    there = torch.tensor(order).argsort()
    turned = _conv(x, weight[there], None if bias is None else bias[there], stride, padding, dilation, groups)
    return turned[:, order]


def channels_take_turns(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The channels take turns with the groups: channel 0 belongs to the first group, channel 1 to the second one.

    With 4 channels and 2 groups, which channels do the first filters see in the handout?
    """
    size = weight.shape[1]
    order = [c * groups + g for g in range(groups) for c in range(size)]
    return _conv(x[:, order], weight, bias, stride, padding, dilation, groups)


def grouped_without_bias(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The biases are not added.

    Your output does not depend on `bias`. To which numbers does it belong?
    """
    return _conv(x, weight, None, stride, padding, dilation, groups)


def groups_share_the_first_biases(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """
    The filters of every group get the biases of the first group.

    Which bias belongs to the first filter of the second group?
    """
    if bias is not None:
        bias = bias[: len(bias) // groups].repeat(groups)
    return _conv(x, weight, bias, stride, padding, dilation, groups)


MISCONCEPTIONS = {
    "slide": (
        flips_the_filter,
        transposes_the_filter,
        transposes_the_output,
        misses_the_last_position,
        last_position_stays_empty,
        keeps_the_size,
        multiplies_matrices,
        averages_the_products,
        jumps_by_the_filter,
        large_filter_slides,
        exact_filter_refused,
        only_large_in_both_refused,
        square_filters_only,
    ),
    "conv2d": (
        filters_are_flipped,
        filters_are_transposed,
        bias_is_forgotten,
        bias_for_each_product,
        bias_for_each_channel,
        first_bias_for_all,
        bias_along_the_width,
        padding_above_and_left,
        padding_below_and_right,
        pixels_at_the_far_corner,
        stride_swapped,
        padding_swapped,
        pairs_swapped,
        first_stride_for_both,
        first_padding_for_both,
        first_of_both_pairs,
        stride_is_ignored,
        stride_only_in_the_size,
        padding_is_ignored,
        first_channel_only,
        channels_are_averaged,
        first_sheet_for_all_channels,
        first_image_only,
        first_filter_for_all,
        filters_before_images,
        rows_and_columns_exchanged,
        last_position_missing,
        last_positions_stay_empty,
        incomplete_positions_count,
        padded_with_ones,
        padded_with_the_edge,
        sums_without_fractions,
        answers_without_fractions,
        large_filters_not_refused,
        fit_is_decided_without_padding,
        exact_fit_is_refused,
        remainder_is_refused,
    ),
    "relu": (
        absolute_value,
        leaky,
        capped_at_six,
        step,
        smaller_of_zero_and_input,
        sigmoid,
        maximum_of_python,
        whole_numbers_only,
        single_numbers_not_taken,
    ),
    "max_pool2d": (
        zeros_may_win,
        maximum_begins_at_zero,
        maximum_moves_by_one,
        maximum_moves_by_its_size,
        average_for_maximum,
        smallest_value,
        maximum_over_channels,
        maximum_window_turned,
        maximum_stride_turned,
        maximum_padding_turned,
        maximum_of_square_windows,
        maximum_first_stride_for_both,
        maximum_of_incomplete_windows,
        maximum_without_padding,
        maximum_with_any_padding,
        maximum_of_large_windows,
    ),
    "avg_pool2d": (
        padding_does_not_count,
        sum_for_average,
        maximum_for_average,
        divided_by_the_square,
        average_moves_by_one,
        average_moves_by_its_size,
        average_without_padding,
        average_over_channels,
        average_window_turned,
        average_stride_turned,
        average_padding_turned,
        average_first_stride_for_both,
        average_of_incomplete_windows,
        average_with_any_padding,
        average_of_large_windows,
    ),
    "relu_backward": (
        passes_where_the_gradient_is_positive,
        passes_at_zero,
        gradient_is_left_out,
        times_the_output,
        times_the_sign,
        everything_passes,
        passes_where_x_is_negative,
    ),
    "max_pool2d_backward": (
        gradient_to_all_maxima,
        maxima_share_the_gradient,
        gradient_to_the_last_maximum,
        gradient_is_spread,
        whole_window_gets_the_gradient,
        later_windows_overwrite,
        each_window_clears_its_cells,
        one_for_each_winner,
        winners_times_their_value,
        padding_wins_backwards,
        padding_is_left_on,
        winners_are_not_moved_back,
        backward_moves_by_its_size,
        backward_moves_by_one,
    ),
    "conv2d_backward": (
        filters_are_not_turned,
        gradient_of_filters_turned,
        images_are_overwritten,
        filters_are_overwritten,
        gradients_are_averaged,
        filters_averaged,
        biases_averaged_over_images,
        biases_averaged,
        biases_of_one_number,
        biases_for_each_image,
        stride_ignored_on_the_way_back,
        images_without_gaps,
        padding_stays_on,
        crops_the_wrong_side,
        padding_swapped_on_the_way_back,
        filters_come_first,
        two_gradients_only,
    ),
    "numerical_gradient": (
        one_sided,
        backward_difference,
        divided_by_h_alone,
        not_divided,
        wrong_sign,
        all_elements_at_once,
        step_is_fixed,
        steps_stay,
    ),
    "gradient_is_right": (
        absolute_tolerance,
        each_element_by_itself,
        average_difference,
        signs_of_differences,
        differences_cancel,
        one_right_element_is_enough,
        first_element_only,
        always_right,
        never_right,
        says_whether_it_is_wrong,
        tolerance_is_fixed,
        checks_with_its_own_step,
        less_than_the_tolerance,
    ),
    "grouped_conv2d": (
        dilation_is_ignored,
        dilation_is_swapped,
        first_dilation_for_both,
        dilation_counts_the_gaps,
        covers_dilation_times_the_filter,
        fit_is_decided_without_dilation,
        first_channels_for_all_groups,
        groups_take_turns,
        channels_take_turns,
        grouped_without_bias,
        groups_share_the_first_biases,
    ),
}


def _numbers(*shape):
    """Return numbers of which no two are the same, some of them negative."""
    return (torch.arange(torch.Size(shape).numel()).double() * 37 % 211 - 60).reshape(shape)


PROBES = {  # further calls that tell mistakes apart
    "slide": (
        (torch.ones(2, 2).double(), torch.ones(3, 3).double()),
        (_numbers(4, 6), _numbers(2, 3)),
    ),
    "conv2d": ((_numbers(2, 2, 4, 6), _numbers(3, 2, 2, 3) / 8, _numbers(3) / 16, (1, 2), (1, 0)),),
    "max_pool2d": ((-_numbers(1, 2, 4, 4).abs() - 1, (2, 2)), (_numbers(2, 2, 5, 6), (2, 3), (2, 1), (1, 0))),
    "avg_pool2d": ((_numbers(2, 2, 5, 6), (2, 3), (2, 1), (1, 0)),),
}
