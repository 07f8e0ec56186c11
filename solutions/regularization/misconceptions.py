"""
Known mistakes of Regularization, each one an executable wrong solution.

The first line of a docstring says the mistake; the rest is the hint for the student.  Apart from its one mistake every function
is right.  Mistakes of what draws random numbers are named by the checks themselves, from what the numbers show; here they have
the same names.
"""

import math
from typing import ClassVar

import torch

# Exercise 1: model capacity


def _powers(x, degree):
    return torch.stack([x**power for power in range(degree + 1)], dim=1)


def _fit(x, y, degree):
    return torch.linalg.lstsq(_powers(x, degree), y.unsqueeze(1)).solution.squeeze(1)


def _error(coefficients, x, y):
    return (_powers(x, len(coefficients) - 1) @ coefficients - y).square().mean().item()


def highest_power_first(x, y, degree):
    """
    The coefficient of the highest power comes first.

    Where does the handout write b, and where does your answer have it? Compare the line of the table.
    """
    return _fit(x, y, degree).flip(0)


def no_constant(x, y, degree):
    """
    The polynomial has no constant b.

    What is the value of your polynomial at x = 0, whatever the points are?
    """
    return torch.linalg.lstsq(_powers(x, degree)[:, 1:], y.unsqueeze(1)).solution.squeeze(1)


def constant_is_zero(x, y, degree):
    """
    The constant b is always 0.

    What is the value of your polynomial at x = 0, whatever the points are?
    """
    return torch.cat([y.new_zeros(1), no_constant(x, y, degree)])


def one_power_missing(x, y, degree):
    """
    The highest power is left out.

    How many coefficients has a parabola? Count the columns of your matrix.
    """
    return _fit(x, y, degree - 1)


def one_power_too_many(x, y, degree):
    """
    There is one power too many.

    How many coefficients has a line? Count the columns of your matrix.
    """
    return _fit(x, y, degree + 1)


def coefficients_in_a_column(x, y, degree):
    """
    The coefficients stand in a column, a tensor with two axes.

    What is the shape of your answer, and which one does the handout ask for?
    """
    return _fit(x, y, degree).unsqueeze(1)


def fitted_in_float32(x, y, degree):
    """
    The fit is computed with numbers of 32 bits.

    How many digits of your coefficients are right, and of which dtype are the numbers that you compute with?
    """
    return _fit(x.float(), y.float(), degree).double()


def x_and_y_exchanged(x, y, degree):
    """
    x is fitted by powers of y.

    Which of the two is known, and which is predicted?
    """
    return _fit(y, x, degree)


def a_little_ridge(x, y, degree):
    """
    The coefficients are drawn towards 0.

    What stands on the diagonal of your equations beside the sums of powers? Compare with the table of the handout.
    """
    powers = _powers(x, degree)
    return torch.linalg.solve(powers.T @ powers + 1e-3 * torch.eye(degree + 1, dtype=x.dtype), powers.T @ y)


def sum_of_squares(coefficients, x, y):
    """
    The squared errors are added, and no mean is taken.

    What happens to your error if every point is there twice?
    """
    return _error(coefficients, x, y) * len(x)


def root_of_the_mean(coefficients, x, y):
    """
    The root of the mean squared error is returned.

    In which unit is your answer: that of y, or that of y squared?
    """
    return math.sqrt(_error(coefficients, x, y))


def absolute_errors(coefficients, x, y):
    """
    Absolute differences take the place of squared ones.

    How much more does a difference of 2 count than one of 1?
    """
    return (_powers(x, len(coefficients) - 1) @ coefficients - y).abs().mean().item()


def half_of_the_error(coefficients, x, y):
    """
    The error is halved.

    Which number do you divide by, beside the number of points?
    """
    return _error(coefficients, x, y) / 2


def square_of_the_mean(coefficients, x, y):
    """
    Differences of both signs cancel before they are squared.

    What is your error if one point lies 1 above the polynomial, and another 1 below?
    """
    return (_powers(x, len(coefficients) - 1) @ coefficients - y).mean().square().item()


def error_reads_highest_first(coefficients, x, y):
    """
    The polynomial is evaluated with its highest power first.

    By which power of x do you multiply the first coefficient?
    """
    return _error(coefficients.flip(0), x, y)


def error_divides_by_freedom(coefficients, x, y):
    """
    The sum of squares is divided by the number of points less that of the coefficients.

    Of how many numbers is a mean taken, and by what do you divide?
    """
    left = len(x) - len(coefficients)
    return sum_of_squares(coefficients, x, y) / left if left else math.inf


def _by(error, degrees):
    return min(degrees, key=error)


