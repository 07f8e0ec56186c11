"""
Known mistakes of Backpropagation, each one an executable wrong solution.

The first line of a docstring says the mistake; the rest is the hint for the student.  Apart from its one mistake every
function is right, so that it answers exactly like a student who made only this one.
"""

import math

import torch

# Exercise 1: a line


def exchanges_the_factors(w, x, b):
    """
    Each factor of w x gets its own value as its derivative.

    Let w grow by 1 while x stays 2: by how much does w x grow, and does that depend on w?
    """
    return w * x + b, w, x, 1.0


def bias_has_no_derivative(w, x, b):
    """
    The derivative with respect to b is 0.

    b is no factor of anything, but is f the same for another b?
    """
    return w * x + b, x, w, 0.0


def bias_is_its_own_derivative(w, x, b):
    """
    The derivative with respect to b is b.

    By how much does f grow where b grows by 1? Try it for b = 1 and for b = 100.
    """
    return w * x + b, x, w, b


def begins_with_the_value(w, x, b):
    """
    The way back begins with the value of f.

    What is the derivative of f with respect to f itself?
    """
    f = w * x + b
    return f, f * x, f * w, f


# Exercise 2: two paths


def _branch(x, y, z):
    total, largest = x + y, max(y, z)
    return total, largest, total * largest


def second_path_replaces_the_first(x, y, z):
    """
    Only what comes back through the maximum counts for y.

    y stands in two places of the formula. What does y get from the sum, and what becomes of it?
    """
    total, largest, f = _branch(x, y, z)
    return f, largest, total if y > z else 0.0, 0.0 if y > z else total


def first_path_alone(x, y, z):
    """
    Only what comes back through the sum counts for y.

    y stands in two places of the formula. In which of them did you follow it?
    """
    total, largest, f = _branch(x, y, z)
    return f, largest, largest, 0.0 if y > z else total


def maximum_hands_to_both(x, y, z):
    """
    Both inputs of the maximum get what comes back.

    Change the smaller one of y and z a little: what happens to max(y, z)?
    """
    total, largest, f = _branch(x, y, z)
    return f, largest, largest + total, total


def maximum_hands_to_the_smaller(x, y, z):
    """
    The smaller input of the maximum gets what comes back.

    Change the smaller one of y and z a little: what happens to max(y, z)?
    """
    total, largest, f = _branch(x, y, z)
    return f, largest, largest + (0.0 if y > z else total), total if y > z else 0.0


def maximum_forgets_what_came_back(x, y, z):
    """
    What comes back through the maximum is 1, whatever came back to the maximum itself.

    The derivative of max(y, z) with respect to the larger one is 1. And that of f?
    """
    total, largest, f = _branch(x, y, z)
    del total
    return f, largest, largest + (1.0 if y > z else 0.0), 0.0 if y > z else 1.0


def product_hands_back_own_values(x, y, z):
    """
    Each factor of the product gets its own value back.

    f is a product of two things. If the first one grows by 1, by how much does f grow?
    """
    total, largest, f = _branch(x, y, z)
    return f, total, total + (largest if y > z else 0.0), 0.0 if y > z else largest


# Exercise 3: a neuron


def _neuron(w, x, slope_of=lambda z, f: f * (1 - f), bias_slope=None, z_of=None):
    z = w[-1] + sum(one * other for one, other in zip(w, x, strict=False)) if z_of is None else z_of(w, x)
    f = 1 / (1 + math.exp(-z))
    slope = slope_of(z, f)
    bias = slope if bias_slope is None else bias_slope(slope)
    return f, [slope * one for one in x] + [bias], [slope * one for one in w[:-1]]


def slope_with_a_plus(w, x):
    """
    The derivative of the sigmoid is taken as f (1 + f).

    How steep is a sigmoid where it is almost 1? Put f = 1 into your formula.
    """
    return _neuron(w, x, lambda z, f: f * (1 + f))


def slope_of_the_input(w, x):
    """
    The derivative of the sigmoid is computed from z instead of f: z (1 - z).

    The formula has two factors. How steep is the sigmoid at z = 0, and what does yours say?
    """
    return _neuron(w, x, lambda z, f: z * (1 - z))


def sigmoid_of_the_sigmoid(w, x):
    """
    The derivative is that of the sigmoid at f instead of z.

    Your derivative takes a sigmoid once more. Of what is f already the sigmoid?
    """
    return _neuron(w, x, lambda z, f: _sigmoid(f) * (1 - _sigmoid(f)))


def _sigmoid(z):
    return 1 / (1 + math.exp(-z))


def slope_forgotten(w, x):
    """
    The derivative of the sigmoid is left out.

    Between z and f there is one more step. What does it multiply by on the way back?
    """
    return _neuron(w, x, lambda z, f: 1.0)


def slope_is_the_output(w, x):
    """
    The derivative of the sigmoid is taken to be its output.

    For which function is the derivative the function itself? Draw a sigmoid: where is it steepest?
    """
    return _neuron(w, x, lambda z, f: f)


def half_of_the_slope(w, x):
    """
    The derivative of the sigmoid is taken as 1 - f.

    How steep is a sigmoid far to the left, where f is almost 0?
    """
    return _neuron(w, x, lambda z, f: 1 - f)


def bias_skips_the_sigmoid(w, x):
    """
    The derivative of the bias is 1: it does not go through the sigmoid.

    By how much does z grow with the bias, and by how much does f?
    """
    return _neuron(w, x, bias_slope=lambda slope: 1.0)


def bias_gets_its_value(w, x):
    """
    The bias is multiplied by its own value on the way back.

    By how much does z grow where the bias grows by 1?
    """
    return _neuron(w, x, bias_slope=lambda slope: slope * w[-1])


def bias_comes_first(w, x):
    """
    The first number of w is taken for the bias.

    Which of the n + 1 numbers of w belongs to no input?
    """
    f, dw, dx = _neuron([*w[1:], w[0]], x)
    return f, [dw[-1], *dw[:-1]], dx


def bias_left_out(w, x):
    """
    z is computed without the bias.

    w has one number more than x. Where does it come into z?
    """
    return _neuron(w, x, z_of=lambda w, x: sum(one * other for one, other in zip(w, x, strict=False)))


def exchanges_weights_and_inputs(w, x):
    """
    The weights get the weights back, and the inputs the inputs.

    Let one weight grow by 1: does z grow by that weight, or by its input?
    """
    f, dw, dx = _neuron(w, x)
    return f, [*dx, dw[-1]], dw[:-1]


def bias_among_the_inputs(w, x):
    """
    The inputs get one number more than there are of them.

    How many inputs has the neuron, and which number of w belongs to none of them?
    """
    f, dw, dx = _neuron(w, x)
    return f, dw, [*dx, dw[-1] * w[-1]]


def inputs_before_weights(w, x):
    """
    The derivatives of the inputs come before those of the weights.

    In which order does the handout write the answer?
    """
    f, dw, dx = _neuron(w, x)
    return f, dx, dw


# Exercise 4: an engine


class _Engine:
    """A right engine, of which each part can be replaced."""

    def __init__(self, data, inputs=()):
        self.data = data
        self.grad = 0.0
        self.inputs = inputs

    def made(self, data, *inputs):
        return type(self)(data, inputs)

    def value(self, other):
        return other if isinstance(other, _Engine) else type(self)(other)

    def __add__(self, other):
        other = self.value(other)
        return self.made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = self.value(other)
        return self.made(self.data * other.data, (self, other.data), (other, self.data))

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def relu(self):
        return self.made(max(0.0, self.data), (self, float(self.data > 0)))

    def exp(self):
        return self.made(math.exp(self.data), (self, math.exp(self.data)))

    def log(self):
        return self.made(math.log(self.data), (self, 1 / self.data))

    def inputs_first(self):
        order, seen, waiting = [], set(), [(self, False)]
        while waiting:
            one, is_done = waiting.pop()
            if is_done:
                order.append(one)
            elif one not in seen:
                seen.add(one)
                waiting.append((one, True))
                waiting += [(source, False) for source, _derivative in one.inputs]
        return order

    def backward(self):
        order = self.inputs_first()
        self.begin(order)
        for one in reversed(order):
            for source, derivative in one.inputs:
                self.hand_back(source, derivative, one)

    def begin(self, order):
        for one in order:
            one.grad = 0.0
        self.grad = 1.0

    def hand_back(self, source, derivative, one):
        source.grad += derivative * one.grad


