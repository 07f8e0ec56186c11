"""
Known mistakes of Optimizers, each one an executable wrong solution.

The first line of a docstring says the mistake; the rest is the hint for the student.  Apart from its one mistake every
function and class is right, so that it answers exactly like a student who made only this one.
"""

import math

import torch


def _gradient(x, y, theta):
    return 2 * x.T @ (x @ theta - y) / len(x)


def _descend(x, y, theta, lr, batches, gradient=_gradient):
    for rows in batches:
        theta = theta - lr * gradient(x[rows], y[rows], theta)
    return theta


def _all(x, steps):
    return [slice(len(x))] * steps


def _one_each(order):
    return [slice(sample, sample + 1) for sample in order]


def _cut(x, batch_size, epochs):
    return [slice(start, start + batch_size) for start in range(0, len(x), batch_size)] * epochs


# Exercise 1: iterations


def last_batch_forgotten(samples, batch_size, epochs=1):
    """
    The samples that are left after the full batches are not counted.

    Five samples in batches of two: which batch is the fifth sample in?
    """
    return samples // batch_size * epochs


def one_batch_more(samples, batch_size, epochs=1):
    """
    A further batch is counted also where nothing is left.

    Four samples in batches of two: what would be in a third batch?
    """
    return (samples // batch_size + 1) * epochs


def batches_rounded(samples, batch_size, epochs=1):
    """
    The number of batches is rounded to the nearest integer.

    Nine samples in batches of four: what becomes of the ninth?
    """
    return round(samples / batch_size) * epochs


def batches_not_whole(samples, batch_size, epochs=1):
    """
    The answer is a fraction.

    Can a training do half a step? What becomes of the samples that fill no batch?
    """
    return samples / batch_size * epochs


def batches_run_on(samples, batch_size, epochs=1):
    """
    A batch goes on into the next epoch.

    With which sample does an epoch begin? Write down the batches of five samples for two epochs.
    """
    return math.ceil(samples * epochs / batch_size)


def epochs_not_counted(samples, batch_size, epochs=1):
    """
    The number of epochs has no effect.

    How many steps does a training of ten epochs have, if one epoch has three?
    """
    return math.ceil(samples / batch_size)


# Exercises 2 to 4: descents


def _summed(x, y, theta):
    return _gradient(x, y, theta) * len(x)


def _halved(x, y, theta):
    return _gradient(x, y, theta) / 2


def _uphill(x, y, theta):
    return -_gradient(x, y, theta)


def _of_all_numbers(x, y, theta):
    return _gradient(x, y, theta) * len(x) / x.numel()


def _not_squared(x, y, theta):
    return x.T @ (x @ theta - y).sign() / len(x)


def _root(x, y, theta):
    error = x @ theta - y
    return x.T @ error / len(x) / error.square().mean().sqrt()


def sums_the_errors(x, y, theta, lr, steps):
    """
    The loss is the sum of the squared errors.

    How does a step of yours grow if every sample is there twice? What does the handout divide by?
    """
    return _descend(x, y, theta, lr, _all(x, steps), _summed)


def half_the_gradient(x, y, theta, lr, steps):
    """
    The gradient is half of what it should be.

    What is the derivative of a square? Compare your first step with the one in the handout.
    """
    return _descend(x, y, theta, lr, _all(x, steps), _halved)


def goes_uphill(x, y, theta, lr, steps):
    """
    Each step goes uphill.

    Compute the loss before and after your first step. Where does the gradient point to?
    """
    return _descend(x, y, theta, lr, _all(x, steps), _uphill)


def divides_by_all_numbers(x, y, theta, lr, steps):
    """
    The sum is divided by the number of all numbers in x.

    How many errors are there, if each of four samples has three numbers?
    """
    return _descend(x, y, theta, lr, _all(x, steps), _of_all_numbers)


def absolute_errors(x, y, theta, lr, steps):
    """
    The loss is the mean of absolute errors.

    In the example of the handout steps become shorter. Why do yours not?
    """
    return _descend(x, y, theta, lr, _all(x, steps), _not_squared)


def root_of_the_loss(x, y, theta, lr, steps):
    """
    The root of the mean squared error is descended.

    What is J, exactly? Write its derivative for a single sample.
    """
    return _descend(x, y, theta, lr, _all(x, steps), _root)


def first_gradient_always(x, y, theta, lr, steps):
    """
    All steps use the gradient of the place where the descent began.

    At which theta is the gradient of the second step taken? Compare your second step with the one in the handout.
    """
    return theta - steps * lr * _gradient(x, y, theta)


def one_step_short(x, y, theta, lr, steps):
    """
    There is one step too few.

    How often does your loop run when `steps` is 1?
    """
    return _descend(x, y, theta, lr, _all(x, max(steps - 1, 0)))


def one_step_too_many(x, y, theta, lr, steps):
    """
    There is one step too many.

    What must come out when `steps` is 0?
    """
    return _descend(x, y, theta, lr, _all(x, steps + 1))


def always_one_step(x, y, theta, lr, steps):
    """
    There is one step, whatever `steps` is.

    After which line does your function return, and how often has the loop run then?
    """
    return _descend(x, y, theta, lr, _all(x, min(steps, 1)))


def batch_changes_theta(x, y, theta, lr, steps):
    """
    The theta that was handed over is changed.

    What does `-=` do to a tensor that somebody else has, too?
    """
    for _ in range(steps):
        theta -= lr * _gradient(x, y, theta)
    return theta


def stochastic_half_the_gradient(x, y, theta, lr, order):
    """
    The gradient is half of what it should be.

    What is the derivative of a square? Compare your first step with the one in the handout.
    """
    return _descend(x, y, theta, lr, _one_each(order), _halved)


def stochastic_goes_uphill(x, y, theta, lr, order):
    """
    Each step goes uphill.

    Compute the loss of the sample before and after your step. Where does the gradient point to?
    """
    return _descend(x, y, theta, lr, _one_each(order), _uphill)


def stochastic_over_all(x, y, theta, lr, order):
    """
    The gradient of one sample is divided by the number of all samples.

    Of how many samples is the loss of a single step the mean?
    """
    return _descend(x, y, theta, lr / len(x), _one_each(order))


def order_ignored(x, y, theta, lr, order):
    """
    The samples are used as they stand, and not in the given order.

    Where does the order [1, 0] lead first? Which sample does your first step use?
    """
    return _descend(x, y, theta, lr, _one_each(range(len(order))))


def whole_epoch_instead(x, y, theta, lr, order):
    """
    Every sample is used once, whatever the order says.

    How many steps does order [0] ask for?
    """
    return _descend(x, y, theta, lr, _one_each(range(len(x))))


def each_sample_once(x, y, theta, lr, order):
    """
    A sample that comes twice is used once.

    How many steps does order [0, 0] ask for?
    """
    return _descend(x, y, theta, lr, _one_each(dict.fromkeys(order)))


def order_counts_from_one(x, y, theta, lr, order):
    """
    The numbers of the samples are counted from 1.

    Which row of x is sample 0?
    """
    return _descend(x, y, theta, lr, [[sample - 1] for sample in order])


def all_at_the_beginning(x, y, theta, lr, order):
    """
    The gradients of all steps are taken where the descent began.

    Where are you when the second sample is used? Follow order [0, 1] of the handout.
    """
    return theta - lr * sum((_gradient(x[rows], y[rows], theta) for rows in _one_each(order)), torch.zeros_like(theta))


def all_samples_each_step(x, y, theta, lr, order):
    """
    Each step uses all samples.

    Which samples are in the loss of a step for sample 0?
    """
    return _descend(x, y, theta, lr, _all(x, len(order)))


def all_of_the_order_at_once(x, y, theta, lr, order):
    """
    The samples of the order are used as one batch.

    How many steps does order [0, 1] ask for?
    """
    return _descend(x, y, theta, lr, [order] if order else [])


def stochastic_changes_theta(x, y, theta, lr, order):
    """
    The theta that was handed over is changed.

    What does `-=` do to a tensor that somebody else has, too?
    """
    for rows in _one_each(order):
        theta -= lr * _gradient(x[rows], y[rows], theta)
    return theta


def batches_summed(x, y, theta, lr, batch_size, epochs=1):
    """
    The loss of a batch is the sum of its squared errors.

    How does a step of yours grow if every sample of the batch is there twice? What does the handout divide by?
    """
    return _descend(x, y, theta, lr, _cut(x, batch_size, epochs), _summed)


def batches_half_the_gradient(x, y, theta, lr, batch_size, epochs=1):
    """
    The gradient is half of what it should be.

    What is the derivative of a square? Compare your first step with the one in the handout.
    """
    return _descend(x, y, theta, lr, _cut(x, batch_size, epochs), _halved)


def batches_go_uphill(x, y, theta, lr, batch_size, epochs=1):
    """
    Each step goes uphill.

    Compute the loss before and after your first step. Where does the gradient point to?
    """
    return _descend(x, y, theta, lr, _cut(x, batch_size, epochs), _uphill)


def divides_by_the_batch_size(x, y, theta, lr, batch_size, epochs=1):
    """
    The sum over the last batch is divided by the batch size, though there are fewer samples in it.

    What is the mean of one number? Compare your step for sample 2 of the handout's example.
    """

    def gradient(x, y, theta):
        return _summed(x, y, theta) / batch_size

    return _descend(x, y, theta, lr, _cut(x, batch_size, epochs), gradient)


def batches_over_all(x, y, theta, lr, batch_size, epochs=1):
    """
    The sum over a batch is divided by the number of all samples.

    Over how many samples is the loss of a step the mean?
    """
    samples = len(x)

    def gradient(x, y, theta):
        return _summed(x, y, theta) / samples

    return _descend(x, y, theta, lr, _cut(x, batch_size, epochs), gradient)


def last_batch_dropped(x, y, theta, lr, batch_size, epochs=1):
    """
    The samples that fill no batch are left out.

    Five samples in batches of two: which step uses the fifth?
    """
    whole = len(x) // batch_size * batch_size
    return _descend(x, y, theta, lr, [rows for rows in _cut(x, batch_size, epochs) if rows.stop <= whole])


def last_batch_filled_up(x, y, theta, lr, batch_size, epochs=1):
    """
    The last batch is filled up with samples that have been used already.

    How many samples does the last batch of the handout's example have?
    """
    begins = [rows.start for rows in _cut(x, batch_size, epochs)]
    batches = [[(begin + place) % len(x) for place in range(batch_size)] for begin in begins]
    return _descend(x, y, theta, lr, batches)


def last_batch_reaches_back(x, y, theta, lr, batch_size, epochs=1):
    """
    The last batch is moved back until it is full.

    How many samples does the last batch of the handout's example have?
    """
    begins = (max(min(rows.start, len(x) - batch_size), 0) for rows in _cut(x, batch_size, epochs))
    return _descend(x, y, theta, lr, [slice(begin, begin + batch_size) for begin in begins])


def batches_overlap(x, y, theta, lr, batch_size, epochs=1):
    """
    The batches overlap: each begins one sample after the one before.

    How often is each sample used in an epoch?
    """
    batches = [slice(start, start + batch_size) for start in range(max(len(x) - batch_size + 1, 1))]
    return _descend(x, y, theta, lr, batches * epochs)


def one_epoch_only(x, y, theta, lr, batch_size, epochs=1):
    """
    There is one epoch, whatever `epochs` is.

    With which sample does the second epoch begin, and where does your function return?
    """
    return _descend(x, y, theta, lr, _cut(x, batch_size, 1))


def epochs_are_steps(x, y, theta, lr, batch_size, epochs=1):
    """
    An epoch is one batch.

    How many steps does an epoch have, of three samples in batches of two?
    """
    return _descend(x, y, theta, lr, _cut(x, batch_size, epochs)[:epochs])


def batch_once_for_each_epoch(x, y, theta, lr, batch_size, epochs=1):
    """
    Each batch is used several times in a row, before the next one has its turn.

    In which order are the batches used in two epochs?
    """
    return _descend(x, y, theta, lr, [rows for rows in _cut(x, batch_size, 1) for _ in range(epochs)])


def same_theta_for_the_epoch(x, y, theta, lr, batch_size, epochs=1):
    """
    The gradients of all batches are taken where the epoch began.

    Where are you when the second batch is used?
    """
    for _ in range(epochs):
        theta = theta - lr * sum(_gradient(x[rows], y[rows], theta) for rows in _cut(x, batch_size, 1))
    return theta


def whole_set_each_step(x, y, theta, lr, batch_size, epochs=1):
    """
    Each step uses all samples.

    Which samples are in the loss of the first step?
    """
    return _descend(x, y, theta, lr, _all(x, len(_cut(x, batch_size, epochs))))


def batches_change_theta(x, y, theta, lr, batch_size, epochs=1):
    """
    The theta that was handed over is changed.

    What does `-=` do to a tensor that somebody else has, too?
    """
    for rows in _cut(x, batch_size, epochs):
        theta -= lr * _gradient(x[rows], y[rows], theta)
    return theta


# Exercise 5: steps


def falls_all_the_time(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate falls in every epoch.

    Which learning rate do epochs 1 and 29 have, with a step size of 30?
    """
    return lr * gamma ** (epoch / step_size)


def falls_each_epoch(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate is multiplied in every epoch, whatever the step size is.

    Which learning rate do epochs 1 and 29 have, with a step size of 30?
    """
    return lr * gamma**epoch


def falls_one_epoch_early(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate falls an epoch too early.

    Epochs are counted from 0. Which learning rate has epoch 29, with a step size of 30?
    """
    return lr * gamma ** ((epoch + 1) // step_size)


def falls_one_epoch_late(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate falls an epoch too late.

    Epochs are counted from 0. Which learning rate has epoch 30, with a step size of 30?
    """
    return lr * gamma ** (max(epoch - 1, 0) // step_size)


def falls_at_once(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate has fallen before the first step.

    Which learning rate has epoch 0?
    """
    return lr * gamma ** (epoch // step_size + 1)


def falls_once(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate falls once, and then never again.

    Which learning rate has epoch 60, with a step size of 30?
    """
    return lr if epoch < step_size else lr * gamma


def falls_in_a_line(lr, epoch, step_size, gamma=0.1):
    """
    The number of steps is a factor and not a power.

    What is multiplied by what, in epoch 60?
    """
    times = epoch // step_size
    return lr * gamma * times if times else lr


def divides_by_gamma(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate grows.

    Is lr at epoch 30 larger or smaller than at epoch 0?
    """
    return lr / gamma ** (epoch // step_size)


def gamma_is_what_is_lost(lr, epoch, step_size, gamma=0.1):
    """
    Each step takes the share gamma away.

    Begin with 0.1 and gamma = 0.1: is the rate 0.01 after the first step, or 0.09? Which of the two does the handout show?
    """
    return lr * (1 - gamma) ** (epoch // step_size)


def falls_only_at_multiples(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate is lower only in the epochs that are a multiple of the step size.

    Which learning rate has epoch 31? What do you remember of epoch 30?
    """
    return lr * gamma if epoch and epoch % step_size == 0 else lr


def gamma_is_fixed(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate is always multiplied by 0.1.

    Where in your formula is gamma?
    """
    return lr * 0.1 ** (epoch // step_size)


def step_is_exponential(lr, epoch, step_size, gamma=0.1):
    """
    The learning rate falls exponentially.

    Which function makes a staircase? The handout has no e.
    """
    return lr * math.exp(-gamma * (epoch // step_size))


# Exercise 6: a cosine


def _between(lr, lr_min, share):
    return lr_min + (lr - lr_min) * share


def whole_period(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate goes down and up again: a whole period of the cosine.

    What is the cosine at the end of your training? Half a period is how much of 2π?
    """
    return _between(lr, lr_min, (1 + math.cos(2 * math.pi * epoch / epochs)) / 2)


def quarter_period(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate follows a quarter of the cosine's period.

    Which learning rate is asked for in the middle? From where to where does the cosine go?
    """
    return _between(lr, lr_min, math.cos(math.pi / 2 * epoch / epochs))


def cosine_not_halved(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate begins at twice its value.

    How large is 1 + cos 0? Which learning rate has epoch 0?
    """
    return _between(lr, lr_min, 1 + math.cos(math.pi * epoch / epochs))


def cosine_alone(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate becomes negative.

    How small does the cosine become in half a period? And a learning rate?
    """
    return _between(lr, lr_min, math.cos(math.pi * epoch / epochs))


def lowest_rate_ignored(lr, epoch, epochs, lr_min=0.0):
    """
    The lowest learning rate has no effect.

    Which learning rate has the last epoch?
    """
    return _between(lr, 0.0, (1 + math.cos(math.pi * epoch / epochs)) / 2)


def lowest_rate_on_top(lr, epoch, epochs, lr_min=0.0):
    """
    The lowest learning rate is added on top.

    Which learning rate has epoch 0, if lr is 0.5 and lr_min is 0.1?
    """
    return lr_min + lr * (1 + math.cos(math.pi * epoch / epochs)) / 2


def lowest_rate_cut_off(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate falls towards 0 and is cut off at its lowest value.

    Which learning rate is asked for in the middle, if lr is 0.5 and lr_min is 0.1?
    """
    return max(lr_min, _between(lr, 0.0, (1 + math.cos(math.pi * epoch / epochs)) / 2))


def lowest_rate_one_epoch_early(lr, epoch, epochs, lr_min=0.0):
    """
    The lowest learning rate is reached one epoch before the end.

    At which epoch is lr_min to be reached?
    """
    return _between(lr, lr_min, (1 + math.cos(math.pi * epoch / max(epochs - 1, 1))) / 2)


def cosine_one_epoch_ahead(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate is that of the next epoch.

    Which learning rate has epoch 0?
    """
    return _between(lr, lr_min, (1 + math.cos(math.pi * (epoch + 1) / epochs)) / 2)


def cosine_of_degrees(lr, epoch, epochs, lr_min=0.0):
    """
    The cosine gets degrees.

    What does `math.cos(180)` give? In which unit is its argument?
    """
    return _between(lr, lr_min, (1 + math.cos(180 * epoch / epochs)) / 2)


def cosine_rises(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate rises.

    Which learning rate has epoch 0, and which the last one?
    """
    return _between(lr, lr_min, (1 - math.cos(math.pi * epoch / epochs)) / 2)


def falls_in_a_straight_line(lr, epoch, epochs, lr_min=0.0):
    """
    The learning rate falls in a straight line.

    Compare yours at epoch 1 of 10 with the handout's.
    """
    return _between(lr, lr_min, 1 - epoch / epochs)


# Exercises 7 to 11: optimizers


class _Optimizer:
    """What all of them share; `change` is their step for one parameter."""

    memories = 1

    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr
        self.t = 0
        self.memory = [[torch.zeros_like(p) for _ in range(self.memories)] for p in self.params]

    def step(self):
        self.t += 1
        with torch.no_grad():
            for p, memory in zip(self.params, self.memory, strict=True):
                if p.grad is not None:
                    p.sub_(self.change(p, p.grad.clone(), *memory))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


class _SGD(_Optimizer):
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr)
        self.momentum = momentum
        self.weight_decay = weight_decay

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g + self.weight_decay * p)
        return self.lr * v


class _Nesterov(_Optimizer):
    def __init__(self, params, lr, momentum=0.9):
        super().__init__(params, lr)
        self.momentum = momentum

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g)
        return self.lr * (g + self.momentum * v)


class _Adagrad(_Optimizer):
    def __init__(self, params, lr=0.01, eps=1e-10):
        super().__init__(params, lr)
        self.eps = eps

    def change(self, p, g, s):
        s.add_(g**2)
        return self.lr * g / (s.sqrt() + self.eps)


class _RMSprop(_Optimizer):
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8):
        super().__init__(params, lr)
        self.alpha = alpha
        self.eps = eps

    def change(self, p, g, s):
        s.copy_(self.alpha * s + (1 - self.alpha) * g**2)
        return self.lr * g / (s.sqrt() + self.eps)


class _Adam(_Optimizer):
    memories = 2

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr)
        self.betas = betas
        self.eps = eps

    def change(self, p, g, m, s):
        beta1, beta2 = self.betas
        m.copy_(beta1 * m + (1 - beta1) * g)
        s.copy_(beta2 * s + (1 - beta2) * g**2)
        return self.lr * (m / (1 - beta1**self.t)) / ((s / (1 - beta2**self.t)).sqrt() + self.eps)


# Exercise 7: SGD


class velocity_lost(_SGD):
    """
    The velocity is not remembered from one step to the next.

    With momentum 0.9, what is v in the second step of the handout's example? Where is it when the step is over?
    """

    def change(self, p, g, v):
        return self.lr * (g + self.weight_decay * p)


class velocity_backwards(_SGD):
    """
    The velocity works against the gradient.

    With momentum 0.9, write v for the first three steps by hand. Which sign has the old velocity in them?
    """

    def change(self, p, g, v):
        v.copy_(g + self.weight_decay * p - self.momentum * v)
        return self.lr * v


class velocity_pulls_uphill(_SGD):
    """
    The sign of the velocity is that of steps, but it is subtracted as if it were that of gradients.

    Is your v a gradient, which is subtracted, or a step, which is added? What does the first step do?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v - self.lr * (g + self.weight_decay * p))
        return v.clone()


class velocity_is_an_average(_SGD):
    """
    Only a part of the gradient, 1 - momentum, is added to the velocity.

    Write v for the first step by hand. How much of g is in it?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + (1 - self.momentum) * (g + self.weight_decay * p))
        return self.lr * v


class rate_twice(_SGD):
    """
    The learning rate is used twice: in the velocity, and in the step.

    How long is your first step, and how long is lr times g?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + self.lr * (g + self.weight_decay * p))
        return self.lr * v


class no_rate(_SGD):
    """
    The learning rate has no effect.

    How long is your first step, and how long is lr times g?
    """

    def change(self, p, g, v):
        return super().change(p, g, v) / self.lr


class step_before_velocity(_SGD):
    """
    The step uses the velocity of the step before.

    Which is done first in the handout: the new v, or the step?
    """

    def change(self, p, g, v):
        step = self.lr * v
        super().change(p, g, v)
        return step


class momentum_of_the_gradient(_SGD):
    """
    The momentum is a factor of the gradient, too.

    Write v for the first step by hand, with momentum 0.9. How much of g is in it?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * (v + g + self.weight_decay * p))
        return self.lr * v


class gradient_and_velocity(_SGD):
    """
    The step looks ahead: it is that of Nesterov.

    Write p for the first step by hand, with momentum 0.9. Is g in it once, or 1.9 times?
    """

    def change(self, p, g, v):
        g = g + self.weight_decay * p
        v.copy_(self.momentum * v + g)
        return self.lr * (g + self.momentum * v)


class momentum_ignored(_SGD):
    """
    The momentum is always 0.9.

    What must happen where nobody gives a momentum?
    """

    def __init__(self, params, lr, momentum=0.9, weight_decay=0.0):
        super().__init__(params, lr, 0.9, weight_decay)


class decay_ignored(_SGD):
    """
    Weight decay has no effect.

    A parameter 1 whose gradient is 0: where does weight decay pull it?
    """

    def change(self, p, g, v):
        return super().change(torch.zeros_like(p), g, v)


class decay_doubled(_SGD):
    """
    Weight decay is twice as strong as asked for.

    What is added to g: the derivative of λ p², or of half of it? Compute the first step of the handout's example.
    """

    def change(self, p, g, v):
        return super().change(2 * p, g, v)


class decay_away_from_zero(_SGD):
    """
    Weight decay pushes parameters away from zero.

    A parameter 1 whose gradient is 0: is it smaller or larger after your step?
    """

    def change(self, p, g, v):
        return super().change(-p, g, v)


class decay_beside_the_velocity(_SGD):
    """
    Weight decay is not part of the gradient that the velocity gets.

    Which of the handout's lines comes first, the one with λ or the one with μ? What is in v after the first step?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g)
        return self.lr * (v + self.weight_decay * p)


class decay_without_rate(_SGD):
    """
    Weight decay pulls with all its strength, whatever the learning rate is.

    By which factor is λ p multiplied before it reaches p?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g)
        return self.lr * v + self.weight_decay * p


class decay_of_the_sign(_SGD):
    """
    Weight decay pulls all parameters equally.

    How strongly is a parameter 2 pulled, and a parameter 1? Which function has the derivative λ p?
    """

    def change(self, p, g, v):
        return super().change(p.sign(), g, v)


class decay_after_the_step(_SGD):
    """
    Weight decay uses the parameter after the step.

    Which p is in λ p: the one before the step, or the one after it?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g)
        return self.lr * v + self.lr * self.weight_decay * (p - self.lr * v)


class decay_in_the_gradient(_SGD):
    """
    Weight decay is written into the gradient of the parameter.

    What does `+=` do to a tensor that somebody else has, too? What may step change?
    """

    def step(self):
        for p in self.params:
            if p.grad is not None:
                p.grad += self.weight_decay * p.detach()
        decay, self.weight_decay = self.weight_decay, 0.0
        super().step()
        self.weight_decay = decay


class velocity_is_the_gradient(_SGD):
    """
    The velocity begins as the very tensor of the first gradient.

    What becomes of your velocity when somebody writes the next gradient into the tensor `p.grad`?
    """

    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(params, lr, momentum, weight_decay)
        self.velocities = [None for _ in self.params]

    def step(self):
        with torch.no_grad():
            for place, p in enumerate(self.params):
                if p.grad is not None:
                    g = p.grad + self.weight_decay * p if self.weight_decay else p.grad
                    v = self.velocities[place]
                    self.velocities[place] = v = g if v is None else v.mul_(self.momentum).add_(g)
                    p.sub_(self.lr * v)


# Exercise 8: Nesterov


class only_momentum(_Nesterov):
    """
    The step is that of momentum, without looking ahead.

    Write p for the first step of the handout's example. Is it 0.9, or less?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g)
        return self.lr * v


class velocity_alone(_Nesterov):
    """
    The step goes along the velocity, and not along the gradient, too.

    How many terms has the step in the handout? Write the first one.
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g)
        return self.lr * self.momentum * v


class whole_velocity(_Nesterov):
    """
    The whole velocity is added to the gradient.

    Which factor does v have in the step? Write p for the first step of the handout's example.
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + g)
        return self.lr * (g + v)


class looks_ahead_twice(_Nesterov):
    """
    The velocity remembers the step that has looked ahead.

    What is v after the first step of the handout's example? Is the μ of the second line in it?
    """

    def change(self, p, g, v):
        new = self.momentum * v + g
        v.copy_(g + self.momentum * new)
        return self.lr * v


class nesterov_average(_Nesterov):
    """
    Only a part of the gradient, 1 - momentum, is added to the velocity.

    Write v for the first step by hand. How much of g is in it?
    """

    def change(self, p, g, v):
        v.copy_(self.momentum * v + (1 - self.momentum) * g)
        return self.lr * (g + self.momentum * v)


class nesterov_lost(_Nesterov):
    """
    The velocity is not remembered from one step to the next.

    What is v in the second step of the handout's example? Where is it when the step is over?
    """

    def change(self, p, g, v):
        return self.lr * (g + self.momentum * g)


# Exercise 9: Adagrad


class sum_lost(_Adagrad):
    """
    The squares of earlier gradients are not remembered.

    What is G in the second step of the handout's example? Where is it when the step is over?
    """

    def change(self, p, g, s):
        return self.lr * g / (g.abs() + self.eps)


class mean_instead_of_sum(_Adagrad):
    """
    The mean of the squared gradients is used in place of their sum.

    What is G in the second step of the handout's example?
    """

    def change(self, p, g, s):
        s.add_(g**2)
        return self.lr * g / ((s / self.t).sqrt() + self.eps)


class adagrad_without_root(_Adagrad):
    """
    The gradient is divided by the sum itself, not by its root.

    If all gradients are ten times as large, how should the steps change? And how do yours?
    """

    def change(self, p, g, s):
        s.add_(g**2)
        return self.lr * g / (s + self.eps)


class adagrad_eps_under_the_root(_Adagrad):
    """
    Eps is added under the root.

    Where does the handout add eps? How large is the root of 1e-10?
    """

    def change(self, p, g, s):
        s.add_(g**2)
        return self.lr * g / (s + self.eps).sqrt()


class adagrad_without_eps(_Adagrad):
    """
    Eps has no effect.

    What is 0 divided by 0? And what does eps do to very small gradients?
    """

    def change(self, p, g, s):
        s.add_(g**2)
        return self.lr * g / s.sqrt()


class sum_of_absolutes(_Adagrad):
    """
    The absolute values of gradients are summed, not their squares.

    What is G after the second step of the handout's example, 3 or 5?
    """

    def change(self, p, g, s):
        s.add_(g.abs())
        return self.lr * g / (s.sqrt() + self.eps)


class root_of_each(_Adagrad):
    """
    The absolute values of gradients are summed, and divided by without a root.

    Is the root of a sum the sum of the roots? Try the squares 1 and 4.
    """

    def change(self, p, g, s):
        s.add_(g.abs())
        return self.lr * g / (s + self.eps)


class sum_begins_at_one(_Adagrad):
    """
    The sum begins at 1.

    How long is your first step? With which numbers does the memory begin?
    """

    def change(self, p, g, s):
        s.add_(g**2)
        return self.lr * g / ((s + 1).sqrt() + self.eps)


class one_size_for_all(_Adagrad):
    """
    All numbers of a parameter share one step size.

    A parameter has two numbers with the gradients 3 and 4: how many numbers does G have, and which?
    """

    def change(self, p, g, s):
        s.add_((g**2).sum())
        return self.lr * g / (s.sqrt() + self.eps)


# Exercise 10: RMSprop


class alpha_exchanged(_RMSprop):
    """
    alpha and 1 - alpha are exchanged.

    With alpha 0.9, what is S after the first step of the handout's example: 0.1 or 0.9?
    """

    def change(self, p, g, s):
        s.copy_((1 - self.alpha) * s + self.alpha * g**2)
        return self.lr * g / (s.sqrt() + self.eps)


class nothing_is_forgotten(_RMSprop):
    """
    The squares are summed, as Adagrad does, and nothing is forgotten.

    What is S after the second step of the handout's example? How much of the old S is left?
    """

    def change(self, p, g, s):
        s.add_(g**2)
        return self.lr * g / (s.sqrt() + self.eps)


class whole_square_added(_RMSprop):
    """
    The whole square is added to the average, not a part of it.

    With alpha 0.9, what is S after the first step of the handout's example: 0.1 or 1?
    """

    def change(self, p, g, s):
        s.copy_(self.alpha * s + g**2)
        return self.lr * g / (s.sqrt() + self.eps)


class average_lost(_RMSprop):
    """
    The average is not remembered from one step to the next.

    What is S in the second step of the handout's example? Where is it when the step is over?
    """

    def change(self, p, g, s):
        return self.lr * g / (((1 - self.alpha) * g**2).sqrt() + self.eps)


class rmsprop_without_root(_RMSprop):
    """
    The gradient is divided by the average itself, not by its root.

    If all gradients are ten times as large, how should the steps change? And how do yours?
    """

    def change(self, p, g, s):
        super().change(p, g, s)
        return self.lr * g / (s + self.eps)


class rmsprop_eps_under_the_root(_RMSprop):
    """
    Eps is added under the root.

    Where does the handout add eps? How large is the root of 1e-8?
    """

    def change(self, p, g, s):
        super().change(p, g, s)
        return self.lr * g / (s + self.eps).sqrt()


class rmsprop_without_eps(_RMSprop):
    """
    Eps has no effect.

    What is 0 divided by 0? And what does eps do to very small gradients?
    """

    def change(self, p, g, s):
        super().change(p, g, s)
        return self.lr * g / s.sqrt()


class average_of_absolutes(_RMSprop):
    """
    The average is of absolute values, not of squares.

    What is S after the second step of the handout's example? Which gradient has the square 4?
    """

    def change(self, p, g, s):
        s.copy_(self.alpha * s + (1 - self.alpha) * g.abs())
        return self.lr * g / (s.sqrt() + self.eps)


class average_begins_at_one(_RMSprop):
    """
    The average begins at 1.

    How long is your first step? With which numbers does the memory begin?
    """

    def change(self, p, g, s):
        super().change(p, g, s)
        return self.lr * g / ((s + self.alpha**self.t).sqrt() + self.eps)


class average_begins_at_the_gradient(_RMSprop):
    """
    The average begins at the first square.

    What is S after the first step of the handout's example? With which numbers does the memory begin?
    """

    def change(self, p, g, s):
        if self.t == 1:
            s.copy_(g**2)
        else:
            super().change(p, g, s)
        return self.lr * g / (s.sqrt() + self.eps)


class average_is_corrected(_RMSprop):
    """
    The average is corrected for its start at zero, as Adam does.

    How long is the first step of the handout's example? By what is g divided?
    """

    def change(self, p, g, s):
        super().change(p, g, s)
        return self.lr * g / ((s / (1 - self.alpha**self.t)).sqrt() + self.eps)


class average_before_the_gradient(_RMSprop):
    """
    The gradient is divided by the average of the step before.

    Which is done first in the handout: the new S, or the step?
    """

    def change(self, p, g, s):
        step = self.lr * g / (s.sqrt() + self.eps)
        super().change(p, g, s)
        return step


# Exercise 11: Adam


def _adam_step(adam, mean, square):
    return adam.lr * mean / (square.sqrt() + adam.eps)


class nothing_corrected(_Adam):
    """
    The averages are not corrected for their start at zero.

    What is M after the first step of the handout's example, and what is M'?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        return _adam_step(self, m, s)


class mean_not_corrected(_Adam):
    """
    The average of gradients is not corrected for its start at zero.

    What is M after the first step of the handout's example, and what is M'?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        return _adam_step(self, m, s / (1 - self.betas[1] ** self.t))


class square_not_corrected(_Adam):
    """
    The average of squares is not corrected for its start at zero.

    What is S after the first step of the handout's example, and what is S'?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        return _adam_step(self, m / (1 - self.betas[0] ** self.t), s)


class correction_without_power(_Adam):
    """
    The correction is the same in every step.

    What does the handout divide M by in the second step? Where is t in your line?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        return _adam_step(self, m / (1 - self.betas[0]), s / (1 - self.betas[1]))


class correction_is_a_product(_Adam):
    """
    The correction has a product in place of a power.

    What is 0.9 to the power of 2, and what is 0.9 times 2?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        beta1, beta2 = self.betas
        return _adam_step(self, m / (1 - beta1 * self.t), s / (1 - beta2 * self.t))


class correction_one_step_ahead(_Adam):
    """
    The correction is that of the next step.

    Which number is t in the first step?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        beta1, beta2 = self.betas
        return _adam_step(self, m / (1 - beta1 ** (self.t + 1)), s / (1 - beta2 ** (self.t + 1)))


class correction_one_step_behind(_Adam):
    """
    The correction is that of the step before; in the first one it divides by zero.

    Which number is t in the first step, and what is 1 - β^t then?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        beta1, beta2 = self.betas
        zero = torch.zeros_like(p)
        return _adam_step(self, m / (zero + 1 - beta1 ** (self.t - 1)), s / (zero + 1 - beta2 ** (self.t - 1)))


class corrected_is_remembered(_Adam):
    """
    The corrected averages are what is remembered.

    What is M after the second step of the handout's example? Is it computed from M, or from M'?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        m.div_(1 - self.betas[0] ** self.t)
        s.div_(1 - self.betas[1] ** self.t)
        return _adam_step(self, m, s)


class betas_exchanged(_Adam):
    """
    The two betas are exchanged.

    Which of the two numbers belongs to M, and which to S?
    """

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, (betas[1], betas[0]), eps)