def chosen_by_training_error(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    The degree is chosen by its error at the points that the polynomials were fitted to.

    Which model always has the least error at the points that it was fitted to?
    """
    return _by(lambda degree: _error(_fit(x_train, y_train, degree), x_train, y_train), degrees)


def worst_degree_chosen(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    The degree with the largest error is chosen.

    Is a large error good or bad?
    """
    return max(degrees, key=lambda degree: _error(_fit(x_train, y_train, degree), x_val, y_val))


def roles_exchanged(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    Training and validation points have changed roles.

    To which points do you fit, and at which do you measure?
    """
    return _by(lambda degree: _error(_fit(x_val, y_val, degree), x_train, y_train), degrees)


def fitted_to_all(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    The polynomials are fitted to training and validation points together.

    Has your fit seen the points at which it is judged?
    """
    x, y = torch.cat([x_train, x_val]), torch.cat([y_train, y_val])
    return _by(lambda degree: _error(_fit(x, y, degree), x_val, y_val), degrees)


def judged_by_all(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    The polynomials are judged by training and validation points together.

    Which points tell you nothing about how a model does at new ones?
    """
    x, y = torch.cat([x_train, x_val]), torch.cat([y_train, y_val])
    return _by(lambda degree: _error(_fit(x_train, y_train, degree), x, y), degrees)


def place_of_the_degree(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    The place of the degree in the tuple is returned.

    What does your answer mean if the degrees are (3, 1)?
    """
    return degrees.index(_right_choice(x_train, y_train, x_val, y_val, degrees))


def _right_choice(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    return _by(lambda degree: _error(_fit(x_train, y_train, degree), x_val, y_val), degrees)


def place_counted_from_one(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    The degrees are taken to be 1, 2, 3 in this order, whatever is given.

    What does your answer mean if the degrees are (3, 1)?
    """
    return degrees.index(_right_choice(x_train, y_train, x_val, y_val, degrees)) + 1


def always_one_two_three(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    Only the degrees 1, 2 and 3 are tried.

    What does your function do with `degrees`?
    """
    return _right_choice(x_train, y_train, x_val, y_val)


def least_error_returned(x_train, y_train, x_val, y_val, degrees=(1, 2, 3)):
    """
    The least error is returned, and not its degree.

    What is asked for: how small the error is, or which degree has it?
    """
    return min(_error(_fit(x_train, y_train, degree), x_val, y_val) for degree in degrees)


# Exercise 2: early stopping


class _Stopper:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_error, self.best_epoch = math.inf, None
        self.epoch, self.waited = -1, 0

    def update(self, error):
        self.epoch += 1
        if self.improves(error):
            self.best_error, self.best_epoch, self.waited = error, self.epoch, 0
        else:
            self.waited += 1
        return self.stops()

    def improves(self, error):
        return error < self.best_error - self.min_delta

    def stops(self):
        return self.waited >= self.patience


class equal_is_an_improvement(_Stopper):
    """
    An error that is as large as the least allowed one counts as an improvement.

    Is 0.375 after 0.375 an improvement? Look at the border of your comparison.
    """

    def improves(self, error):
        return error <= self.best_error - self.min_delta


class one_epoch_too_late(_Stopper):
    """
    Training stops one epoch too late.

    With a patience of 1, how many epochs without an improvement do you wait for?
    """

    def stops(self):
        return self.waited > self.patience


class one_epoch_too_early(_Stopper):
    """
    Training stops one epoch too early.

    With a patience of 3, how many epochs without an improvement do you wait for?
    """

    def stops(self):
        return self.waited >= self.patience - 1 and self.waited > 0


class counts_all_in_all(_Stopper):
    """
    Epochs without an improvement are counted all in all, and not in a row.

    What becomes of your counter when an epoch is an improvement?
    """

    def update(self, error):
        waited = self.waited
        super().update(error)
        self.waited = max(waited, waited + (self.waited > 0))
        return self.stops()


class counter_restarts_at_one(_Stopper):
    """
    After an improvement the counter begins at 1.

    How many epochs without an improvement have there been just after an improvement?
    """

    def update(self, error):
        super().update(error)
        if self.waited == 0:
            self.waited = 1 if self.epoch else 0
        return self.waited >= self.patience and self.best_epoch != self.epoch


class compares_with_the_epoch_before(_Stopper):
    """
    Each error is compared with that of the epoch before, and not with the best one.

    After 0.375 and 0.5, is 0.4375 an improvement?
    """

    before = math.inf

    def improves(self, error):
        before, self.before = self.before, error
        return error < before - self.min_delta


class waits_for_rises_only(_Stopper):
    """
    Whether to stop depends on the epoch before, although the best error is right.

    After 0.375 and 0.5, is 0.4375 an improvement?
    """

    before = math.inf

    def update(self, error):
        self.epoch += 1
        self.waited = 0 if error < self.before - self.min_delta else self.waited + 1
        if self.improves(error):
            self.best_error, self.best_epoch = error, self.epoch
        self.before = error
        return self.stops()


class min_delta_ignored(_Stopper):
    """
    Every smaller error is an improvement, whatever `min_delta` is.

    Where does your class use `min_delta`?
    """

    def improves(self, error):
        return error < self.best_error


class min_delta_added(_Stopper):
    """
    `min_delta` is added, so that even a larger error may be an improvement.

    With min_delta=0.25 and a best error of 1.0, is 1.1 an improvement?
    """

    def improves(self, error):
        return error < self.best_error + self.min_delta


class min_delta_is_a_share(_Stopper):
    """
    `min_delta` is taken as a share of the best error.

    With min_delta=0.25 and a best error of 2.0, which error is just an improvement?
    """

    def improves(self, error):
        return self.best_epoch is None or error < self.best_error * (1 - self.min_delta)


class small_steps_move_the_best(_Stopper):
    """
    Errors that are smaller by less than `min_delta` become the best error, too.

    With which number do you compare after several small steps: what does the handout's last example do?
    """

    def update(self, error):
        self.epoch += 1
        self.waited = 0 if self.improves(error) else self.waited + 1
        if error < self.best_error:
            self.best_error, self.best_epoch = error, self.epoch
        return self.stops()


class best_epoch_from_one(_Stopper):
    """
    Epochs are counted from 1.

    Which number has the first epoch in the handout's table?
    """

    def __init__(self, patience, min_delta=0.0):
        super().__init__(patience, min_delta)
        self.epoch = 0


class last_epoch_is_best(_Stopper):
    """
    The best epoch is the last one.

    When do you change `best_epoch`: in every epoch, or after an improvement?
    """

    def update(self, error):
        stops = super().update(error)
        self.best_epoch = self.epoch
        return stops


class last_error_is_best(_Stopper):
    """
    `best_error` is the last error.

    When do you change `best_error`: in every epoch, or after an improvement?
    """

    least = math.inf

    def update(self, error):
        self.best_error = self.least
        stops = super().update(error)
        self.least, self.best_error = self.best_error, error
        return stops


class larger_is_better(_Stopper):
    """
    A larger error is taken to be better.

    Is it an error or an accuracy that `update` is told?
    """

    def improves(self, error):
        return self.best_epoch is None or error > self.best_error + self.min_delta


class never_stops(_Stopper):
    """
    `update` never says that training should stop.

    What does `update` return in the epoch after your patience has ended?
    """

    def stops(self):
        return False


class stops_when_it_improves(_Stopper):
    """
    The answers are the wrong way round.

    What does True mean: stop, or go on?
    """

    def stops(self):
        return self.waited < self.patience


class stops_at_once(_Stopper):
    """
    The first epoch without an improvement stops the training, whatever the patience is.

    Where does your class use `patience`?
    """

    def stops(self):
        return self.waited >= 1


class one_state_for_all(_Stopper):
    """
    All stoppers share one state.

    Which names belong to the class, and which to `self`? What does a second stopper find when it begins?
    """

    state: ClassVar = {}

    def __init__(self, patience, min_delta=0.0):
        super().__init__(patience, min_delta)
        one_state_for_all.state = {"best_error": math.inf, "best_epoch": None, "epoch": -1, "waited": 0}

    def update(self, error):
        vars(self).update(one_state_for_all.state)
        stops = super().update(error)
        one_state_for_all.state = {name: getattr(self, name) for name in one_state_for_all.state}
        return stops


# Exercise 3: L2 regularization


def _weights(parameters):
    return [parameter for parameter in parameters if parameter.ndim > 1]


def _penalty(parameters, lam):
    return lam * sum(weight.square().sum() for weight in _weights(parameters))


def half_the_penalty(parameters, lam):
    """
    The penalty has a factor of 1/2.

    Which factors stand in the handout's formula?
    """
    return _penalty(parameters, lam) / 2


def norm_without_square(parameters, lam):
    """
    The norms of the weights are added, and not their squares.

    What is the penalty of a single weight of 3, with lam = 1?
    """
    return lam * sum(weight.norm() for weight in _weights(parameters))


def root_of_all_squares(parameters, lam):
    """
    The root of the sum of the squares is taken.

    What is the penalty of a single weight of 3, with lam = 1?
    """
    return lam * sum(weight.square().sum() for weight in _weights(parameters)) ** 0.5


def absolute_values(parameters, lam):
    """
    Absolute values are added: this is L1.

    What is the penalty of a single weight of 3, with lam = 1?
    """
    return lam * sum(weight.abs().sum() for weight in _weights(parameters))


def mean_of_squares(parameters, lam):
    """
    Squares are averaged, and not added.

    What happens to your penalty if a layer has twice as many weights of the same size?
    """
    return lam * sum(weight.square().mean() for weight in _weights(parameters))


def divided_by_the_layers(parameters, lam):
    """
    The penalty is divided by the number of layers.

    By what do you divide, and does the handout?
    """
    return _penalty(parameters, lam) / len(_weights(parameters))


def biases_included(parameters, lam):
    """
    Biases count as well.

    How many axes has a bias? Compute the handout's example by hand.
    """
    return lam * sum(parameter.square().sum() for parameter in parameters)


def only_biases(parameters, lam):
    """
    Biases count, and weights do not.

    How many axes has a bias, and how many has a matrix of weights?
    """
    return lam * sum(parameter.square().sum() for parameter in parameters if parameter.ndim == 1)


def only_the_last_layer(parameters, lam):
    """
    Only the weights of the last layer count.

    What does your loop do with the sum of the layers before?
    """
    return lam * _weights(parameters)[-1].square().sum()


def only_the_first_layer(parameters, lam):
    """
    Only the weights of the first layer count.

    When does your loop return?
    """
    return lam * _weights(parameters)[0].square().sum()


def only_matrices(parameters, lam):
    """
    The weights of convolutions do not count.

    How many axes have the weights of a convolution, and what does your condition say of them?
    """
    return lam * sum(parameter.square().sum() for parameter in parameters if parameter.ndim == 2)


def lam_squared(parameters, lam):
    """
    lam is squared as well.

    What happens to the penalty if lam is twice as large?
    """
    return lam * _penalty(parameters, lam)


def lam_forgotten(parameters, lam):
    """
    lam has no effect.

    What happens to the penalty if lam is twice as large?
    """
    return _penalty(parameters, 1)


def squared_sum(parameters, lam):
    """
    The weights are added first, and then squared.

    What is the penalty of two weights of 1 and -1?
    """
    return lam * sum(weight.sum().square() for weight in _weights(parameters))


def penalty_cut_off(parameters, lam):
    """
    No gradient flows through the penalty.

    Of which type is your answer, and does torch know how it was computed?
    """
    return _penalty([parameter.detach() for parameter in parameters], lam)


def _step(parameters, gradients, learning_rate, decays):
    return [
        weight - learning_rate * (gradient + decay * weight)
        for weight, gradient, decay in zip(parameters, gradients, decays, strict=True)
    ]


def biases_decay(parameters, gradients, learning_rate, weight_decay):
    """
    Biases decay as well.

    What does the handout's table say of the biases?
    """
    return _step(parameters, gradients, learning_rate, [weight_decay] * len(parameters))


def only_matrices_decay(parameters, gradients, learning_rate, weight_decay):
    """
    The weights of convolutions do not decay.

    How many axes have the weights of a convolution, and what does your condition say of them?
    """
    return _step(parameters, gradients, learning_rate, [weight_decay * (one.ndim == 2) for one in parameters])


def only_biases_decay(parameters, gradients, learning_rate, weight_decay):
    """
    Biases decay, and weights do not.

    How many axes has a bias, and how many has a matrix of weights?
    """
    return _step(parameters, gradients, learning_rate, [weight_decay * (one.ndim == 1) for one in parameters])


def no_decay(parameters, gradients, learning_rate, weight_decay):
    """
    Nothing decays.

    What does a weight do whose gradient is 0?
    """
    return _step(parameters, gradients, learning_rate, [0] * len(parameters))


def _decays(parameters, weight_decay):
    return [weight_decay * (one.ndim > 1) for one in parameters]


def weights_grow(parameters, gradients, learning_rate, weight_decay):
    """
    Weights grow where they should decay.

    Does a weight whose gradient is 0 move towards 0 or away from it?
    """
    return _step(parameters, gradients, learning_rate, _decays(parameters, -weight_decay))


def decay_counts_twice(parameters, gradients, learning_rate, weight_decay):
    """
    The decay counts twice.

    Which factor stands before the weight in the handout's formula of the step?
    """
    return _step(parameters, gradients, learning_rate, _decays(parameters, 2 * weight_decay))


def step_uphill(parameters, gradients, learning_rate, weight_decay):
    """
    The step goes up the gradient.

    Should the loss grow or shrink?
    """
    return _step(parameters, gradients, -learning_rate, _decays(parameters, weight_decay))


def decay_without_learning_rate(parameters, gradients, learning_rate, weight_decay):
    """
    The decay is not multiplied by the learning rate.

    What stands in the brackets of the handout's formula?
    """
    return _step(parameters, gradients, learning_rate, _decays(parameters, weight_decay / learning_rate))


def decay_after_the_step(parameters, gradients, learning_rate, weight_decay):
    """
    What decays is the weight after the step.

    Which weight stands beside the gradient in the formula: the one before or after the step?
    """
    moved = _step(parameters, gradients, learning_rate, [0] * len(parameters))
    return [one - learning_rate * decay * one for one, decay in zip(moved, _decays(moved, weight_decay), strict=True)]


def gradient_decays(parameters, gradients, learning_rate, weight_decay):
    """
    The gradient is multiplied by the decay, and not the weight.

    What becomes smaller by weight decay?
    """
    shrunk = [
        (1 + weight_decay * (one.ndim > 1)) * gradient for one, gradient in zip(parameters, gradients, strict=True)
    ]
    return _step(parameters, shrunk, learning_rate, [0] * len(parameters))


def sign_decays(parameters, gradients, learning_rate, weight_decay):
    """
    The decay depends on the sign of a weight alone, as with L1.

    Do large weights decay by as much as small ones?
    """
    pulled = [
        gradient + weight_decay * (one.ndim > 1) * one.sign()
        for one, gradient in zip(parameters, gradients, strict=True)
    ]
    return _step(parameters, pulled, learning_rate, [0] * len(parameters))


def same_as_lam(lam):
    """
    The weight decay is taken to be lam.

    What is the derivative of lam x w^2?
    """
    return lam


def half_of_lam(lam):
    """
    The weight decay is taken to be half of lam.

    What is the derivative of lam x w^2?
    """
    return lam / 2


def square_of_lam(lam):
    """
    The weight decay is taken to be the square of lam.

    What is the derivative of lam x w^2, and by what do you take the derivative?
    """
    return lam**2


# Exercise 4: dropout


def _mask(x, p):
    return torch.rand(x.shape) >= p


def _refuse(p):
    if not 0 <= p <= 1:
        raise ValueError("p is a probability")


def _dropped(x, p, mask, scale):
    _refuse(p)
    return x * 0 if p == 1 else x * mask * scale


def drops_nothing(x, p, training=True):
    """
    Nothing is dropped.

    Is any element of your answer 0, where one should be?
    """
    _refuse(p)
    return x * 0 if p == 1 and training else x


def keep_and_drop_swapped(x, p, training=True):
    """
    p is taken as the probability to stay.

    Which of the two is p in the handout?
    """
    _refuse(p)
    if not training or p == 0:
        return x
    return _dropped(x, p, torch.rand(x.shape) < p, 1 / p)


def normal_mask(x, p, training=True):
    """
    The mask is drawn from a normal distribution.

    How often is a number of your generator less than p?
    """
    if not training or p in (0, 1):
        return _dropped(x, p, 1, 1) if training else x
    return _dropped(x, p, torch.randn(x.shape) >= p, 1 / (1 - p))


def not_scaled(x, p, training=True):
    """
    Elements that are left keep their value.

    What becomes of the mean of the outputs if nothing makes up for what was dropped?
    """
    return _dropped(x, p, _mask(x, p), 1) if training else x


def scaled_by_p(x, p, training=True):
    """
    Elements that are left are divided by p.

    With p = 0.2 about a fifth is missing: by how much must the rest grow?
    """
    if not training or p in (0, 1):
        return _dropped(x, p, 1, 1) if training else x
    return _dropped(x, p, _mask(x, p), 1 / p)


def scaled_down(x, p, training=True):
    """
    Elements that are left are multiplied by 1 - p.

    Should they grow or shrink, if the mean is to stay?
    """
    return _dropped(x, p, _mask(x, p), 1 - p) if training else x


def noise_not_a_mask(x, p, training=True):
    """
    Elements are multiplied by random numbers, and not by a mask.

    How many different factors do you multiply by, and how many are there in the handout?
    """
    if not training or p in (0, 1):
        return _dropped(x, p, 1, 1) if training else x
    return _dropped(x, p, torch.rand(x.shape) + p, 1)


def active_in_evaluation(x, p, training=True):
    """
    Elements are dropped in evaluation as well.

    What does `training` decide in your function?
    """
    return _dropped(x, p, _mask(x, p), 1 / (1 - p) if p < 1 else 0)


def scaled_in_evaluation(x, p, training=True):
    """
    In evaluation everything is scaled.

    What is left to do in evaluation, after inverted dropout in training?
    """
    _refuse(p)
    return _dropped(x, p, _mask(x, p), 1 / (1 - p) if p < 1 else 0) if training else x * (1 - p)


def dropped_together(x, p, training=True):
    """
    One mask serves for all rows.

    How many random numbers do you draw, and how many elements has x?
    """
    if not training or p in (0, 1):
        return _dropped(x, p, 1, 1) if training else x
    return _dropped(x, p, torch.rand(x.shape[1:]) >= p, 1 / (1 - p))


def same_mask_each_call(x, p, training=True):
    """
    Every call drops the same elements.

    What makes your random numbers start anew in each call?
    """
    if not training or p in (0, 1):
        return _dropped(x, p, 1, 1) if training else x
    mask = torch.rand(x.shape, generator=torch.Generator().manual_seed(0)) >= p
    return _dropped(x, p, mask, 1 / (1 - p))


def exact_share(x, p, training=True):
    """
    Exactly a share p is dropped, each time.

    Is each element dropped independently of the others, if always exactly so many are dropped?
    """
    _refuse(p)
    if not training:
        return x
    mask = torch.ones(x.numel(), dtype=x.dtype)
    mask[torch.randperm(x.numel())[: round(p * x.numel())]] = 0
    return x * mask.reshape(x.shape) / (1 - p) if p < 1 else x * 0


def gradient_cut(x, p, training=True):
    """
    No gradient flows back through the answer.

    Is your answer a tensor that torch can go back through, all the way to x?
    """
    return _dropped(x.detach(), p, _mask(x, p), 1 / (1 - p) if p < 1 else 0) if training else x


def nan_where_all_is_dropped(x, p, training=True):
    """
    p = 1 gives NaN.

    What do you divide by if p is 1?
    """
    _refuse(p)
    return x * _mask(x, p) / torch.tensor(1 - p, dtype=x.dtype) if training else x


def any_p_accepted(x, p, training=True):
    """
    A p that is no probability is accepted.

    Is 1.5 a probability? Read what the handout says about such a p.
    """
    if not training:
        return x
    return x * 0 if p == 1 else x * _mask(x, p) / (1 - p)


# Exercise 5: Xavier initialization


def _fans(shape):
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


def fans_exchanged(shape):
    """
    fan_in and fan_out are exchanged.

    Which axis of the weights counts the inputs?
    """
    return _fans(shape)[::-1]


def kernel_ignored(shape):
    """
    The fans of a convolution do not depend on its kernel.

    Over how many numbers is one output of a 5 x 5 convolution summed?
    """
    return shape[1], shape[0]


def area_in_fan_in_only(shape):
    """
    Only fan_in depends on the kernel.

    To how many outputs of each filter does one pixel of the input go?
    """
    return shape[1] * math.prod(shape[2:]), shape[0]


def area_in_fan_out_only(shape):
    """
    Only fan_out depends on the kernel.

    Over how many pixels of each channel is one output summed?
    """
    return shape[1], shape[0] * math.prod(shape[2:])


def square_of_the_rows(shape):
    """
    Kernels are taken to be square.

    How many weights has a kernel of 3 rows and 5 columns?
    """
    area = shape[2] ** 2 if len(shape) > 2 else 1
    return shape[1] * area, shape[0] * area


def rows_only(shape):
    """
    Only the rows of a kernel count.

    How many weights has a kernel of 3 rows and 5 columns?
    """
    area = shape[2] if len(shape) > 2 else 1
    return shape[1] * area, shape[0] * area


def rows_plus_columns(shape):
    """
    Rows and columns of a kernel are added.

    How many weights has a kernel of 3 rows and 5 columns?
    """
    area = sum(shape[2:]) if len(shape) > 2 else 1
    return shape[1] * area, shape[0] * area


def last_axis_is_fan_in(shape):
    """
    The last axis is taken for the inputs, of convolutions too.

    What does each axis of the weights (K, C, R, S) count?
    """
    return shape[-1], shape[0]


def _uniform(shape, bound):
    return (2 * torch.rand(shape) - 1) * bound


def _sum(shape):
    return sum(_fans(shape))


def deviation_as_bound(shape):
    """
    The standard deviation is taken for the bound a.

    Is a the largest weight, or the standard deviation?
    """
    return _uniform(shape, math.sqrt(2 / _sum(shape)))


def uniform_without_root(shape):
    """
    The root in the formula of a is missing.

    Which sign of the formula of a is missing in yours?
    """
    return _uniform(shape, 6 / _sum(shape))


def uniform_fan_in_only(shape):
    """
    Only fan_in counts.

    Which of the two fans does your a depend on?
    """
    return _uniform(shape, math.sqrt(3 / _fans(shape)[0]))


def uniform_fan_out_only(shape):
    """
    Only fan_out counts.

    Which of the two fans does your a depend on?
    """
    return _uniform(shape, math.sqrt(3 / _fans(shape)[1]))


def uniform_he(shape):
    """
    The bound is that of another initialization, which looks at fan_in alone.

    Which of the two fans does your a depend on?
    """
    return _uniform(shape, math.sqrt(6 / _fans(shape)[0]))


def uniform_of_torch(shape):
    """
    The bound is 1 / sqrt(fan_in).

    Whose formula for a is yours?
    """
    return _uniform(shape, 1 / math.sqrt(_fans(shape)[0]))


def uniform_gain(shape):
    """
    The weights are larger by sqrt(2).

    Which number stands above the fans in the formula of a?
    """
    return _uniform(shape, math.sqrt(12 / _sum(shape)))


def uniform_sum_halved(shape):
    """
    The weights are smaller by sqrt(2).

    Which number stands above the fans in the formula of a?
    """
    return _uniform(shape, math.sqrt(3 / _sum(shape)))


def half_of_the_range(shape):
    """
    The weights fill only the half of the range that is nearer to 0.

    How long is the range from -a to a?
    """
    return _uniform(shape, math.sqrt(6 / _sum(shape)) / 2)


def bound_of_one(shape):
    """
    The weights lie between -1 and 1, whatever the layer is.

    What do your weights depend on?
    """
    return _uniform(shape, 1)


def uniform_kernel_ignored(shape):
    """
    The area of the kernel is left out of both fans.

    Over how many numbers is one output of a convolution summed?
    """
    return _uniform(shape, math.sqrt(6 / (shape[0] + shape[1])))


def uniform_area_in_fan_in_only(shape):
    """
    The area of the kernel is left out of fan_out.

    To how many outputs does one input of a convolution go?
    """
    return _uniform(shape, math.sqrt(6 / (_fans(shape)[0] + shape[0])))


def not_centred(shape):
    """
    All weights are positive.

    Which numbers does your generator give: are some of them negative?
    """
    return torch.rand(shape) * math.sqrt(6 / _sum(shape))


def another_distribution(shape):
    """
    The weights are drawn from a normal distribution.

    Which of the two distributions does this function draw from?
    """
    return torch.randn(shape) * math.sqrt(2 / _sum(shape))


def _normal(shape, variance):
    return torch.randn(shape) * math.sqrt(variance)


def variance_as_deviation(shape):
    """
    The variance is taken for the standard deviation.

    The formula gives a variance: what does your generator ask for?
    """
    return _normal(shape, (2 / _sum(shape)) ** 2)


def bound_as_deviation(shape):
    """
    The bound a of the uniform distribution is taken for the standard deviation.

    Is a the largest weight, or the standard deviation?
    """
    return _normal(shape, 6 / _sum(shape))


def normal_fan_in_only(shape):
    """
    Only fan_in counts.

    Which of the two fans does your variance depend on?
    """
    return _normal(shape, 1 / _fans(shape)[0])


def normal_fan_out_only(shape):
    """
    Only fan_out counts.

    Which of the two fans does your variance depend on?
    """
    return _normal(shape, 1 / _fans(shape)[1])


def normal_he(shape):
    """
    The variance is that of another initialization, which looks at fan_in alone.

    Which of the two fans does your variance depend on?
    """
    return _normal(shape, 2 / _fans(shape)[0])


def normal_gain(shape):
    """
    The weights are larger by sqrt(2).

    Which number stands above the fans in the formula?
    """
    return _normal(shape, 4 / _sum(shape))


def normal_sum_halved(shape):
    """
    The weights are smaller by sqrt(2).

    Which number stands above the fans in the formula?
    """
    return _normal(shape, 1 / _sum(shape))


def deviation_of_one(shape):
    """
    The standard deviation is 1, whatever the layer is.

    What do your weights depend on?
    """
    return torch.randn(shape)


def normal_kernel_ignored(shape):
    """
    The area of the kernel is left out of both fans.

    Over how many numbers is one output of a convolution summed?
    """
    return _normal(shape, 2 / (shape[0] + shape[1]))


def normal_area_in_fan_in_only(shape):
    """
    The area of the kernel is left out of fan_out.

    To how many outputs does one input of a convolution go?
    """
    return _normal(shape, 2 / (_fans(shape)[0] + shape[0]))


def equal_weights(shape):
    """
    All weights are equal.

    What would units with equal weights learn?
    """
    return torch.full(shape, math.sqrt(2 / _sum(shape)))


def repeated_numbers(shape):
    """
    All units have the same weights.

    How many numbers do you draw, and how many has the tensor?
    """
    return _normal((1, *shape[1:]), 2 / _sum(shape)).repeat(shape[0], *[1] * (len(shape) - 1))


def same_weights_each_call(shape):
    """
    Every call gives the same weights.

    What makes your random numbers start anew in each call?
    """
    return torch.randn(shape, generator=torch.Generator().manual_seed(0)) * math.sqrt(2 / _sum(shape))


# Exercise 6: batch normalization


def _batch_norm(
    x,
    gamma,
    beta,
    running_mean,
    running_var,
    training,
    momentum=0.1,
    eps=1e-5,
    *,
    axes=None,
    scale=lambda var, eps: (var + eps).sqrt(),
    in_output=0,
    in_running=1,
    finish=lambda normalized, gamma, beta: gamma * normalized + beta,
    updates=None,
    by_batch=None,
    refuses=True,
):
    per_feature = (1, -1, *[1] * (x.ndim - 2))
    axes = (0, *range(2, x.ndim)) if axes is None else axes(x)
    if training and refuses and x.numel() == x.shape[1]:
        raise ValueError("one value for each feature has no variance")
    mean, var = running_mean.reshape(per_feature), running_var.reshape(per_feature)
    new_mean, new_var = running_mean, running_var
    if training if by_batch is None else by_batch(training):
        mean, var = x.mean(axes, keepdim=True), x.var(axes, keepdim=True, correction=in_output)
    if training if updates is None else updates(training):
        batch_mean, batch_var = x.mean(axes, keepdim=True), x.var(axes, keepdim=True, correction=in_running)
        if batch_mean.numel() == x.shape[1]:
            batch_mean, batch_var = batch_mean.reshape(-1), batch_var.reshape(-1)
        new_mean = (1 - momentum) * running_mean + momentum * batch_mean
        new_var = (1 - momentum) * running_var + momentum * batch_var
    normalized = (x - mean) / scale(var, eps)
    return finish(normalized, gamma.reshape(per_feature), beta.reshape(per_feature)), new_mean, new_var


def unbiased_in_the_output(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The output is normalized by the unbiased variance.

    By what do you divide the sum of squares for the output, and by what for the running variance?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, in_output=1)


def biased_running_variance(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The biased variance goes into the running variance.

    By what do you divide the sum of squares for the output, and by what for the running variance?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, in_running=0)


def variances_exchanged(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    Biased and unbiased variance are exchanged.

    By what do you divide the sum of squares for the output, and by what for the running variance?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, in_output=1, in_running=0)


def momentum_reversed(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    momentum is taken as the share of the old statistics.

    With momentum = 0.1, how much of the batch is in the new running mean of the handout's example?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, 1 - momentum, eps)


def momentum_ignored(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The share of the batch is always 0.1.

    Where does your function use `momentum`?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, 0.1, eps)


def eps_outside_the_root(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    eps is added to the standard deviation.

    To which of the two is eps added in the formula, before or after the root is taken?
    """

    def scale(var, eps):
        return var.sqrt() + eps

    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, scale=scale)


def eps_missing(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    eps has no effect.

    What is your output if a feature has the same value in all samples?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, 0.0)


def eps_as_a_floor(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    eps is the least variance, and not added to it.

    With eps = 0.1, what does the formula make of a variance of 4, and what does your function make of it?
    """

    def scale(var, eps):
        return var.clamp_min(eps).sqrt()

    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, scale=scale)


def eps_is_fixed(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    eps is always 1e-5.

    Where does your function use `eps`?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, 1e-5)


def divided_by_the_variance(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The variance takes the place of the standard deviation.

    What is the variance of your output, with gamma = 1?
    """

    def scale(var, eps):
        return var + eps

    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, scale=scale)


def only_centred(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The output is centred, and not divided by anything.

    What is the variance of your output, with gamma = 1?
    """

    def scale(var, eps):
        return 1

    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, scale=scale)


def statistics_of_each_pixel(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    Each pixel of the images has a mean and a variance of its own.

    How many means has a channel of images in the handout's picture?
    """
    if x.ndim == 2:
        return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    out, _mean, _var = _batch_norm(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, axes=lambda x: (0,), updates=lambda _: False
    )
    _out, mean, var = _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return out, mean, var


def statistics_of_each_image(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    Each image has a mean and a variance of its own.

    Over how many images is the mean of a channel taken in the handout's picture?
    """
    if x.ndim == 2:
        return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    out, _mean, _var = _batch_norm(
        x,
        gamma,
        beta,
        running_mean,
        running_var,
        training,
        momentum,
        eps,
        axes=lambda x: (2, 3),
        updates=lambda _: False,
    )
    _out, mean, var = _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return out, mean, var


def statistics_of_each_sample(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    Each sample is normalized over its features: this is layer normalization.

    Down which direction of the handout's table are mean and variance taken?
    """
    out, _mean, _var = _batch_norm(
        x,
        gamma,
        beta,
        running_mean,
        running_var,
        training,
        momentum,
        eps,
        axes=lambda x: tuple(range(1, x.ndim)),
        updates=lambda _: False,
    )
    _out, mean, var = _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return out, mean, var


def one_mean_for_all_features(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    All features share one mean and one variance.

    How many means has the handout's mini-batch of two features?
    """
    out, mean, var = _batch_norm(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, axes=lambda x: tuple(range(x.ndim))
    )
    return out, mean.reshape(-1), var.reshape(-1)


def gamma_and_beta_exchanged(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    gamma and beta are exchanged.

    Which of the two is multiplied, and which is added?
    """
    return _batch_norm(x, beta, gamma, running_mean, running_var, training, momentum, eps)


def gamma_missing(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The output is not scaled by gamma.

    What does your output do when gamma is doubled?
    """
    return _batch_norm(x, torch.ones_like(gamma), beta, running_mean, running_var, training, momentum, eps)


def beta_missing(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The output is not shifted by beta.

    What is the mean of your output, and which should it be?
    """
    return _batch_norm(x, gamma, torch.zeros_like(beta), running_mean, running_var, training, momentum, eps)


def gamma_and_beta_missing(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The output is neither scaled nor shifted.

    Where does your function use gamma and beta?
    """
    return _batch_norm(
        x, torch.ones_like(gamma), torch.zeros_like(beta), running_mean, running_var, training, momentum, eps
    )


def beta_added_first(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    beta is added before gamma is multiplied.

    What is your output where the normalized value is 0?
    """

    def finish(normalized, gamma, beta):
        return gamma * (normalized + beta)

    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps, finish=finish)


def running_statistics_stay(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The running statistics never change.

    What do the running statistics learn from in training?
    """
    return _batch_norm(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, updates=lambda training: False
    )


def running_variance_stays(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The running variance never changes.

    Which of the two running statistics do you update?
    """
    out, mean, _var = _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return out, mean, running_var


def batch_statistics_returned(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    Mean and variance of the batch are returned, and not the running ones.

    What has become of the old running statistics in your answer?
    """
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, 1.0, eps)


def updated_in_evaluation(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The running statistics change in evaluation as well.

    May what a network computes in evaluation depend on what it was shown before in evaluation?
    """
    many = x.numel() > x.shape[1]
    return _batch_norm(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, updates=lambda training: training or many
    )


def batch_statistics_in_evaluation(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    In evaluation the batch is normalized by its own statistics.

    May the output of a sample in evaluation depend on which others are beside it?
    """
    return _batch_norm(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, by_batch=lambda training: True
    )


def running_statistics_in_training(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    In training the batch is normalized by the old running statistics.

    What are mean and variance of your output in training, with gamma = 1 and beta = 0?
    """
    return _batch_norm(
        x, gamma, beta, running_mean, running_var, training, momentum, eps, by_batch=lambda training: False
    )


def new_statistics_in_training(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    In training the batch is normalized by the new running statistics.

    What are mean and variance of your output in training, with gamma = 1 and beta = 0?
    """
    _out, mean, var = _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    out, _mean, _var = _batch_norm(x, gamma, beta, mean, var, False, momentum, eps)
    return out, mean, var


def running_deviation(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    The standard deviation goes into the running variance.

    In which unit is your running variance: that of x, or that of x squared?
    """
    out, mean, _var = _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    if training:
        axes = (0, *range(2, x.ndim))
        return out, mean, (1 - momentum) * running_var + momentum * x.std(axes)
    return out, mean, running_var


def deviation_in_evaluation(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    In evaluation the running variance is taken for a standard deviation.

    In which unit is the running variance: that of x, or that of x squared?
    """
    if training:
        return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return divided_by_the_variance(x, gamma, beta, running_mean, running_var, training, momentum, eps)


def eps_in_the_running_variance(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    eps goes into the running variance.

    Which variance do you add eps to, and where is it used afterwards?
    """
    out, mean, var = _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)
    return out, mean, var + momentum * eps if training else var


def one_value_accepted(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    A mini-batch with one value for each feature is accepted in training.

    What is the variance of one number, and what should happen then?
    """
    if training and x.numel() == x.shape[1]:
        return beta.reshape(1, -1, *[1] * (x.ndim - 2)).expand_as(x), running_mean, running_var
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)


def one_sample_refused(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    A mini-batch of one image is refused in training.

    How many values has a channel of one image of 1 x 2 pixels?
    """
    if training and len(x) == 1:
        raise ValueError("one sample")
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)


def one_value_refused_in_evaluation(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """
    One value for each feature is refused in evaluation as well.

    Which variance is used in evaluation, and does it need more than one value?
    """
    if x.numel() == x.shape[1]:
        raise ValueError("one value")
    return _batch_norm(x, gamma, beta, running_mean, running_var, training, momentum, eps)


MISCONCEPTIONS = {
    "fit_polynomial": (
        highest_power_first,
        no_constant,
        constant_is_zero,
        one_power_missing,
        one_power_too_many,
        coefficients_in_a_column,
        fitted_in_float32,
        x_and_y_exchanged,
        a_little_ridge,
    ),
    "polynomial_error": (
        sum_of_squares,
        root_of_the_mean,
        absolute_errors,
        half_of_the_error,
        square_of_the_mean,
        error_reads_highest_first,
        error_divides_by_freedom,
    ),
    "choose_degree": (
        chosen_by_training_error,
        worst_degree_chosen,
        roles_exchanged,
        fitted_to_all,
        judged_by_all,
        place_of_the_degree,
        place_counted_from_one,
        always_one_two_three,
        least_error_returned,
    ),
    "EarlyStopper": (
        equal_is_an_improvement,
        one_epoch_too_late,
        one_epoch_too_early,
        counts_all_in_all,
        counter_restarts_at_one,
        compares_with_the_epoch_before,
        waits_for_rises_only,
        min_delta_ignored,
        min_delta_added,
        min_delta_is_a_share,
        small_steps_move_the_best,
        best_epoch_from_one,
        last_epoch_is_best,
        last_error_is_best,
        larger_is_better,
        never_stops,
        stops_when_it_improves,
        stops_at_once,
        one_state_for_all,
    ),
    "l2_penalty": (
        half_the_penalty,
        norm_without_square,
        root_of_all_squares,
        absolute_values,
        mean_of_squares,
        divided_by_the_layers,
        biases_included,
        only_biases,
        only_the_last_layer,
        only_the_first_layer,
        only_matrices,
        lam_squared,
        lam_forgotten,
        squared_sum,
        penalty_cut_off,
    ),
    "decayed_step": (
        biases_decay,
        only_matrices_decay,
        only_biases_decay,
        no_decay,
        weights_grow,
        decay_counts_twice,
        step_uphill,
        decay_without_learning_rate,
        decay_after_the_step,
        gradient_decays,
        sign_decays,
    ),
    "weight_decay_for": (same_as_lam, half_of_lam, square_of_lam),
    "dropout": (
        drops_nothing,
        keep_and_drop_swapped,
        normal_mask,
        not_scaled,
        scaled_by_p,
        scaled_down,
        noise_not_a_mask,
        active_in_evaluation,
        scaled_in_evaluation,
        dropped_together,
        same_mask_each_call,
        exact_share,
        gradient_cut,
        nan_where_all_is_dropped,
        any_p_accepted,
    ),
    "fans": (
        fans_exchanged,
        kernel_ignored,
        area_in_fan_in_only,
        area_in_fan_out_only,
        square_of_the_rows,
        rows_only,
        rows_plus_columns,
        last_axis_is_fan_in,
    ),
    "xavier_uniform": (
        deviation_as_bound,
        uniform_without_root,
        uniform_fan_in_only,
        uniform_fan_out_only,
        uniform_he,
        uniform_of_torch,
        uniform_gain,
        uniform_sum_halved,
        half_of_the_range,
        bound_of_one,
        uniform_kernel_ignored,
        uniform_area_in_fan_in_only,
        not_centred,
        another_distribution,
    ),
    "xavier_normal": (
        variance_as_deviation,
        bound_as_deviation,
        normal_fan_in_only,
        normal_fan_out_only,
        normal_he,
        normal_gain,
        normal_sum_halved,
        deviation_of_one,
        normal_kernel_ignored,
        normal_area_in_fan_in_only,
        equal_weights,
        repeated_numbers,
        same_weights_each_call,
    ),
    "batch_norm": (
        unbiased_in_the_output,
        biased_running_variance,
        variances_exchanged,
        momentum_reversed,
        momentum_ignored,
        eps_outside_the_root,
        eps_missing,
        eps_as_a_floor,
        eps_is_fixed,
        divided_by_the_variance,
        only_centred,
        statistics_of_each_pixel,
        statistics_of_each_image,
        statistics_of_each_sample,
        one_mean_for_all_features,
        gamma_and_beta_exchanged,
        gamma_missing,
        beta_missing,
        gamma_and_beta_missing,
        beta_added_first,
        running_statistics_stay,
        running_variance_stays,
        batch_statistics_returned,
        updated_in_evaluation,
        batch_statistics_in_evaluation,
        running_statistics_in_training,
        new_statistics_in_training,
        running_deviation,
        deviation_in_evaluation,
        eps_in_the_running_variance,
        one_value_accepted,
        one_sample_refused,
        one_value_refused_in_evaluation,
    ),
}


def _points(seed, truth, count):
    generator = torch.Generator().manual_seed(seed)
    x = torch.linspace(-2, 2, count, dtype=torch.float64)
    noise = torch.randn(count, generator=generator, dtype=torch.float64)
    return x, sum(factor * x**power for power, factor in enumerate(truth)) + 0.5 * noise


def _layer(seed):
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randn(shape, generator=generator, dtype=torch.float64)
        for shape in ((2, 3, 2, 1), (2,), (3, 4), (3,), (2, 3))
    ]


_NEAR = torch.tensor([[1.0, 2.0], [1.25, 1.5], [1.5, 1.75]], dtype=torch.float64)
_ONE = torch.ones(2, dtype=torch.float64)

PROBES = {
    "EarlyStopper": (
        """
        answer = []
        for patience, min_delta, errors in (
            (1, 0.0, [1.0, 0.5, 0.5, 0.25]),
            (1, 0.0, [0.5, 1.0, 1.0, 1.0]),
            (3, 0.25, [1.0, 1.125, 1.25, 1.5]),
            (2, 0.0, [1.0, 1.5, 0.75, 1.0, 0.875]),
            (3, 0.25, [1.0, 0.875, 0.75, 0.625, 0.5, 0.4375]),
            (2, 0.5, [2.0, 1.25, 1.0, 2.0]),
            (3, 0.0, [0.5, 1.0, 0.75, 0.25, 0.5, 0.375, 0.3125]),
        ):
            stopper = EarlyStopper(patience, min_delta)
            for error in errors:
                answer.append((bool(stopper.update(error)), stopper.best_error, stopper.best_epoch))
                if answer[-1][0]:
                    break
        """,
    ),
    "l2_penalty": ((_layer(1), 0.1), (_layer(2), 3.0)),
    "batch_norm": (
        # eps beside a variance that is smaller, and one that is larger
        (_NEAR, _ONE, _ONE, _ONE, _ONE, True, 0.1, 0.5),
        (10 * _NEAR, _ONE, _ONE, _ONE, _ONE, True, 0.1, 0.5),
        (_NEAR, _ONE, _ONE, _ONE, 0.25 * _ONE, False, 0.1, 0.5),
    ),
    "decayed_step": ((_layer(1), _layer(2), 0.3, 0.7),),
    "polynomial_error": (
        (torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64), *_points(2, (1.0, 0.0, 2.0), 6)),
        (torch.tensor([-1.0, 0.3], dtype=torch.float64), *_points(4, (0.0, 1.0, 1.0), 4)),
    ),
    "weight_decay_for": ((0.3,), (3.0,)),
    "choose_degree": tuple(
        (*_points(seed, truth, 7), *_points(seed + 1, truth, 6), degrees)
        for seed, truth, degrees in (
            (1, (1.0, -1.0), (1, 2, 3)),
            (3, (0.5, 1.0), (3, 1)),
            (5, (1.0, 0.0, 1.5), (3, 2, 1)),
            (7, (0.0, 1.0, -1.0), (2, 4, 1)),
            (9, (0.0, 2.0), (2, 1, 3)),
            (53, (0.5, 0.0, 0.3), (1, 4)),
        )
    ),
}