class no_accumulation(_Engine):
    """
    What comes back last replaces what came back before.

    A Value may be used in several places. What is in its `grad` when the second contribution comes?
    """

    def hand_back(self, source, derivative, one):
        source.grad = derivative * one.grad


class old_gradients_count(_Engine):
    """
    A second backward adds to the gradients of the first one.

    What stands in `grad` of each Value when `backward` begins, and what should become of it?
    """

    def begin(self, order):
        self.grad = 1.0


class clears_inputs_alone(_Engine):
    """
    A second backward begins anew for the Values at the beginning alone, not for those in between.

    Which Values have something in `grad` after a backward? Ask for the gradient of one in between, twice.
    """

    def begin(self, order):
        for one in order:
            if not one.inputs:
                one.grad = 0.0
        self.grad = 1.0


class passes_on_too_early(_Engine):
    """
    A Value passes its gradient on whenever a contribution comes, with all that has come before.

    How often does a Value pass on its gradient that is used twice, and what is in it each time? Draw a graph with two paths
    and a step before them.
    """

    def backward(self):
        self.begin(self.inputs_first())
        self.walk()

    def walk(self):
        for source, derivative in self.inputs:
            source.grad += derivative * self.grad
            source.walk()


class visits_layer_by_layer(_Engine):
    """
    Values are visited in the order in which they are met from the result, each once.

    A Value that is met early may have uses that are visited later. What has come back to it when it is its turn?
    """

    def backward(self):
        self.begin(self.inputs_first())
        order, place = [self], 0
        while place < len(order):
            for source, derivative in order[place].inputs:
                self.hand_back(source, derivative, order[place])
                if source not in order:
                    order.append(source)
            place += 1


class visits_depth_first(_Engine):
    """
    Values are visited in the order of a search into the depth, each when it is first met.

    A Value that is met early may have uses that are visited later. What has come back to it when it is its turn?
    """

    def backward(self):
        self.begin(self.inputs_first())
        seen = set()

        def visit(one):
            if one not in seen:
                seen.add(one)
                for source, derivative in one.inputs:
                    self.hand_back(source, derivative, one)
                for source, _derivative in one.inputs:
                    visit(source)

        visit(self)


class visits_for_every_use(_Engine):
    """
    A Value that is used twice is visited twice.

    How often does a Value stand in your order, and what does it hand back each time?
    """

    def inputs_first(self):
        order = []

        def visit(one):
            for source, _derivative in one.inputs:
                visit(source)
            order.append(one)

        visit(self)
        return order


class counts_equal_inputs_once(_Engine):
    """
    An operation on twice the same Value hands something back to it once.

    What comes back to a from a * a: once a, or twice? In what do you keep the inputs of an operation, and can it hold the same
    one twice?
    """

    def made(self, data, *inputs):
        return type(self)(data, tuple(dict(inputs).items()))


class product_with_itself_counts_once(_Engine):
    """
    A product of a Value with itself hands something back to it once.

    What comes back to a from a * a: once a, or twice? What happens in your product where both factors are the same Value?
    """

    def __mul__(self, other):
        right = super().__mul__(other)
        return self.made(right.data, right.inputs[0]) if other is self else right


class sum_with_itself_counts_once(_Engine):
    """
    A sum of a Value and itself hands something back to it once.

    By how much does a + a grow if a grows by 1? What happens in your sum where both terms are the same Value?
    """

    def __add__(self, other):
        right = super().__add__(other)
        return self.made(right.data, right.inputs[0]) if other is self else right


class equal_numbers_are_one_value(_Engine):
    """
    Two Values that hold the same number are taken for one.

    How do you find out whether a Value has been visited already? What does your way say of two Values that both hold 2?
    """

    def inputs_first(self):
        order, seen = [], set()

        def visit(one):
            if one.data not in seen:
                seen.add(one.data)
                for source, _derivative in one.inputs:
                    visit(source)
                order.append(one)

        visit(self)
        return order


class only_one_step_back(_Engine):
    """
    Gradients go one step back alone, to what the result was computed from directly.

    Your result knows its inputs. Who tells the inputs of its inputs, and when?
    """

    def backward(self):
        self.begin(self.inputs_first())
        for source, derivative in self.inputs:
            self.hand_back(source, derivative, self)


class forgets_what_came_back(_Engine):
    """
    A Value hands back the derivative of its own operation, without what came back to it.

    With f = (x + y) z, what has come back to x + y, and what does x get of it?
    """

    def hand_back(self, source, derivative, one):
        source.grad += derivative


class begins_with_its_value(_Engine):
    """
    The way back begins with the value of the result.

    What is the derivative of f with respect to f itself?
    """

    def begin(self, order):
        super().begin(order)
        self.grad = self.data


class result_has_no_gradient(_Engine):
    """
    After the way back the result itself has the gradient 0.

    What is the derivative of f with respect to f itself, and where should it stand?
    """

    def backward(self):
        super().backward()
        self.grad = 0.0


class only_inputs_have_gradients(_Engine):
    """
    Values in between have no gradient afterwards.

    For which Values does the handout ask for a gradient: those at the beginning, or every one?
    """

    def backward(self):
        super().backward()
        for one in self.inputs_first():
            if one.inputs and one is not self:
                one.grad = 0.0


class product_gives_own_value(_Engine):
    """
    Each factor of a product gets its own value back.

    Let the first factor grow by 1: by how much does the product grow?
    """

    def __mul__(self, other):
        other = self.value(other)
        return self.made(self.data * other.data, (self, self.data), (other, other.data))


class product_forgets_the_second(_Engine):
    """
    Only the first factor of a product gets something back.

    Which Values did a product come from?
    """

    def __mul__(self, other):
        other = self.value(other)
        return self.made(self.data * other.data, (self, other.data), (other, 0.0))


class sum_multiplies(_Engine):
    """
    A sum hands back the other one's value, as a product does.

    Let one of two summands grow by 1: by how much does the sum grow?
    """

    def __add__(self, other):
        other = self.value(other)
        return self.made(self.data + other.data, (self, other.data), (other, self.data))


class difference_loses_its_sign(_Engine):
    """
    Both sides of a difference get what came back, with the same sign.

    Let b grow by 1: by how much does a - b grow?
    """

    def __sub__(self, other):
        other = self.value(other)
        return self.made(self.data - other.data, (self, 1.0), (other, 1.0))


class difference_the_wrong_way_round(_Engine):
    """
    A plain number less a Value is computed the wrong way round.

    Which of the two does Python hand to `__rsub__` as `self`?
    """

    def __rsub__(self, other):
        return self - other


class relu_lets_all_through(_Engine):
    """
    The gradient goes through relu wherever its input was.

    Let a = -2 grow a little: what happens to relu(a)?
    """

    def relu(self):
        return self.made(max(0.0, self.data), (self, 1.0))


class relu_lets_zero_through(_Engine):
    """
    At exactly 0 the derivative of relu is taken as 1.

    What does the handout say of relu at 0, and on which side of your comparison is it?
    """

    def relu(self):
        return self.made(max(0.0, self.data), (self, float(self.data >= 0)))