class old_and_new_exchanged(_Adam):
    """
    β and 1 - β are exchanged.

    What is M after the first step of the handout's example: 0.1 or 0.9?
    """

    def change(self, p, g, m, s):
        beta1, beta2 = self.betas
        m.copy_((1 - beta1) * m + beta1 * g)
        s.copy_((1 - beta2) * s + beta2 * g**2)
        return _adam_step(self, m / (1 - beta1**self.t), s / (1 - beta2**self.t))


class adam_eps_under_the_root(_Adam):
    """
    Eps is added under the root.

    Where does the handout add eps? How large is the root of 1e-8?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        beta1, beta2 = self.betas
        return self.lr * (m / (1 - beta1**self.t)) / (s / (1 - beta2**self.t) + self.eps).sqrt()


class adam_eps_before_correction(_Adam):
    """
    Eps is added before the average of squares is corrected.

    Which root is eps added to: that of S, or that of S'?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        beta1, beta2 = self.betas
        rate = self.lr * math.sqrt(1 - beta2**self.t) / (1 - beta1**self.t)
        return rate * m / (s.sqrt() + self.eps)


class adam_without_eps(_Adam):
    """
    Eps has no effect.

    What is 0 divided by 0? And what does eps do to very small gradients?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        beta1, beta2 = self.betas
        return self.lr * (m / (1 - beta1**self.t)) / (s / (1 - beta2**self.t)).sqrt()


class adam_without_root(_Adam):
    """
    The step is divided by the average of squares itself, not by its root.

    If all gradients are ten times as large, how should the steps change? And how do yours?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        beta1, beta2 = self.betas
        return self.lr * (m / (1 - beta1**self.t)) / (s / (1 - beta2**self.t) + self.eps)


