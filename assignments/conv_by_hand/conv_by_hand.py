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
    raise NotImplementedError


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
    raise NotImplementedError


# %% [markdown]
# ## 3. ReLU


# %%
def relu(x: torch.Tensor) -> torch.Tensor:
    """
    Return max(0, x) for each element of *x*, which has any shape.
    """
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