class relu_gives_its_value(_Engine):
    """
    relu hands back its value as its derivative.

    How steep is relu at 2, and how steep at 5?
    """

    def relu(self):
        return self.made(max(0.0, self.data), (self, max(0.0, self.data)))


class relu_of_what_comes_back(_Engine):
    """
    relu lets through what comes back if that is above 0.

    Whose sign decides what a relu lets through on the way back: that of the gradient, or that of its input?
    """

    def relu(self):
        return self.made(max(0.0, self.data), (self, None))

    def hand_back(self, source, derivative, one):
        source.grad += max(0.0, one.grad) if derivative is None else derivative * one.grad


class relu_leaks(_Engine):
    """
    relu lets a hundredth of negative numbers through.

    What is relu(-2) in the handout?
    """

    def relu(self):
        slope = 1.0 if self.data > 0 else 0.01
        return self.made(slope * self.data, (self, slope))


class exp_gives_its_input(_Engine):
    """
    exp hands back its input as its derivative.

    Which function is its own derivative, and which number of yours is that?
    """

    def exp(self):
        return self.made(math.exp(self.data), (self, self.data))


class exp_as_a_power(_Engine):
    """
    The derivative of exp is computed as that of a power: x e^(x - 1).

    Where stands the variable in e^x: below, or above?
    """

    def exp(self):
        return self.made(math.exp(self.data), (self, self.data * math.exp(self.data - 1)))


class log_gives_its_value(_Engine):
    """
    log hands back 1 over its value as its derivative.

    1 over what is the derivative of log x: over x, or over log x?
    """

    def log(self):
        value = math.log(self.data)
        return self.made(value, (self, 1 / value if value else 0.0))


class log_gives_its_input(_Engine):
    """
    log hands back its input as its derivative.

    Is a logarithm steeper at 1, or at 100?
    """

    def log(self):
        return self.made(math.log(self.data), (self, self.data))


class log_to_another_base(_Engine):
    """
    The logarithm has the base 10.

    Which logarithm is the inverse of exp?
    """

    def log(self):
        return self.made(math.log10(self.data), (self, 1 / (self.data * math.log(10))))


class log_hands_back_nothing(_Engine):
    """
    Nothing goes back through log.

    How does log x change where x grows a little?
    """

    def log(self):
        return self.made(math.log(self.data), (self, 0.0))


class exp_hands_back_one(_Engine):
    """
    exp hands back what came to it, unchanged.

    Is e^x as steep at 0 as at 3?
    """

    def exp(self):
        return self.made(math.exp(self.data), (self, 1.0))


class _Alone(float):
    """A derivative that what came back is not multiplied with."""


class _Forgetful(_Engine):
    def hand_back(self, source, derivative, one):
        source.grad += float(derivative) if isinstance(derivative, _Alone) else derivative * one.grad


class product_forgets_what_came_back(_Forgetful):
    """
    A product hands back the other factor, whatever came back to the product itself.

    With f = 3 (a b), what comes back to a b, and what does a get of it?
    """

    def __mul__(self, other):
        other = self.value(other)
        return self.made(self.data * other.data, (self, _Alone(other.data)), (other, _Alone(self.data)))


class exp_forgets_what_came_back(_Forgetful):
    """
    exp hands back its own derivative, whatever came back to it.

    With f = 3 exp(a), what comes back to exp(a), and what does a get of it?
    """

    def exp(self):
        return self.made(math.exp(self.data), (self, _Alone(math.exp(self.data))))


class log_forgets_what_came_back(_Forgetful):
    """
    log hands back its own derivative, whatever came back to it.

    With f = 3 log(a), what comes back to log(a), and what does a get of it?
    """

    def log(self):
        return self.made(math.log(self.data), (self, _Alone(1 / self.data)))


class relu_forgets_what_came_back(_Forgetful):
    """
    relu hands back 1 or 0, whatever came back to it.

    With f = 3 relu(a), what comes back to relu(a), and what does a get of it?
    """

    def relu(self):
        return self.made(max(0.0, self.data), (self, _Alone(self.data > 0)))


class no_number_on_the_left(_Engine):
    """
    A plain number on the left is refused.

    Whose method does Python ask for 2 * a, and whose if that one does not know what to do?
    """

    def __radd__(self, other):
        return NotImplemented

    def __rmul__(self, other):
        return NotImplemented

    def __rsub__(self, other):
        return NotImplemented


# Exercise 5: softmax and cross entropy


def _rows(labels):
    return torch.arange(len(labels)), labels


def _softmax(scores, dim=1):
    powers = (scores - scores.max(dim=dim, keepdim=True).values).exp()
    return powers / powers.sum(dim=dim, keepdim=True)


def _losses(scores, labels):
    """Return the cross entropy of each sample."""
    shifted = scores - scores.max(dim=1, keepdim=True).values
    return shifted.exp().sum(dim=1).log() - shifted[_rows(labels)]


def probabilities_of_columns(scores):
    """
    The columns add up to 1, not the rows.

    What is a row of the scores, and what is a column? Among what does the softmax divide?
    """
    return _softmax(scores, dim=0)


def probabilities_of_everything(scores):
    """
    All probabilities together add up to 1.

    Do the scores of one sample say anything of the probabilities of another one?
    """
    return _softmax(scores.reshape(1, -1)).reshape(scores.shape)


def overflows(scores):
    """
    Large scores give no numbers.

    What is e to the power of 1000 for a computer, and what is infinity divided by infinity? What may you do to all scores of
    a row before?
    """
    powers = scores.exp()
    return powers / powers.sum(dim=1, keepdim=True)


def shifts_by_the_largest_of_all(scores):
    """
    All rows are shifted by the largest score of all samples.

    What is left of a row whose scores are all 1000 below the largest one of another row?
    """
    powers = (scores - scores.max()).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def shifts_by_the_mean(scores):
    """
    The scores are shifted by their mean, which may leave large ones.

    How large can a score still be after your shift? Try (0, 0, 0, 3000).
    """
    powers = (scores - scores.mean(dim=1, keepdim=True)).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def shifts_the_wrong_way(scores):
    """
    The smallest score is subtracted, which leaves large ones.

    How large is the largest score after your shift, and what is e to that power?
    """
    powers = (scores - scores.min(dim=1, keepdim=True).values).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def divides_without_exp(scores):
    """
    The scores themselves are divided by their sum.

    Can a probability be negative? What makes every score positive first?
    """
    return scores / scores.sum(dim=1, keepdim=True)


def returns_logarithms(scores):
    """
    The logarithms of the probabilities are returned.

    To what do your rows add up?
    """
    return _softmax(scores).log()


def divides_columns_by_sums_of_rows(scores):
    """
    The sums of the rows are lined up with the columns.

    Which shape has the sum of (N, C) numbers over the classes, and how does torch line it up with them? What does `keepdim`
    change?
    """
    powers = (scores - scores.max(dim=1, keepdim=True).values).exp()
    return powers / powers.sum(dim=1)


def shifts_by_the_largest_of_columns(scores):
    """
    The largest score of each column is subtracted.

    Which scores may you change by the same number without a change of the probabilities: those of a row, or those of a
    column?
    """
    powers = (scores - scores.max(dim=0, keepdim=True).values).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_comes_twice(scores, labels):
    """
    The softmax is applied twice.

    What does `cross_entropy` get: scores, or probabilities? How often do they go through a softmax?
    """
    return _losses(_softmax(scores), labels).mean()


def sum_of_the_losses(scores, labels):
    """
    The losses of the samples are added up instead of averaged.

    What happens to your loss if the same sample is there ten times?
    """
    return _losses(scores, labels).sum()


def mean_over_classes_too(scores, labels):
    """
    The sum of the losses is divided by the number of all scores.

    How many terms has your sum, one for each score or one for each sample?
    """
    return _losses(scores, labels).sum() / scores.numel()