class square_of_the_mean(_Adam):
    """
    The average of squares is made of the squared average of gradients.

    What is squared in the line of S: g, or M?
    """

    def change(self, p, g, m, s):
        beta1, beta2 = self.betas
        m.copy_(beta1 * m + (1 - beta1) * g)
        s.copy_(beta2 * s + (1 - beta2) * m**2)
        return _adam_step(self, m / (1 - beta1**self.t), s / (1 - beta2**self.t))


class average_of_gradients_twice(_Adam):
    """
    The average of squares is made of gradients that are not squared.

    What is squared in the line of S? What is the root of a negative number?
    """

    def change(self, p, g, m, s):
        beta1, beta2 = self.betas
        m.copy_(beta1 * m + (1 - beta1) * g)
        s.copy_(beta2 * s + (1 - beta2) * g)
        return _adam_step(self, m / (1 - beta1**self.t), s / (1 - beta2**self.t))


class no_velocity(_Adam):
    """
    The step goes along the gradient, and not along its average.

    What is the numerator of the step: g, or M'?
    """

    def change(self, p, g, m, s):
        super().change(p, g, m, s)
        return _adam_step(self, g, s / (1 - self.betas[1] ** self.t))


class counts_parameters(_Adam):
    """
    t is counted for each parameter, where it should be counted for each step.

    With two parameters, what is t for the second one in the first step?
    """

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps)
        self.counted = 0

    def change(self, p, g, m, s):
        self.counted += 1
        step, self.t = self.t, self.counted
        change = super().change(p, g, m, s)
        self.t = step
        return change


