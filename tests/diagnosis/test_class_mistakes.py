"""What torch refuses of a class is told from the lines of the class: where `forward` went, and what `__init__` lacks."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from grader.diagnosis import class_mistakes
from grader.errors import StudentRaised


def lacks_forward(name: str = "Net") -> StudentRaised:
    """Return what torch raises where a module has no `forward`."""
    text = f'Module [{name}] is missing the required "forward" function'
    return StudentRaised(("NotImplementedError", "RuntimeError"), text, ())


NESTED = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        # forward comes next

        def forward(self, x):
            return x
"""
NESTED_IN_TABS = NESTED.replace("    ", "\t")
MISSPELT = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n\n    def {}(self, x): ...\n"
ABSENT = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n\n    def layers(self):\n        return 1\n"
OTHER = "class Other(nn.Module):\n    def foward(self, x):\n        return x\n\n\n"


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        pytest.param(
            NESTED, "forward_is_nested", "`forward` is defined inside `__init__`: indent it as a method", id="nested"
        ),
        pytest.param(
            NESTED_IN_TABS,
            "forward_is_nested",
            "`forward` is defined inside `__init__`: indent it as a method",
            id="tabs",
        ),
        pytest.param(
            MISSPELT.format("foward"),
            "forward_is_misspelt",
            "`Net` has no method `forward`, but one that is called `foward`",
            id="misspelt",
        ),
        pytest.param(
            MISSPELT.format("Forward"),
            "forward_is_misspelt",
            "`Net` has no method `forward`, but one that is called `Forward`",
            id="capital",
        ),
        pytest.param(OTHER + ABSENT, "no_forward", "`Net` has no method `forward`", id="absent"),
        pytest.param(
            ABSENT + "\ndef forward(x):\n    return x\n", "no_forward", "`Net` has no method `forward`", id="outside"
        ),
        pytest.param(
            ABSENT + "\n" + NESTED, "forward_is_nested", "`forward` is defined inside `__init__`", id="defined-twice"
        ),
        pytest.param("", "no_forward", "`Net` has no method `forward`", id="elsewhere"),
    ],
)
def test_where_forward_went_is_told(source: str, name: str, message: str) -> None:
    """Nested, misspelt or absent: each has a sentence of its own."""
    mistake = class_mistakes.explain(lacks_forward(), source)

    assert mistake is not None
    assert mistake.name == name
    assert mistake.message is not None
    assert mistake.message.startswith(message)


@pytest.mark.parametrize("what", ["module", "parameters", "buffer"])
def test_a_constructor_without_that_of_its_base_is_told(what: str) -> None:
    """Whatever is assigned first, the missing call is named."""
    error = StudentRaised(("AttributeError", "Exception"), f"cannot assign {what} before Module.__init__() call", ())
    mistake = class_mistakes.explain(error, "")

    assert mistake is not None
    assert (mistake.name, str(mistake.hint).startswith("`super().__init__()` is the first line")) == (
        "no_super_init",
        True,
    )


@pytest.mark.parametrize("name", ["half", "double", "modules", "zero_grad"])
def test_a_layer_that_is_named_as_a_method_is_told(name: str) -> None:
    """What `self.half(x)` calls is torch's own method, whatever was assigned: the text is what torch raises of that."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            setattr(self, name, nn.Identity())

    with pytest.raises(TypeError) as raised:
        getattr(Net(), name)(torch.zeros(1), torch.zeros(1), torch.zeros(1), torch.zeros(1))
    error = StudentRaised(("TypeError", "Exception"), str(raised.value), ())
    mistake = class_mistakes.explain(error, f"self.{name} = nn.MaxPool2d(2)")

    assert mistake is not None
    assert mistake.name == "layer_named_as_a_method"
    assert f"`self.{name}(…)`" in str(mistake.hint)
    assert class_mistakes.explain(error, f"if self.{name} == 2: x = self.{name}(1)") is None


def test_a_layer_that_our_network_lacks_is_told() -> None:
    """Who asks a network that is handed over for layers of the own one is told so, unless the class is the submission's."""
    error = StudentRaised(("AttributeError", "Exception"), "'_Network' object has no attribute 'features'", ())
    mistake = class_mistakes.explain(error, "model.features")

    assert mistake is not None
    assert mistake.name == "asks_for_layers_of_its_own_network"
    assert "has no `features`" in str(mistake.hint)
    assert class_mistakes.explain(error, "class _Network(nn.Module):\n    pass\n") is None


@pytest.mark.parametrize(
    "error",
    [
        StudentRaised(("NotImplementedError",), "", ()),
        StudentRaised(("RuntimeError",), 'Module [Net] is missing the required "forward" function', ()),
        StudentRaised(("AttributeError",), "'Net' object has no attribute 'conv'", ()),
    ],
    ids=["stub", "another-type", "another-text"],
)
def test_other_exceptions_are_not_explained(error: StudentRaised) -> None:
    """Nothing is claimed but from torch's own words."""
    assert class_mistakes.explain(error, NESTED) is None