def sign_is_missing(scores, labels):
    """
    The loss has the wrong sign.

    Is the logarithm of a probability positive or negative? And should a loss grow or shrink when a network gets better?
    """
    return -_losses(scores, labels).mean()


def logarithm_to_the_base_2(scores, labels):
    """
    The logarithm has the base 2.

    Your loss is in bits. Which logarithm is the inverse of exp?
    """
    return _losses(scores, labels).mean() / math.log(2)


def adds_something_to_the_probability(scores, labels):
    """
    A small number is added to the probabilities before the logarithm.

    With scores (0, 1000) and label 0, what should the loss be, and what does your small number make of it?
    """
    return -(_softmax(scores)[_rows(labels)] + 1e-8).log().mean()


def cuts_the_probability(scores, labels):
    """
    Small probabilities are cut off before the logarithm.

    With scores (0, 1000) and label 0, what should the loss be, and what is the largest loss that you can give?
    """
    return -_softmax(scores)[_rows(labels)].clamp(min=1e-7).log().mean()


def logarithm_of_zero(scores, labels):
    """
    The logarithm is taken of a probability that is 0 for a computer.

    How small is e^-1000, and what is its logarithm? Which of the two could you do without? Write log(a / b) in another way.
    """
    return -_softmax(scores)[_rows(labels)].log().mean()


def loss_overflows(scores, labels):
    """
    Large scores give no number.

    What is e to the power of 1000 for a computer? What may you do to all scores of a row before?
    """
    return (scores.exp().sum(dim=1).log() - scores[_rows(labels)]).mean()


def loss_of_no_number(scores, labels):
    """
    Large scores give no number: their powers are divided by each other.

    What is e to the power of 1000 for a computer, and what is infinity divided by infinity? What may you do to all scores of
    a row before?
    """
    return -overflows(scores)[_rows(labels)].log().mean()


def loss_shifted_by_the_largest_of_all(scores, labels):
    """
    In the loss, all rows are shifted by the largest score of all samples.

    What is left of a row whose scores are all 1000 below the largest one of another row?
    """
    shifted = scores - scores.max()
    return (shifted.exp().sum(dim=1).log() - shifted[_rows(labels)]).mean()


def loss_of_columns(scores, labels):
    """
    The probabilities are those of columns.

    What is a row of the scores, and what is a column? Among what does the softmax divide?
    """
    return -_softmax(scores, dim=0)[_rows(labels)].log().mean()


def other_classes_count_too(scores, labels):
    """
    Each class counts as a question of its own, with yes or no.

    Of how many classes does the handout take a logarithm, for one sample?
    """
    wanted = torch.zeros_like(scores)
    wanted[_rows(labels)] = 1
    probabilities = _softmax(scores)
    return -(wanted * probabilities.log() + (1 - wanted) * (1 - probabilities).log()).mean()


def squared_errors(scores, labels):
    """
    The loss is the mean squared error of the probabilities.

    Where is the logarithm?
    """
    wanted = torch.zeros_like(scores)
    wanted[_rows(labels)] = 1
    return ((_softmax(scores) - wanted) ** 2).mean()


def scores_without_softmax(scores, labels):
    """
    The scores of the right classes are taken for logarithms of probabilities.

    What if all scores grow by 1: should the loss change?
    """
    return -scores[_rows(labels)].mean()


def probabilities_without_logarithm(scores, labels):
    """
    The logarithm is left out.

    How large is your loss where the network is sure of a wrong answer, and how large should it be?
    """
    return -_softmax(scores)[_rows(labels)].mean()


def every_row_for_every_label(scores, labels):
    """
    Each row is asked for the labels of all samples.

    Which shape has `scores[:, labels]`, and which numbers of it do you need?
    """
    shifted = scores - scores.max(dim=1, keepdim=True).values
    return (shifted.exp().sum(dim=1, keepdim=True).log() - shifted[:, labels]).mean()


def loss_of_every_sample(scores, labels):
    """
    A loss for each sample is returned instead of their mean.

    How many numbers does the handout ask for?
    """
    return _losses(scores, labels)


def _score_gradient(scores, labels, probabilities=None):
    gradient = _softmax(scores) if probabilities is None else probabilities
    gradient[_rows(labels)] -= 1
    return gradient


def gradient_of_a_sum(scores, labels):
    """
    The gradient is that of the sum of the losses.

    The loss is a mean. What does that make of the share of one sample?
    """
    return _score_gradient(scores, labels)


def label_is_not_subtracted(scores, labels):
    """
    The gradient does not depend on the labels.

    Which score should grow to make the loss smaller? What is the sign of its gradient, and what is it in your answer?
    """
    return _softmax(scores) / len(labels)


def gradient_points_uphill(scores, labels):
    """
    The gradient has the wrong sign.

    If the score of the right class grows, does the loss grow?
    """
    return -_score_gradient(scores, labels) / len(labels)


def gradient_divided_by_all(scores, labels):
    """
    The gradient is divided by the number of all scores.

    Over what is the loss a mean?
    """
    return _score_gradient(scores, labels) / scores.numel()


def gradient_of_the_right_class_alone(scores, labels):
    """
    Only the scores of the right classes have a gradient.

    If the score of a wrong class grows, what happens to the probability of the right one?
    """
    gradient = torch.zeros_like(scores)
    gradient[_rows(labels)] = _softmax(scores)[_rows(labels)] - 1
    return gradient / len(labels)


def gradient_of_columns(scores, labels):
    """
    The gradient is computed from probabilities of columns.

    What is a row of the scores, and what is a column? Among what does the softmax divide?
    """
    return _score_gradient(scores, labels, _softmax(scores, dim=0)) / len(labels)


def gradient_shifted_by_columns(scores, labels):
    """
    The gradient is computed from probabilities for which the largest score of each column was subtracted.

    Which scores may you change by the same number without a change of the probabilities: those of a row, or those of a
    column?
    """
    return _score_gradient(scores, labels, shifts_by_the_largest_of_columns(scores)) / len(labels)


def gradient_shifted_by_the_largest_of_all(scores, labels):
    """
    The gradient is computed from probabilities for which the largest score of all samples was subtracted.

    What is left of a row whose scores are all 1000 below the largest one of another row?
    """
    return _score_gradient(scores, labels, shifts_by_the_largest_of_all(scores)) / len(labels)


def gradient_overflows(scores, labels):
    """
    Large scores give no numbers.

    What is e to the power of 1000 for a computer? What may you do to all scores of a row before?
    """
    return _score_gradient(scores, labels, overflows(scores)) / len(labels)


def one_over_the_probability(scores, labels):
    """
    The gradient is that with respect to the probability of the right class.

    A derivative of -log p is -1/p. With respect to what, and which step of the chain is still to come?
    """
    probabilities = _softmax(scores)
    gradient = torch.zeros_like(scores)
    gradient[_rows(labels)] = -1 / probabilities[_rows(labels)]
    return gradient / len(labels)


def every_row_loses_for_every_label(scores, labels):
    """
    1 is subtracted from each row at the labels of all samples.

    Which numbers are `gradient[:, labels]`, and from how many of each row should 1 be subtracted?
    """
    gradient = _softmax(scores)
    gradient[:, labels] -= 1
    return gradient / len(labels)


# Exercise 6: a perceptron of two layers


def relu_after_the_scores(x, w1, b1, w2, b2):
    """
    There is a ReLU after the second layer too.

    Which scores can your network not give? What does the handout draw behind the second layer?
    """
    return ((x @ w1 + b1).clamp(min=0) @ w2 + b2).clamp(min=0)


def no_activation(x, w1, b1, w2, b2):
    """
    There is no activation between the layers.

    What is a product of two matrices? How much more than one layer can your network do?
    """
    return (x @ w1 + b1) @ w2 + b2