class step_stays_one(_Adam):
    """
    t is 1 in every step.

    Where is t when the step is over?
    """

    def change(self, p, g, m, s):
        self.t = 1
        return super().change(p, g, m, s)


# What can go wrong in all of them: a mistake in the way that parameters and memories are held


def _for_each_shape(self):
    by_shape = {}
    self.memory = [by_shape.setdefault(p.shape, memory) for p, memory in zip(self.params, self.memory, strict=True)]


class _MemoryShared:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _for_each_shape(self)


class _MemoryOfTheClass:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kind = type(self)
        if "of_all" not in vars(kind):
            kind.of_all = {}
        keys = ((place, p.shape) for place, p in enumerate(self.params))
        self.memory = [kind.of_all.setdefault(key, memory) for key, memory in zip(keys, self.memory, strict=True)]


class _ParametersGoneThrough:
    def __init__(self, params, *args, **kwargs):
        super().__init__(params, *args, **kwargs)
        if not isinstance(params, list | tuple):
            self.params, self.memory = [], []


class _ParametersUsedUp:
    def __init__(self, params, *args, **kwargs):
        super().__init__(params, *args, **kwargs)
        self.comes_once = not isinstance(params, list | tuple)

    def step(self):
        super().step()
        if self.comes_once:
            self.params, self.memory = [], []


