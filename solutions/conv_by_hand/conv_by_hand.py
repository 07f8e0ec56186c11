"""Reference solution of Convolution by hand."""  # SOLUTION NO PROMPT

# %% [markdown]
# # Convolution by hand
#
# You write what a convolutional network computes: convolution, ReLU and pooling, forwards and backwards. Nothing here
# calls PyTorch's own layers: you slide the filter yourself.
#
# Replace every `raise NotImplementedError` by your answer and keep the names of the functions and of their
# arguments. The handout, `README.md`, says what each of them is given and returns. Then run
#
#     grader check conv_by_hand
#
# or, in the notebook, its last cell.

# %%
import torch

# %% [markdown]
# ## 1. Slide one filter over one image


# %%
def slide(image: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """
    Slide a filter over an image of one channel: at each position, multiply element by element, then sum.

    Args:
        image: (H, W).
        kernel: The filter, (R, S).

    Returns:
        (H - R + 1, W - S + 1).

    Raises:
        ValueError: If the filter is higher or wider than the image.
    """
    # BEGIN SOLUTION
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"a filter of {tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    output = torch.zeros(rows, columns, dtype=image.dtype)
    for row in range(rows):
        for column in range(columns):
            window = image[row : row + kernel.shape[0], column : column + kernel.shape[1]]
            output[row, column] = (window * kernel).sum()
    return output
    # END SOLUTION


# %% [markdown]
# ## 2. A convolutional layer


# %%
def conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> torch.Tensor:
    """
    Slide K filters over N images of C channels.

    Args:
        x: Images, (N, C, H, W).
        weight: Filters, (K, C, R, S).
        bias: One number for each filter, (K,); None for no biases.
        stride: Step of the filter, (down, to the right).
        padding: Zeros to add, (above and below each, left and right each).

    Returns:
        (N, K, H', W').

    Raises:
        ValueError: If the filter is higher or wider than the padded image.
    """
    # BEGIN SOLUTION
    padded = _padded(x, padding, 0.0)
    rows, columns = _positions(padded, weight.shape[2:], stride)
    output = torch.zeros(x.shape[0], weight.shape[0], rows, columns, dtype=x.dtype)
    for r in range(weight.shape[2]):
        for s in range(weight.shape[3]):
            output += torch.einsum("nchw,kc->nkhw", _below(padded, r, s, rows, columns, stride), weight[:, :, r, s])
    return output if bias is None else output + bias[:, None, None]
    # END SOLUTION


# %% [markdown]
# ## 3. ReLU


# %%
def relu(x: torch.Tensor) -> torch.Tensor:
    """
    Return max(0, x) for each element of *x*, which has any shape.
    """
    # BEGIN SOLUTION
    return torch.where(x > 0, x, torch.zeros_like(x))
    # END SOLUTION


# %% [markdown]
# ## 4. Max pooling


# %%
def max_pool2d(
    x: torch.Tensor,
    kernel_size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> torch.Tensor:
    """
    Return the largest value of each window.

    Args:
        x: (N, C, H, W).
        kernel_size: Height and width of the window.
        stride: Step of the window, (down, to the right); None means *kernel_size*.
        padding: Cells to add, (above and below each, left and right each); they never win.

    Returns:
        (N, C, H', W').

    Raises:
        ValueError: If a padding is more than half of the window, or the window does not fit.
    """
    # BEGIN SOLUTION
    return _windows(x, kernel_size, stride, padding, -float("inf")).amax((-2, -1))
    # END SOLUTION


# %% [markdown]
# ## 5. Average pooling


# %%
def avg_pool2d(
    x: torch.Tensor,
    kernel_size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> torch.Tensor:
    """
    Return the average of each window; the zeros of the padding count.

    Arguments, shapes and errors are those of max_pool2d.
    """
    # BEGIN SOLUTION
    return _windows(x, kernel_size, stride, padding, 0.0).mean((-2, -1))
    # END SOLUTION


# %% [markdown]
# ## 6. Backwards through ReLU


# %%
def relu_backward(grad_output: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """
    Return the gradient of the loss with respect to the input of a ReLU.

    Args:
        grad_output: Gradient of the loss with respect to relu(x), in the shape of *x*.
        x: What the ReLU was given, of any shape.
    """
    # BEGIN SOLUTION
    return grad_output * (x > 0)
    # END SOLUTION


# %% [markdown]
# ## 7. Backwards through max pooling


# %%
def max_pool2d_backward(
    grad_output: torch.Tensor,
    x: torch.Tensor,
    kernel_size: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
) -> torch.Tensor:
    """
    Return the gradient of the loss with respect to the input of a max pooling.

    Args:
        grad_output: Gradient of the loss with respect to max_pool2d(x, kernel_size, stride, padding), (N, C, H', W').
        x: What the pooling was given, (N, C, H, W).
        kernel_size: As that of max_pool2d; *stride* and *padding* too.

    Returns:
        (N, C, H, W).
    """
    # BEGIN SOLUTION
    step = kernel_size if stride is None else stride
    winners = _windows(x, kernel_size, stride, padding, -float("inf")).flatten(-2).argmax(-1)
    rows, columns = grad_output.shape[2:]
    gradient = torch.zeros_like(_padded(x, padding, 0.0))
    for r in range(kernel_size[0]):
        for s in range(kernel_size[1]):
            below = _below(gradient, r, s, rows, columns, step)
            below += grad_output * (winners == r * kernel_size[1] + s)
    return _cropped(gradient, x, padding)
    # END SOLUTION


# %% [markdown]
# ## 8. Backwards through a convolution


# %%
def conv2d_backward(
    grad_output: torch.Tensor,
    x: torch.Tensor,
    weight: torch.Tensor,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """
    Return the gradients of the loss with respect to the images, the filters and the biases of a convolution.

    Args:
        grad_output: Gradient of the loss with respect to conv2d(x, weight, bias, stride, padding), (N, K, H', W').
        x: (N, C, H, W).
        weight: (K, C, R, S).
        stride: As that of conv2d; *padding* too.

    Returns:
        grad_x (N, C, H, W), grad_weight (K, C, R, S), grad_bias (K,).
    """
    # BEGIN SOLUTION
    padded = _padded(x, padding, 0.0)
    rows, columns = grad_output.shape[2:]
    grad_padded, grad_weight = torch.zeros_like(padded), torch.zeros_like(weight)
    for r in range(weight.shape[2]):
        for s in range(weight.shape[3]):
            below = _below(padded, r, s, rows, columns, stride)
            grad_weight[:, :, r, s] = torch.einsum("nkhw,nchw->kc", grad_output, below)
            grad_below = _below(grad_padded, r, s, rows, columns, stride)
            grad_below += torch.einsum("nkhw,kc->nchw", grad_output, weight[:, :, r, s])
    return _cropped(grad_padded, x, padding), grad_weight, grad_output.sum((0, 2, 3))
    # END SOLUTION


# %% [markdown]
# ## 9. Check a gradient with numbers


# %%
def numerical_gradient(f, x: torch.Tensor, h: float = 1e-5) -> torch.Tensor:
    """
    Return the gradient of a function by central differences.

    Args:
        f: A function that takes a tensor in the shape of *x* and returns one number.
        x: Where the gradient is asked for, of any shape.
        h: Step.

    Returns:
        A tensor in the shape of *x*; *x* itself is as it was.
    """
    # BEGIN SOLUTION
    gradient = torch.zeros_like(x)
    for place in range(x.numel()):
        step = torch.zeros_like(x)
        step.view(-1)[place] = h
        gradient.view(-1)[place] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    # END SOLUTION


def gradient_is_right(f, gradient, x: torch.Tensor, h: float = 1e-5, tolerance: float = 1e-6) -> bool:
    """
    Return whether *gradient* gives the gradient of *f* at *x*.

    Args:
        f: A function that takes a tensor in the shape of *x* and returns one number.
        gradient: A function that takes a tensor in the shape of *x* and returns another one: what somebody claims.
        x: Where the two are compared.
        h: Step of the numerical gradient.
        tolerance: How far apart they may be, as a share of the largest absolute value of the numerical gradient.
    """
    # BEGIN SOLUTION
    numerical = numerical_gradient(f, x, h)
    return bool((gradient(x) - numerical).abs().max() <= tolerance * numerical.abs().max())
    # END SOLUTION


# %% [markdown]
# ## 10. Dilation and groups, for those who want more


# %%
def grouped_conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
    groups: int = 1,
) -> torch.Tensor:
    """
    Slide filters whose values lie apart, each over the channels of its group.

    Args:
        x: (N, C, H, W); *groups* divides C.
        weight: (K, C / groups, R, S); *groups* divides K.
        bias: (K,), or None for no biases.
        stride: As that of conv2d; *padding* too.
        dilation: Distance between neighbouring values of the filter, (down, to the right).
        groups: Into how many groups the channels and the filters are split.

    Returns:
        (N, K, H', W').

    Raises:
        ValueError: If the filter covers more than the padded image.
    """
    # BEGIN SOLUTION
    spread = torch.zeros(
        *weight.shape[:2],
        dilation[0] * (weight.shape[2] - 1) + 1,
        dilation[1] * (weight.shape[3] - 1) + 1,
        dtype=weight.dtype,
    )
    spread[:, :, :: dilation[0], :: dilation[1]] = weight
    images, filters = x.chunk(groups, 1), spread.chunk(groups, 0)
    output = torch.cat([conv2d(images[g], filters[g], None, stride, padding) for g in range(groups)], 1)
    return output if bias is None else output + bias[:, None, None]
    # END SOLUTION


# BEGIN SOLUTION NO PROMPT
def _padded(x, padding, value):
    down, right = padding
    return torch.nn.functional.pad(x, (right, right, down, down), value=value)


def _cropped(gradient, x, padding):
    down, right = padding
    return gradient[:, :, down : down + x.shape[2], right : right + x.shape[3]]


def _positions(padded, kernel_size, stride):
    spare = padded.shape[2] - kernel_size[0], padded.shape[3] - kernel_size[1]
    if min(spare) < 0:
        raise ValueError(f"a window of {tuple(kernel_size)} does not fit into {tuple(padded.shape[2:])}")
    return spare[0] // stride[0] + 1, spare[1] // stride[1] + 1


def _below(padded, r, s, rows, columns, stride):
    """Return what lies below one value of a filter, at each of its positions."""
    down, right = stride
    return padded[:, :, r : r + down * (rows - 1) + 1 : down, s : s + right * (columns - 1) + 1 : right]


def _windows(x, kernel_size, stride, padding, value):
    """Return the windows of a pooling, (N, C, H', W', R, S)."""
    down, right = kernel_size if stride is None else stride
    if 2 * padding[0] > kernel_size[0] or 2 * padding[1] > kernel_size[1]:
        raise ValueError(f"a padding of {padding} is more than half of a window of {kernel_size}")
    padded = _padded(x, padding, value)
    _positions(padded, kernel_size, (down, right))
    return padded.unfold(2, kernel_size[0], down).unfold(3, kernel_size[1], right)


# END SOLUTION