def sigmoid_between_the_layers(x, w1, b1, w2, b2):
    """
    The activation is a sigmoid.

    Which activation stands between the layers in the handout?
    """
    return torch.sigmoid(x @ w1 + b1) @ w2 + b2


def tanh_between_the_layers(x, w1, b1, w2, b2):
    """
    The activation is a hyperbolic tangent.

    Which activation stands between the layers in the handout?
    """
    return torch.tanh(x @ w1 + b1) @ w2 + b2


def leaks_between_the_layers(x, w1, b1, w2, b2):
    """
    The activation lets a hundredth of negative numbers through.

    What does ReLU make of -2?
    """
    z = x @ w1 + b1
    return torch.where(z > 0, z, 0.01 * z) @ w2 + b2


def softmax_after_the_scores(x, w1, b1, w2, b2):
    """
    Probabilities are returned instead of scores.

    What should come out: scores, or probabilities? Which function gets them next?
    """
    return _softmax((x @ w1 + b1).clamp(min=0) @ w2 + b2)


def bias_after_the_relu(x, w1, b1, w2, b2):
    """
    The first bias is added after the ReLU.

    In which order does the handout draw the product, the bias and the activation?
    """
    return ((x @ w1).clamp(min=0) + b1) @ w2 + b2


def no_biases(x, w1, b1, w2, b2):
    """
    The biases are left out.

    Which of the arguments does your answer not depend on?
    """
    return (x @ w1).clamp(min=0) @ w2


def first_bias_left_out(x, w1, b1, w2, b2):
    """
    The bias of the first layer is left out.

    Which of the arguments does your answer not depend on?
    """
    return (x @ w1).clamp(min=0) @ w2 + b2


def second_bias_left_out(x, w1, b1, w2, b2):
    """
    The bias of the second layer is left out.

    Which of the arguments does your answer not depend on?
    """
    return (x @ w1 + b1).clamp(min=0) @ w2


def _of_mean(d, labels):
    return d / len(labels)


def _gradients(
    x,
    labels,
    w1,
    b1,
    w2,
    b2,
    *,
    loss_of=lambda losses: losses.mean(),
    share=_of_mean,
    d_scores_of=_score_gradient,
    mask=lambda z, hidden, d: (z > 0).to(d.dtype),
    biases=lambda d: d.sum(dim=0),
    forward=None,
    w2_back=lambda w2, dw2: w2,
):
    z = x @ w1 + b1
    hidden = z.clamp(min=0)
    scores = hidden @ w2 + b2 if forward is None else forward(hidden @ w2 + b2)
    d = share(d_scores_of(scores, labels), labels)
    if forward is not None:
        d = d * (scores > 0)
    dw2 = hidden.T @ d
    back = d @ w2_back(w2, dw2).T
    d_hidden = back * mask(z, hidden, back)
    return loss_of(_losses(scores, labels)), x.T @ d_hidden, biases(d_hidden), dw2, biases(d)


def mean_forgotten_on_the_way_back(x, labels, w1, b1, w2, b2):
    """
    The gradients are those of the sum of the losses.

    The loss is a mean. What does that make of the share of one sample?
    """
    return _gradients(x, labels, w1, b1, w2, b2, share=lambda d, labels: d)


def loss_is_a_sum(x, labels, w1, b1, w2, b2):
    """
    The loss is a sum over the samples, although its gradients are those of a mean.

    What happens to your loss if the same sample is there ten times?
    """
    return _gradients(x, labels, w1, b1, w2, b2, loss_of=lambda losses: losses.sum())


def everything_is_a_sum(x, labels, w1, b1, w2, b2):
    """
    Loss and gradients are those of a sum over the samples.

    What happens to your loss if the same sample is there ten times?
    """
    return _gradients(x, labels, w1, b1, w2, b2, loss_of=lambda losses: losses.sum(), share=lambda d, labels: d)


def probabilities_without_the_label(x, labels, w1, b1, w2, b2):
    """
    The gradient of the scores is the probabilities, and the labels are left out.

    Which score should grow to make the loss smaller? What is the sign of its gradient, and what is it in your answer?
    """
    return _gradients(x, labels, w1, b1, w2, b2, d_scores_of=lambda scores, labels: _softmax(scores))


def gradients_point_uphill(x, labels, w1, b1, w2, b2):
    """
    All gradients have the wrong sign.

    If the score of the right class grows, does the loss grow?
    """
    return _gradients(x, labels, w1, b1, w2, b2, share=lambda d, labels: -d / len(labels))


def relu_forgotten_on_the_way_back(x, labels, w1, b1, w2, b2):
    """
    The way back leaves out the ReLU.

    What does the ReLU do to a unit below 0, and what does it let through to it on the way back?
    """
    return _gradients(x, labels, w1, b1, w2, b2, mask=lambda z, hidden, d: torch.ones_like(d))


def relu_at_zero_lets_through(x, labels, w1, b1, w2, b2):
    """
    At exactly 0 the derivative of ReLU is taken as 1.

    What does the handout say of ReLU at 0, and on which side of your comparison is it?
    """
    return _gradients(x, labels, w1, b1, w2, b2, mask=lambda z, hidden, d: (z >= 0).to(d.dtype))


def relu_of_the_gradient(x, labels, w1, b1, w2, b2):
    """
    The gradient itself goes through the ReLU: what is negative in it is lost.

    Whose sign decides what a ReLU lets through on the way back: that of the gradient, or that of its input?
    """
    return _gradients(x, labels, w1, b1, w2, b2, mask=lambda z, hidden, d: (d > 0).to(d.dtype))


def slope_of_a_sigmoid(x, labels, w1, b1, w2, b2):
    """
    The hidden layer's gradient is multiplied by h (1 - h), as for a sigmoid.

    Of which activation is a (1 - a) the derivative, and which one does the hidden layer have?
    """
    return _gradients(x, labels, w1, b1, w2, b2, mask=lambda z, hidden, d: hidden * (1 - hidden))


def relu_multiplied_by_its_output(x, labels, w1, b1, w2, b2):
    """
    The hidden layer's gradient is multiplied by the outputs of the ReLU.

    How steep is a ReLU at 2, and how steep at 5?
    """
    return _gradients(x, labels, w1, b1, w2, b2, mask=lambda z, hidden, d: hidden)


def mean_is_taken_twice(x, labels, w1, b1, w2, b2):
    """
    The gradients are divided by the number of samples twice.

    Where is the mean in your gradient of the scores, and where once more?
    """
    return _gradients(x, labels, w1, b1, w2, b2, share=lambda d, labels: d / len(labels) ** 2)


def second_layer_is_not_turned(x, labels, w1, b1, w2, b2):
    """
    The gradient goes back through w2 as it went forward.

    Which shape has the gradient of the scores, which one has that of the hidden layer, and which matrix leads from one to
    the other?
    """
    return _gradients(x, labels, w1, b1, w2, b2, w2_back=lambda w2, dw2: w2.T)


def bias_gradients_are_averaged(x, labels, w1, b1, w2, b2):
    """
    The gradients of the biases are averaged over the samples once more.

    The gradient of the scores has been divided by the number of samples already. What is left to do for a bias that every
    sample uses?
    """
    return _gradients(x, labels, w1, b1, w2, b2, biases=lambda d: d.mean(dim=0))


def one_bias_gradient_for_all(x, labels, w1, b1, w2, b2):
    """
    The gradients of a layer's biases are added up over the units, too.

    How many biases has a layer, and how many numbers is the gradient of one?
    """
    return _gradients(x, labels, w1, b1, w2, b2, biases=lambda d: d.sum().expand(d.shape[1]))