class _FirstParameterOnly:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.params, self.memory = self.params[:1], self.memory[:1]


class _FirstRate:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.first = self.lr

    def step(self):
        self.lr = self.first
        super().step()


class _NothingEmptied:
    def zero_grad(self):
        pass


class _StepEmpties:
    def step(self):
        super().step()
        for p in self.params:
            p.grad = None


class _EmptyingForgets:
    def zero_grad(self):
        super().zero_grad()
        for memory in self.memory:
            for one in memory:
                one.zero_()


class _NewTensors:
    def step(self):
        self.t += 1
        for place, (p, memory) in enumerate(zip(self.params, self.memory, strict=True)):
            if p.grad is not None:
                gradient = p.grad
                self.params[place] = (p - self.change(p, gradient.clone(), *memory)).detach()
                self.params[place].grad = gradient


class _NoneCountsAsZero:
    def step(self):
        self.t += 1
        with torch.no_grad():
            for p, memory in zip(self.params, self.memory, strict=True):
                p.sub_(self.change(p, torch.zeros_like(p) if p.grad is None else p.grad.clone(), *memory))


class _NoneEndsTheStep:
    def step(self):
        self.t += 1
        with torch.no_grad():
            for p, memory in zip(self.params, self.memory, strict=True):
                if p.grad is None:
                    return
                p.sub_(self.change(p, p.grad.clone(), *memory))


class _NoGradientWanted:
    def step(self):
        super().step()
        for p in self.params:
            p.requires_grad_(False)


class _Uphill:
    def change(self, p, g, *memory):
        return -super().change(p, g, *memory)


_IN_ALL = (
    (
        "memory_shared",
        _MemoryShared,
        "Parameters of the same shape share one memory.",
        "Two parameters of the same shape with different gradients: how many memories do you have for them?",
    ),
    (
        "memory_of_the_class",
        _MemoryOfTheClass,
        "All optimizers of the class share one memory.",
        "What does a second optimizer find in your memory, when the first one has made a step? To whom do names in the body of "
        "a class belong?",
    ),
    (
        "parameters_gone_through",
        _ParametersGoneThrough,
        "The parameters have been gone through before the first step.",
        "How often can a `for` loop go through a generator? How often does your class?",
    ),
    (
        "parameters_used_up",
        _ParametersUsedUp,
        "The parameters can be gone through in the first step alone.",
        "How often can a `for` loop go through a generator? What does the loop of your second step find?",
    ),
    (
        "first_parameter_only",
        _FirstParameterOnly,
        "Only the first parameter is changed.",
        "How many parameters has your loop seen when it ends?",
    ),
    (
        "first_rate",
        _FirstRate,
        "The learning rate of the beginning is used for ever.",
        "Somebody changes the attribute `lr`. Where does your step look for the learning rate?",
    ),
    (
        "nothing_emptied",
        _NothingEmptied,
        "The gradients are not emptied.",
        "`backward` adds to `p.grad`. What is in it after `zero_grad`?",
    ),
    (
        "step_empties",
        _StepEmpties,
        "A step empties the gradients.",
        "Which method is to empty the gradients? What may somebody want to read after a step?",
    ),
    (
        "emptying_forgets",
        _EmptyingForgets,
        "zero_grad empties the memory, too.",
        "zero_grad is called before every step. What should be left of the steps before?",
    ),
    (
        "new_tensors",
        _NewTensors,
        "The step makes new tensors, and the parameters stay as they are.",
        "The network has the old tensor. What does it see of `p = p - ...`?",
    ),
    (
        "none_counts_as_zero",
        _NoneCountsAsZero,
        "A gradient that is None counts as zero.",
        "What should become of a parameter, and of what is remembered of it, where its gradient is None?",
    ),
    (
        "none_ends_the_step",
        _NoneEndsTheStep,
        "The step ends at the first gradient that is None.",
        "Which parameters come after the one without a gradient? What do `return` and `break` do to them?",
    ),
    (
        "no_gradient_wanted",
        _NoGradientWanted,
        "After a step the parameter does not ask for a gradient.",
        "What does the next `backward` find? Which line of yours changes `requires_grad`, or puts another tensor in its place?",
    ),
    (
        "uphill",
        _Uphill,
        "Each step goes uphill.",
        "Compute a loss before and after your first step. Where does the gradient point to?",
    ),
)
"""Name, what goes wrong, title and hint; each is a class for each of the five optimizers."""