def bias_gradients_of_every_sample(x, labels, w1, b1, w2, b2):
    """
    The gradients of the biases are not added up over the samples.

    Which shape has a bias, and which shape has its gradient? How many samples use it?
    """
    return _gradients(x, labels, w1, b1, w2, b2, biases=lambda d: d)


def first_bias_before_the_relu(x, labels, w1, b1, w2, b2):
    """
    The first bias gets what comes back before the ReLU is passed.

    On which side of the ReLU is the bias added?
    """
    loss, dw1, _db1, dw2, db2 = _gradients(x, labels, w1, b1, w2, b2)
    d = _of_mean(_score_gradient((x @ w1 + b1).clamp(min=0) @ w2 + b2, labels), labels)
    return loss, dw1, (d @ w2.T).sum(dim=0), dw2, db2


def second_layer_gets_what_was_before_the_relu(x, labels, w1, b1, w2, b2):
    """
    The gradient of w2 is computed from the hidden layer before its activation.

    What is multiplied by w2 on the way forward?
    """
    loss, dw1, db1, _dw2, db2 = _gradients(x, labels, w1, b1, w2, b2)
    z = x @ w1 + b1
    d = _of_mean(_score_gradient(z.clamp(min=0) @ w2 + b2, labels), labels)
    return loss, dw1, db1, z.T @ d, db2


def scores_end_with_relu(x, labels, w1, b1, w2, b2):
    """
    There is a ReLU after the second layer, forward and on the way back.

    Which scores can your network not give? What does the handout draw behind the second layer?
    """
    return _gradients(x, labels, w1, b1, w2, b2, forward=lambda scores: scores.clamp(min=0))


def softmax_twice_in_the_loss(x, labels, w1, b1, w2, b2):
    """
    The loss is computed from probabilities that go through a softmax again.

    What does your `cross_entropy` expect: scores, or probabilities?
    """
    _loss, *gradients = _gradients(x, labels, w1, b1, w2, b2)
    scores = (x @ w1 + b1).clamp(min=0) @ w2 + b2
    return _losses(_softmax(scores), labels).mean(), *gradients


def _step(parameters, gradients, learning_rate):
    return tuple(value - learning_rate * gradient for value, gradient in zip(parameters, gradients, strict=True))