def _in_all(kind):
    """Return what goes wrong in all of them as classes for one of them, which a worker must find by their names."""
    made = []
    for name, wrong, title, hint in _IN_ALL:
        if name == "none_counts_as_zero" and kind is _Adagrad:
            continue  # a zero changes nothing there
        called = f"{kind.__name__[1:].lower()}_{name}"
        made.append(type(called, (wrong, kind), {"__doc__": f"{title}\n\n{hint}"}))
    globals().update({one.__name__: one for one in made})
    return tuple(made)


MISCONCEPTIONS = {
    "iterations": (
        last_batch_forgotten,
        one_batch_more,
        batches_rounded,
        batches_not_whole,
        batches_run_on,
        epochs_not_counted,
    ),
    "batch_descent": (
        sums_the_errors,
        half_the_gradient,
        goes_uphill,
        divides_by_all_numbers,
        absolute_errors,
        root_of_the_loss,
        first_gradient_always,
        one_step_short,
        one_step_too_many,
        always_one_step,
        batch_changes_theta,
    ),
    "stochastic_descent": (
        stochastic_half_the_gradient,
        stochastic_goes_uphill,
        stochastic_over_all,
        order_ignored,
        whole_epoch_instead,
        each_sample_once,
        order_counts_from_one,
        all_at_the_beginning,
        all_samples_each_step,
        all_of_the_order_at_once,
        stochastic_changes_theta,
    ),
    "mini_batch_descent": (
        batches_summed,
        batches_half_the_gradient,
        batches_go_uphill,
        divides_by_the_batch_size,
        batches_over_all,
        last_batch_dropped,
        last_batch_filled_up,
        last_batch_reaches_back,
        batches_overlap,
        one_epoch_only,
        epochs_are_steps,
        batch_once_for_each_epoch,
        same_theta_for_the_epoch,
        whole_set_each_step,
        batches_change_theta,
    ),
    "step_decay": (
        falls_all_the_time,
        falls_each_epoch,
        falls_one_epoch_early,
        falls_one_epoch_late,
        falls_at_once,
        falls_once,
        falls_in_a_line,
        divides_by_gamma,
        gamma_is_what_is_lost,
        falls_only_at_multiples,
        gamma_is_fixed,
        step_is_exponential,
    ),
    "cosine_decay": (
        whole_period,
        quarter_period,
        cosine_not_halved,
        cosine_alone,
        lowest_rate_ignored,
        lowest_rate_on_top,
        lowest_rate_cut_off,
        lowest_rate_one_epoch_early,
        cosine_one_epoch_ahead,
        cosine_of_degrees,
        cosine_rises,
        falls_in_a_straight_line,
    ),
    "SGD": (
        velocity_lost,
        velocity_backwards,
        velocity_pulls_uphill,
        velocity_is_an_average,
        rate_twice,
        no_rate,
        step_before_velocity,
        momentum_of_the_gradient,
        gradient_and_velocity,
        momentum_ignored,
        decay_ignored,
        decay_doubled,
        decay_away_from_zero,
        decay_beside_the_velocity,
        decay_without_rate,
        decay_of_the_sign,
        decay_after_the_step,
        decay_in_the_gradient,
        velocity_is_the_gradient,
        *_in_all(_SGD),
    ),
    "Nesterov": (
        only_momentum,
        velocity_alone,
        whole_velocity,
        looks_ahead_twice,
        nesterov_average,
        nesterov_lost,
        *_in_all(_Nesterov),
    ),
    "Adagrad": (
        sum_lost,
        mean_instead_of_sum,
        adagrad_without_root,
        adagrad_eps_under_the_root,
        adagrad_without_eps,
        sum_of_absolutes,
        root_of_each,
        sum_begins_at_one,
        one_size_for_all,
        *_in_all(_Adagrad),
    ),
    "RMSprop": (
        alpha_exchanged,
        nothing_is_forgotten,
        whole_square_added,
        average_lost,
        rmsprop_without_root,
        rmsprop_eps_under_the_root,
        rmsprop_without_eps,
        average_of_absolutes,
        average_begins_at_one,
        average_begins_at_the_gradient,
        average_is_corrected,
        average_before_the_gradient,
        *_in_all(_RMSprop),
    ),
    "Adam": (
        nothing_corrected,
        mean_not_corrected,
        square_not_corrected,
        correction_without_power,
        correction_is_a_product,
        correction_one_step_ahead,
        correction_one_step_behind,
        corrected_is_remembered,
        betas_exchanged,
        old_and_new_exchanged,
        adam_eps_under_the_root,
        adam_eps_before_correction,
        adam_without_eps,
        adam_without_root,
        square_of_the_mean,
        average_of_gradients_twice,
        no_velocity,
        counts_parameters,
        step_stays_one,
        *_in_all(_Adam),
    ),
}

_X = torch.tensor([[1.0, 2.0], [0.5, -1.0], [3.0, 1.0]], dtype=torch.float64)
_Y = torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64)
_THETA = torch.ones(2, dtype=torch.float64)
_FOLLOW = """
p = torch.tensor([1.0, -0.5], dtype=torch.float64, requires_grad=True)
optimizer = {}
trace = []
for gradient in ([1.0, 0.5], [2.0, -1.0], [-1.0, 3.0]):
    p.grad = torch.tensor(gradient, dtype=torch.float64)
    optimizer.step()
    trace.append(p.detach().clone())
answer = torch.stack(trace)
"""

PROBES = {
    "iterations": ((5, 2), (5, 2, 3), (4, 2), (9, 4), (11, 4)),
    "batch_descent": tuple((_X, _Y, _THETA, 0.1, steps) for steps in (0, 1, 2, 3)),
    "stochastic_descent": tuple((_X, _Y, _THETA, 0.1, order) for order in ([], [0], [2], [1, 0], [0, 0, 2])),
    "mini_batch_descent": (
        (_X, _Y, _THETA, 0.1, 2),
        (_X, _Y, _THETA, 0.1, 1),
        (_X, _Y, _THETA, 0.1, 3),
        (_X, _Y, _THETA, 0.1, 4),
        (_X, _Y, _THETA, 0.1, 2, 2),
    ),
    "step_decay": ((0.1, 29, 30), (0.1, 30, 30), (0.1, 31, 30), (0.1, 90, 30), (1.0, 5, 2, 0.5)),
    "cosine_decay": ((0.1, 0, 10), (0.1, 3, 10), (0.1, 5, 10), (0.1, 9, 10), (0.5, 3, 10, 0.1), (0.5, 10, 10, 0.1)),
    "SGD": (
        _FOLLOW.format("SGD([p], lr=0.1)"),
        _FOLLOW.format("SGD([p], lr=0.1, momentum=0.9)"),
        _FOLLOW.format("SGD([p], lr=0.1, momentum=0.9, weight_decay=0.1)"),
        _FOLLOW.format("SGD([p], lr=0.1, weight_decay=0.1)"),
    ),
    "Nesterov": (_FOLLOW.format("Nesterov([p], lr=0.1)"), _FOLLOW.format("Nesterov([p], lr=0.1, momentum=0.5)")),
    "Adagrad": (_FOLLOW.format("Adagrad([p], lr=0.1)"), _FOLLOW.format("Adagrad([p], lr=0.1, eps=0.1)")),
    "RMSprop": (_FOLLOW.format("RMSprop([p], lr=0.1, alpha=0.9)"), _FOLLOW.format("RMSprop([p], alpha=0.8, eps=0.1)")),
    "Adam": (
        _FOLLOW.format("Adam([p], lr=0.1)"),
        _FOLLOW.format("Adam([p], lr=0.1, betas=(0.5, 0.8))"),
        _FOLLOW.format("Adam([p], lr=0.1, betas=(0.5, 0.8), eps=0.1)"),
    ),
}
"""Further questions that tell mistakes apart: of functions their arguments, of classes lines."""