def second_layer_is_new_already(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The gradients of the first layer are computed with the new w2.

    Which w2 was there when the loss was computed, and which one is there when your first layer's gradient is?
    """
    _loss, *gradients = _gradients(x, labels, w1, b1, w2, b2, w2_back=lambda w2, dw2: w2 - learning_rate * dw2)
    return _step((w1, b1, w2, b2), gradients, learning_rate)


def second_layer_is_computed_after_the_first_is_new(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The gradients of the second layer are computed with the new first layer.

    With which parameters was the loss computed? How many of them have changed when you compute your last gradient?
    """
    _loss, dw1, db1, *_others = _gradients(x, labels, w1, b1, w2, b2)
    w1, b1 = _step((w1, b1), (dw1, db1), learning_rate)
    _loss, _dw1, _db1, dw2, db2 = _gradients(x, labels, w1, b1, w2, b2)
    return w1, b1, *_step((w2, b2), (dw2, db2), learning_rate)


def goes_uphill(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The step goes in the direction of the gradient.

    In which direction does a gradient point: where the loss grows, or where it shrinks?
    """
    return _step((w1, b1, w2, b2), _gradients(x, labels, w1, b1, w2, b2)[1:], -learning_rate)


def learning_rate_left_out(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The step does not depend on the learning rate.

    How long is your step for a learning rate of 0?
    """
    return _step((w1, b1, w2, b2), _gradients(x, labels, w1, b1, w2, b2)[1:], 1.0)


def biases_stay(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The biases stay as they are.

    Which parameters does the network have, and which of them has a gradient?
    """
    _loss, dw1, _db1, dw2, _db2 = _gradients(x, labels, w1, b1, w2, b2)
    return w1 - learning_rate * dw1, b1, w2 - learning_rate * dw2, b2


def step_of_a_sum(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The step is that of a loss which is a sum over the samples.

    What happens to your step if the same sample is there ten times?
    """
    _loss, *gradients = _gradients(x, labels, w1, b1, w2, b2, share=lambda d, labels: d)
    return _step((w1, b1, w2, b2), gradients, learning_rate)


def step_divided_by_the_samples(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The gradients are divided by the number of samples once more.

    What happens to your step if the same sample is there ten times?
    """
    _loss, *gradients = _gradients(x, labels, w1, b1, w2, b2)
    return _step((w1, b1, w2, b2), gradients, learning_rate / len(labels))


def weights_before_biases(x, labels, w1, b1, w2, b2, learning_rate):
    """
    Both weights are returned before both biases.

    In which order does the handout write the answer?
    """
    w1, b1, w2, b2 = _step((w1, b1, w2, b2), _gradients(x, labels, w1, b1, w2, b2)[1:], learning_rate)
    return w1, w2, b1, b2


def returns_the_change(x, labels, w1, b1, w2, b2, learning_rate):
    """
    The change of the parameters is returned, and not what they are after it.

    What does the handout ask for, the step or where it leads to?
    """
    _loss, *gradients = _gradients(x, labels, w1, b1, w2, b2)
    return tuple(-learning_rate * gradient for gradient in gradients)


# Who makes a mistake in exercise 5 meets it again in exercise 6, and one in the gradients in a step.


def _again(mistake, suffix, function):
    """Give *function* a name of its own and the words of *mistake*."""
    function.__name__ = f"{mistake.__name__}_{suffix}"
    function.__doc__ = mistake.__doc__
    globals()[function.__name__] = function
    return function


def _with_loss(mistake):
    def function(x, labels, w1, b1, w2, b2):
        _loss, *gradients = _gradients(x, labels, w1, b1, w2, b2)
        return mistake((x @ w1 + b1).clamp(min=0) @ w2 + b2, labels), *gradients

    return _again(mistake, "in_the_perceptron", function)


def _with_score_gradient(mistake):
    def function(x, labels, w1, b1, w2, b2):
        return _gradients(x, labels, w1, b1, w2, b2, d_scores_of=mistake, share=lambda d, labels: d)

    return _again(mistake, "in_the_perceptron", function)


def _in_a_step(mistake):
    def function(x, labels, w1, b1, w2, b2, learning_rate):
        return _step((w1, b1, w2, b2), mistake(x, labels, w1, b1, w2, b2)[1:], learning_rate)

    return _again(mistake, "in_a_step", function)


WITH_LOSS = tuple(
    map(
        _with_loss,
        (
            mean_over_classes_too,
            sign_is_missing,
            logarithm_to_the_base_2,
            adds_something_to_the_probability,
            loss_of_columns,
            other_classes_count_too,
            squared_errors,
            scores_without_softmax,
            probabilities_without_logarithm,
            every_row_for_every_label,
        ),
    )
)
WITH_SCORE_GRADIENT = tuple(
    map(
        _with_score_gradient,
        (
            gradient_divided_by_all,
            gradient_of_the_right_class_alone,
            gradient_of_columns,
            gradient_shifted_by_columns,
            one_over_the_probability,
            every_row_loses_for_every_label,
        ),
    )
)
IN_A_STEP = tuple(
    map(
        _in_a_step,
        (
            probabilities_without_the_label,
            relu_forgotten_on_the_way_back,
            relu_at_zero_lets_through,
            relu_of_the_gradient,
            slope_of_a_sigmoid,
            relu_multiplied_by_its_output,
            bias_gradients_are_averaged,
            one_bias_gradient_for_all,
            first_bias_before_the_relu,
            second_layer_gets_what_was_before_the_relu,
            scores_end_with_relu,
            second_layer_is_not_turned,
            *WITH_SCORE_GRADIENT,
        ),
    )
)


# Exercise 7: the vanishing gradient


def _norms(
    x,
    weights,
    activation,
    *,
    slope=lambda z, a: a * (1 - a),
    relu_slope=lambda z, a: (a > 0).to(a.dtype),
    size=lambda gradient: gradient.norm(),
    last_is_plain=False,
    first_upstream=torch.ones_like,
    all_skipped=False,
    of=lambda before, d: before.T @ d,
    back=lambda weight: weight.T,
):
    outputs, inputs = [x], []
    for layer, weight in enumerate(weights):
        z = outputs[-1] @ weight
        inputs.append(z)
        is_plain = last_is_plain and layer == len(weights) - 1
        outputs.append(z if is_plain else torch.sigmoid(z) if activation == "sigmoid" else z.clamp(min=0))
    upstream, norms = first_upstream(outputs[-1]), []
    for layer in reversed(range(len(weights))):
        z, a = inputs[layer], outputs[layer + 1]
        is_last = layer == len(weights) - 1
        if not all_skipped and not (is_last and last_is_plain):
            upstream = upstream * (slope(z, a) if activation == "sigmoid" else relu_slope(z, a))
        norms.append(float(size(of(outputs[layer], upstream))))
        upstream = upstream @ back(weights[layer])
    return norms[::-1]


def last_layer_first(x, weights, activation):
    """
    The norms are in the order of the way back, last layer first.

    With which layer does your way back begin, and with which one should the answer?
    """
    return _norms(x, weights, activation)[::-1]


def squared_norms(x, weights, activation):
    """
    The root is left out.

    What does the handout call a norm, and what is the last step of it?
    """
    return _norms(x, weights, activation, size=lambda gradient: (gradient**2).sum())


def mean_sizes(x, weights, activation):
    """
    The size of a gradient is the mean of the absolute values.

    What does the handout call a norm? Does a matrix with more numbers have a larger one?
    """
    return _norms(x, weights, activation, size=lambda gradient: gradient.abs().mean())


def largest_sizes(x, weights, activation):
    """
    The size of a gradient is its largest absolute value.

    What does the handout call a norm?
    """
    return _norms(x, weights, activation, size=lambda gradient: gradient.abs().max())


def root_of_mean_squares(x, weights, activation):
    """
    The size of a gradient is the root of the mean of the squares.

    What does the handout call a norm: of a sum, or of a mean?
    """
    return _norms(x, weights, activation, size=lambda gradient: (gradient**2).mean().sqrt())


def sums_of_absolute_values(x, weights, activation):
    """
    The size of a gradient is the sum of its absolute values.

    What does the handout call a norm?
    """
    return _norms(x, weights, activation, size=lambda gradient: gradient.abs().sum())


def largest_singular_values(x, weights, activation):
    """
    The size of a gradient is its norm as a matrix: the largest singular value.

    What does the handout call a norm? Which one does `torch.linalg.norm` or `numpy.linalg.norm` take with `ord=2`?
    """
    return _norms(x, weights, activation, size=lambda gradient: torch.linalg.matrix_norm(gradient, ord=2))


def last_layer_without_activation(x, weights, activation):
    """
    The last layer has no activation, or the way back leaves it out.

    f is a sum of what comes out of the last activation. What stands between it and the last weights?
    """
    return _norms(x, weights, activation, last_is_plain=True)


def activations_forgotten_on_the_way_back(x, weights, activation):
    """
    The way back leaves out the activations.

    What does each activation multiply by on the way back?
    """
    return _norms(x, weights, activation, all_skipped=True)


def deep_slope_with_a_plus(x, weights, activation):
    """
    The derivative of the sigmoid is taken as a (1 + a).

    How steep is a sigmoid where it is almost 1? Put a = 1 into your formula.
    """
    return _norms(x, weights, activation, slope=lambda z, a: a * (1 + a))


def deep_slope_of_the_input(x, weights, activation):
    """
    The derivative of the sigmoid is computed from its input instead of its output: z (1 - z).

    The formula has two factors. How steep is the sigmoid at z = 0, and what does yours say?
    """
    return _norms(x, weights, activation, slope=lambda z, a: z * (1 - z))


def deep_sigmoid_of_the_sigmoid(x, weights, activation):
    """
    The derivative is that of the sigmoid at its output instead of its input.

    Your derivative takes a sigmoid once more. Of what is `a` already the sigmoid?
    """
    return _norms(x, weights, activation, slope=lambda z, a: torch.sigmoid(a) * (1 - torch.sigmoid(a)))


def sigmoid_slope_for_relu(x, weights, activation):
    """
    The derivative of the sigmoid is used for ReLU as well.

    How steep is a ReLU at 2, and what does a (1 - a) say?
    """
    return _norms(x, weights, activation, relu_slope=lambda z, a: a * (1 - a))


def deep_relu_multiplied_by_its_output(x, weights, activation):
    """
    ReLU multiplies by its output on the way back.

    How steep is a ReLU at 2, and how steep at 5?
    """
    return _norms(x, weights, activation, relu_slope=lambda z, a: a)


def deep_relu_lets_all_through(x, weights, activation):
    """
    ReLU lets everything through on the way back.

    What does the ReLU do to a unit below 0, and what does it let through to it on the way back?
    """
    return _norms(x, weights, activation, relu_slope=lambda z, a: torch.ones_like(a))


def mean_of_the_outputs(x, weights, activation):
    """
    f is the mean of the outputs instead of their sum.

    What is f in the handout, and what is its derivative with respect to one output?
    """
    return _norms(x, weights, activation, first_upstream=lambda a: torch.ones_like(a) / a.numel())


def mean_of_the_samples(x, weights, activation):
    """
    f is divided by the number of samples.

    What is f in the handout: a sum, or a mean over the samples?
    """
    return _norms(x, weights, activation, first_upstream=lambda a: torch.ones_like(a) / len(a))


def begins_with_the_outputs(x, weights, activation):
    """
    The way back begins with the outputs themselves.

    What is the derivative of a sum with respect to one of its terms?
    """
    return _norms(x, weights, activation, first_upstream=lambda a: a)


def weights_are_not_turned(x, weights, activation):
    """
    Gradients go back through the weights as outputs went forward.

    Which shape has what comes back to a layer, which shape should it have in front of it, and which matrix leads there? Try
    layers of different widths.
    """
    return _norms(x, weights, activation, back=lambda weight: weight)


def norms_of_what_comes_back(x, weights, activation):
    """
    The norms are those of the gradients of the layers' outputs, not of the weights.

    Which shape has the gradient of a matrix of weights, and which shape has what you take the norm of?
    """
    return _norms(x, weights, activation, of=lambda before, d: d)


MISCONCEPTIONS = {
    "line_gradients": (
        exchanges_the_factors,
        bias_has_no_derivative,
        bias_is_its_own_derivative,
        begins_with_the_value,
    ),
    "branch_gradients": (
        second_path_replaces_the_first,
        first_path_alone,
        maximum_hands_to_both,
        maximum_hands_to_the_smaller,
        maximum_forgets_what_came_back,
        product_hands_back_own_values,
    ),
    "neuron_gradients": (
        slope_with_a_plus,
        slope_of_the_input,
        sigmoid_of_the_sigmoid,
        slope_forgotten,
        slope_is_the_output,
        half_of_the_slope,
        bias_skips_the_sigmoid,
        bias_gets_its_value,
        bias_comes_first,
        bias_left_out,
        exchanges_weights_and_inputs,
        bias_among_the_inputs,
        inputs_before_weights,
    ),
    "Value": (
        no_accumulation,
        old_gradients_count,
        clears_inputs_alone,
        passes_on_too_early,
        visits_layer_by_layer,
        visits_depth_first,
        visits_for_every_use,
        counts_equal_inputs_once,
        product_with_itself_counts_once,
        sum_with_itself_counts_once,
        equal_numbers_are_one_value,
        only_one_step_back,
        forgets_what_came_back,
        begins_with_its_value,
        result_has_no_gradient,
        only_inputs_have_gradients,
        product_gives_own_value,
        product_forgets_the_second,
        sum_multiplies,
        difference_loses_its_sign,
        difference_the_wrong_way_round,
        relu_lets_all_through,
        relu_lets_zero_through,
        relu_gives_its_value,
        relu_of_what_comes_back,
        relu_leaks,
        exp_gives_its_input,
        exp_as_a_power,
        log_gives_its_value,
        log_gives_its_input,
        log_to_another_base,
        log_hands_back_nothing,
        exp_hands_back_one,
        product_forgets_what_came_back,
        exp_forgets_what_came_back,
        log_forgets_what_came_back,
        relu_forgets_what_came_back,
        no_number_on_the_left,
    ),
    "softmax": (
        probabilities_of_columns,
        probabilities_of_everything,
        overflows,
        shifts_by_the_largest_of_all,
        shifts_by_the_mean,
        shifts_the_wrong_way,
        divides_without_exp,
        returns_logarithms,
        divides_columns_by_sums_of_rows,
        shifts_by_the_largest_of_columns,
    ),
    "cross_entropy": (
        softmax_comes_twice,
        sum_of_the_losses,
        mean_over_classes_too,
        sign_is_missing,
        logarithm_to_the_base_2,
        adds_something_to_the_probability,
        cuts_the_probability,
        logarithm_of_zero,
        loss_overflows,
        loss_of_no_number,
        loss_shifted_by_the_largest_of_all,
        loss_of_columns,
        other_classes_count_too,
        squared_errors,
        scores_without_softmax,
        probabilities_without_logarithm,
        every_row_for_every_label,
        loss_of_every_sample,
    ),
    "cross_entropy_gradient": (
        gradient_of_a_sum,
        label_is_not_subtracted,
        gradient_points_uphill,
        gradient_divided_by_all,
        gradient_of_the_right_class_alone,
        gradient_of_columns,
        gradient_shifted_by_columns,
        gradient_shifted_by_the_largest_of_all,
        gradient_overflows,
        one_over_the_probability,
        every_row_loses_for_every_label,
    ),
    "perceptron_forward": (
        relu_after_the_scores,
        no_activation,
        sigmoid_between_the_layers,
        tanh_between_the_layers,
        leaks_between_the_layers,
        softmax_after_the_scores,
        bias_after_the_relu,
        no_biases,
        first_bias_left_out,
        second_bias_left_out,
    ),
    "perceptron_gradients": (
        mean_forgotten_on_the_way_back,
        loss_is_a_sum,
        everything_is_a_sum,
        probabilities_without_the_label,
        gradients_point_uphill,
        relu_forgotten_on_the_way_back,
        relu_at_zero_lets_through,
        relu_of_the_gradient,
        slope_of_a_sigmoid,
        relu_multiplied_by_its_output,
        mean_is_taken_twice,
        second_layer_is_not_turned,
        bias_gradients_are_averaged,
        one_bias_gradient_for_all,
        bias_gradients_of_every_sample,
        first_bias_before_the_relu,
        second_layer_gets_what_was_before_the_relu,
        scores_end_with_relu,
        softmax_twice_in_the_loss,
        *WITH_LOSS,
        *WITH_SCORE_GRADIENT,
    ),
    "perceptron_step": (
        second_layer_is_new_already,
        second_layer_is_computed_after_the_first_is_new,
        goes_uphill,
        learning_rate_left_out,
        biases_stay,
        step_of_a_sum,
        step_divided_by_the_samples,
        weights_before_biases,
        returns_the_change,
        *IN_A_STEP,
    ),
    "gradient_norms": (
        last_layer_first,
        squared_norms,
        mean_sizes,
        largest_sizes,
        root_of_mean_squares,
        sums_of_absolute_values,
        largest_singular_values,
        last_layer_without_activation,
        activations_forgotten_on_the_way_back,
        deep_slope_with_a_plus,
        deep_slope_of_the_input,
        deep_sigmoid_of_the_sigmoid,
        sigmoid_slope_for_relu,
        deep_relu_multiplied_by_its_output,
        deep_relu_lets_all_through,
        mean_of_the_outputs,
        mean_of_the_samples,
        begins_with_the_outputs,
        norms_of_what_comes_back,
        weights_are_not_turned,
    ),
}


def _numbers(*shape, salt=0):
    """Return the same numbers from -1 to 1 whenever they are asked for."""
    count = math.prod(shape)
    return torch.sin(torch.arange(1, count + 1, dtype=torch.float64) * (1.7 + salt)).reshape(shape)


_PERCEPTRON = (
    _numbers(4, 2),
    torch.tensor([1, 0, 2, 1]),
    _numbers(2, 4, salt=0.1),
    _numbers(4, salt=0.2),
    _numbers(4, 3, salt=0.3),
    _numbers(3, salt=0.4),
)

_ZEROS = (torch.zeros(2, 4, dtype=torch.float64), torch.zeros(4, dtype=torch.float64))
_AT_ZERO = (*_PERCEPTRON[:2], *_ZEROS, *_PERCEPTRON[4:])
"""Every hidden unit gets exactly 0."""

_FAR_APART = torch.tensor([[0.0, 1.0], [1000.0, 1001.0]], dtype=torch.float64)

_IN_A_GRAPH = "a, b = Value(2.0), Value(2.0)\nc = {}\nc.backward()\nanswer = [c.data, a.grad, b.grad]"
"""Two Values that hold the same number."""

PROBES = {
    "line_gradients": ((3.0, 2.0, 1.0), (-1.5, 0.5, 2.0)),
    "branch_gradients": ((1.0, 2.0, 0.0), (1.0, -2.0, 3.0), (0.5, 4.0, 1.5)),
    "neuron_gradients": (([2.0, -3.0, -3.0], [-1.0, -2.0]), ([0.5, -0.25, 1.0, 0.75], [1.0, 2.0, -0.5])),
    "Value": tuple(
        map(
            _IN_A_GRAPH.format,
            (
                "a + a",
                "a * a",
                "a - a",
                "a + b",
                "a * b + a",
                "(a + a) * (a + a)",
                "a.relu() * -2 + b",  # what comes back to relu is negative
                "(a - 5).relu() * -2 + b",
            ),
        )
    ),
    "softmax": (
        (_numbers(3, 4),),
        (1000 * _numbers(3, 4),),
        (_FAR_APART,),
        *((_numbers(n, n, salt=0.5),) for n in (2, 3, 4)),
    ),
    "cross_entropy": (
        (_numbers(3, 4), torch.tensor([1, 3, 0])),
        (1000 * _numbers(3, 4), torch.tensor([1, 3, 0])),
        (_FAR_APART, torch.tensor([1, 0])),
    ),
    "cross_entropy_gradient": (
        (_numbers(3, 4), torch.tensor([1, 3, 0])),
        (1000 * _numbers(3, 4), torch.tensor([1, 3, 0])),
        (_FAR_APART, torch.tensor([1, 0])),
    ),
    "perceptron_forward": ((_PERCEPTRON[0], *_PERCEPTRON[2:]),),
    "perceptron_gradients": (_PERCEPTRON, _AT_ZERO),
    "perceptron_step": ((*_PERCEPTRON, 0.5), (*_AT_ZERO, 0.5)),
    "gradient_norms": (
        (_numbers(3, 2), [_numbers(2, 4, salt=0.1), _numbers(4, 3, salt=0.2)], "sigmoid"),
        (_numbers(3, 2), [_numbers(2, 4, salt=0.1), _numbers(4, 3, salt=0.2)], "relu"),
    ),
}
