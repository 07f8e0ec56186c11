"""
Judge by its source what a statement would do if it ran: nothing but compute, something known, or nobody knows.

Two lists decide.  What is provably harmless is on an allow-list of calls; what is known to train, download, draw or wait is on
a deny-list.  Neither protects anybody: the sandbox does.  They keep a grading short and quiet.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Mapping, Sequence

from grader.submission.statements import LONGEST_MODULE, Statement, executed, root


class Doing(enum.StrEnum):
    """What a statement does beyond computing a value, as a clause with the statement as its subject."""

    TRAINS = "it trains"
    DATA = "it reads or downloads data"
    DRAWS = "it draws or displays"
    OUTSIDE = "it uses files, processes or the network"
    WAITS = "it waits or asks for input"
    ARGUMENTS = "it asks for arguments of the command line, and there are none"
    ENDS = "it ends the program"


_DOING: dict[str, Doing] = {
    **dict.fromkeys(("torch.autograd.backward", "torch.optim", "pytorch_lightning", "lightning"), Doing.TRAINS),
    **dict.fromkeys(
        (
            *("torchvision.datasets", "torch.utils.data", "torch.hub", "torch.load", "datasets", "sklearn", "pandas"),
            *("keras", "tensorflow", "numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile", "cv2", "PIL"),
            *(
                "imageio",
                "skimage",
                "scipy.io",
                "torchvision.io",
                "DataLoader",
                "random_split",
                "ImageFolder",
                "Subset",
            ),
            *("STL10", "CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "EMNIST", "KMNIST", "SVHN", "Caltech101"),
            *("load_dataset", "fetch_openml", "load_digits", "gdown", "wget", "kaggle", "kagglehub"),
        ),
        Doing.DATA,
    ),
    **dict.fromkeys(
        (
            *("matplotlib", "seaborn", "plotly", "bokeh", "altair", "pylab", "tkinter", "turtle", "pygame"),
            *("IPython", "torchvision.utils", "torchsummary", "torchinfo", "torchviz", "display"),
            *("graphviz", "hiddenlayer", "summary"),
        ),
        Doing.DRAWS,
    ),
    **dict.fromkeys(
        (
            *("open", "exec", "eval", "compile", "__import__", "io.open", "builtins", "google.colab"),
            *("subprocess", "shutil", "socket", "requests", "urllib", "http", "ftplib", "smtplib", "glob", "tempfile"),
            *("pickle", "shelve", "sqlite3", "zipfile", "tarfile", "multiprocessing", "threading", "concurrent"),
            *("asyncio", "torch.save", "torch.multiprocessing", "torch.distributed", "torch.onnx", "torch.jit.save"),
            *("grader", "mlflow", "neptune", "comet_ml"),
            *("numpy.save", "numpy.savez", "numpy.savetxt", "json.load", "json.dump", "psutil", "webbrowser"),
            *(f"os.{name}" for name in ("system", "popen", "remove", "unlink", "mkdir", "makedirs", "rmdir", "rename")),
            *(f"os.{name}" for name in ("listdir", "scandir", "walk", "chdir", "kill", "fork", "execv", "putenv")),
        ),
        Doing.OUTSIDE,
    ),
    **dict.fromkeys(("input", "time.sleep", "getpass", "breakpoint", "pdb"), Doing.WAITS),
    **dict.fromkeys(("exit", "quit", "sys.exit", "os._exit", "os.abort", "unittest.main"), Doing.ENDS),
}
"""What calls do, by the beginning of their full dotted name."""

_DOING_METHODS: dict[str, Doing] = {
    **dict.fromkeys(("backward", "step", "zero_grad", "fit", "fit_transform", "train_on_batch"), Doing.TRAINS),
    **dict.fromkeys(("show", "savefig", "imshow", "plot", "subplots", "interact"), Doing.DRAWS),
    **dict.fromkeys(("read_csv", "load_state_dict", "download", "upload", "download_url"), Doing.DATA),
    **dict.fromkeys(
        ("mount", "write", "writelines", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink"),
        Doing.OUTSIDE,
    ),
    **dict.fromkeys(("run_line_magic", "run_cell_magic", "magic", "system", "getoutput"), Doing.OUTSIDE),
    "sleep": Doing.WAITS,
}
"""What methods do, whatever they are called on."""

_ONLY_SAYS = frozenset(
    {
        *("sys.stdout", "sys.stderr", "warnings", "logging", "tqdm", "rich", "wandb", "tensorboard", "tensorboardX"),
        *("torch.utils.tensorboard", "ipywidgets", "get_ipython"),
        "IPython.get_ipython",
    }
)
"""Calls that say how far something is, or where it runs, whatever their methods are called."""
_PARSES = ("parse_args", "parse_known_args", "parse_intermixed_args")
_MAKES_A_PART = ("add_argument_group", "add_mutually_exclusive_group", "add_subparsers", "add_parser")
"""Methods of a parser that give a part of it: what changes the part changes the parser."""

_HARMLESS = frozenset(
    {
        *("abs", "all", "any", "bool", "bytes", "chr", "complex", "dict", "divmod", "enumerate", "filter", "float"),
        *("frozenset", "getattr", "hasattr", "int", "isinstance", "issubclass", "len", "list", "map", "max", "min"),
        *(
            "object",
            "ord",
            "pow",
            "property",
            "range",
            "repr",
            "reversed",
            "round",
            "set",
            "setattr",
            "slice",
            "sorted",
        ),
        *("staticmethod", "classmethod", "str", "sum", "super", "tuple", "type", "zip", "print"),
        *("math", "operator", "functools", "itertools", "collections", "dataclasses", "enum", "typing", "fractions"),
        *(
            "typing_extensions",
            "decimal",
            "statistics",
            "string",
            "re.compile",
            "copy",
            "types.SimpleNamespace",
            "pathlib",
        ),
        *(
            "sys.path",
            "sys.stdout",
            "sys.stderr",
            "warnings",
            "tqdm",
            "os.path",
            "os.getcwd",
            "os.cpu_count",
            "time.time",
            "time.perf_counter",
            "datetime",
            "argparse.Namespace",
        ),
        *(
            f"numpy.{name}"
            for name in ("array", "asarray", "zeros", "ones", "full", "eye", "arange", "linspace", "prod")
        ),
        *(f"numpy.{name}" for name in ("sqrt", "exp", "log", "mean", "float32", "float64", "int64", "int32", "uint8")),
        *(
            f"torch.{name}"
            for name in ("device", "tensor", "as_tensor", "zeros", "ones", "full", "eye", "arange", "Size")
        ),
        *("torch.linspace", "torch.get_default_dtype", "torch.cuda.is_available", "torch.cuda.device_count"),
        *("torch.backends.mps.is_available", "torch.backends.mps.is_built", "torch.finfo", "torch.is_tensor"),
        *("torchvision.transforms", "torch.no_grad", "torch.inference_mode"),
        *(f"torch.nn.{name}" for name in ("ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh")),
        *(f"torch.nn.{name}" for name in ("Softmax", "LogSoftmax", "Identity", "Flatten", "Dropout", "Dropout2d")),
        *(f"torch.nn.{name}" for name in ("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d")),
        *(f"torch.nn.{name}" for name in ("LocalResponseNorm", "ZeroPad2d", "Upsample", "CrossEntropyLoss")),
        *(f"torch.nn.{name}" for name in ("NLLLoss", "MSELoss", "L1Loss", "BCELoss", "BCEWithLogitsLoss")),
    }
)
"""Calls that only compute, by the beginning of their full dotted name."""

_HARMLESS_METHODS = frozenset(
    {
        *("append", "extend", "insert", "update", "setdefault", "add", "pop", "remove", "sort", "reverse", "clear"),
        *("items", "keys", "values", "get", "copy", "split", "rsplit", "strip", "lstrip", "rstrip", "format", "join"),
        *("lower", "upper", "title", "replace", "index", "count", "find", "startswith", "endswith", "union"),
        *("partition", "tolist", "item", "size", "dim", "numel", "reshape", "view", "float", "long", "int"),
    }
)
_ONLY_ON_A_GPU = ("torch.cuda.get_device_name", "torch.cuda.get_device_properties", "torch.cuda.current_device")
"""Harmless under `if torch.cuda.is_available():`; elsewhere they raise on a machine without one."""
_HARMLESS_STATEMENTS = (
    *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.Try, ast.Pass, ast.Break, ast.Continue),
    *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)
_WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith)
_LITERAL_PARTS = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.UnaryOp, ast.BinOp),
    *(ast.UAdd, ast.USub, ast.Add, ast.Sub, ast.Mult, ast.Load),
)


class Effects:
    """The effects of the statements of one submission; they depend on its imports and its own functions."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._aliases = _aliases(statements)
        self._own = {name: statement for statement in statements if (name := statement.defines) is not None}
        self._modules = _module_classes(self._own)
        self._texts = _texts(statements)
        self._asks_for_arguments = any(_requires_an_argument(part) for one in statements for part in ast.walk(one.node))
        self._when_called: dict[str, Doing] = {}
        self._known: dict[int, Doing | None] = {}
        """By the id of a statement's node, which lives as long as this."""
        self._statements = statements
        self._follow_own_functions()

    def of(self, statement: Statement) -> Doing | None:
        """Return what a statement is known to do when it runs, or None."""
        known = id(statement.node)
        if known not in self._known:
            self._known[known] = self._found(statement)
        return self._known[known]

    def _found(self, statement: Statement) -> Doing | None:
        parts = list(executed(statement.node))
        if any(isinstance(part, ast.Raise) and _names_exit(part) for part in parts):
            return Doing.ENDS
        if any(isinstance(part, _WAITING) or getattr(part, "is_async", False) for part in parts):
            return Doing.WAITS  # only a notebook may wait outside of functions
        return self._first(parts)

    def builds_a_network(self, statement: Statement) -> bool:
        """Return whether it makes an object of one of the submission's own nn.Module classes when it runs."""
        return any(
            isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in self._modules
            for part in executed(statement.node)
        )

    def only_computes(self, statement: Statement) -> bool:
        """Return whether a statement provably does nothing but compute values, wherever it runs."""
        if self.of(statement) is not None:
            return False
        extra = _ONLY_ON_A_GPU if isinstance(statement.node, ast.If) else ()
        for part in executed(statement.node):
            if isinstance(part, ast.Call) and not self._is_harmless(part, extra):
                return False
            if isinstance(part, ast.stmt) and not isinstance(part, _HARMLESS_STATEMENTS):
                return False
            if isinstance(part, ast.Attribute) and self._is_of_the_machine(part):
                return False
        return True

    def _is_of_the_machine(self, part: ast.Attribute) -> bool:
        """Return whether it is something that another machine has otherwise."""
        return isinstance(part.value, ast.Name) and self._dotted(part) in ("os.environ", "sys.argv")

    def own_changes(self, statement: Statement) -> frozenset[str]:
        """Return what it changes of the submission's own; a setting of a library is nobody's value."""
        value = statement.node.value if isinstance(statement.node, ast.Assign) else None
        changes = statement.changes
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _MAKES_A_PART:
            changes |= {name for name in (root(value.func),) if name is not None}
        return changes - self._aliases.keys()

    def extends_the_path(self, statement: Statement) -> bool:
        """Return whether it is `sys.path.append(…)` or the like, on which imports may depend."""
        call = statement.node.value if isinstance(statement.node, ast.Expr) else None
        name = self._dotted(call.func) if isinstance(call, ast.Call) else None
        return name in ("sys.path.append", "sys.path.insert")

    def makes_a_folder(self, statement: Statement) -> bool:
        """Return whether it only makes a folder below its own, in which files may be written later."""
        call = statement.node.value if isinstance(statement.node, ast.Expr) else None
        return isinstance(call, ast.Call) and self._writes_below(call) and self._dotted(call.func) != "open"

    def _writes_below(self, call: ast.Call) -> bool:
        """Return whether it makes a folder, or opens a file to write it, where the submission runs."""
        name = self._dotted(call.func)
        path = call.args[0] if call.args else None
        if isinstance(call.func, ast.Attribute) and call.func.attr == "mkdir" and isinstance(call.func.value, ast.Call):
            if self._dotted(call.func.value.func) != "pathlib.Path" or not call.func.value.args:
                return False
            path = call.func.value.args[0]
        elif name == "open":
            modes = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "mode")]
            if not any(isinstance(mode, ast.Constant) and str(mode.value)[:1] in ("w", "a") for mode in modes):
                return False
        elif name not in ("os.mkdir", "os.makedirs"):
            return False
        text = path.value if isinstance(path, ast.Constant) else None
        if isinstance(path, ast.Name):
            text = self._texts.get(path.id)
        return isinstance(text, str) and not text.startswith(("/", "~")) and ".." not in text and ":" not in text

    def _is_harmless(self, call: ast.Call, extra: tuple[str, ...]) -> bool:
        name = self._dotted(call.func)
        if name is None or (isinstance(call.func, ast.Attribute) and root(call.func) not in self._aliases):
            return isinstance(call.func, ast.Attribute) and call.func.attr in _HARMLESS_METHODS
        if any(isinstance(word.value, ast.Constant) and word.value.value == "cuda" for word in call.keywords):
            return False
        if name in self._own:
            return False
        return any(beginning in _HARMLESS or beginning in extra for beginning in _beginnings(name))

    def _first(self, parts: Iterable[ast.AST]) -> Doing | None:
        found = [doing for part in parts if isinstance(part, ast.Call) and (doing := self._of_call(part)) is not None]
        return min(found, key=list(Doing).index, default=None)  # what trains also reads data: say the first

    def _of_call(self, call: ast.Call) -> Doing | None:
        if any(word.arg == "download" and not _is_false(word.value) for word in call.keywords):
            return Doing.DATA
        name = self._dotted(call.func)
        if name in self._own:
            return self._when_called.get(name)
        if self._asks_for_arguments and _parses_nothing(call):
            return Doing.ARGUMENTS
        if self._writes_below(call) or (name is not None and any(one in _ONLY_SAYS for one in _beginnings(name))):
            return None
        if name is not None and (isinstance(call.func, ast.Name) or root(call.func) in self._aliases):
            for beginning in _beginnings(name):
                if beginning in _DOING:
                    return _DOING[beginning]
        return _DOING_METHODS.get(call.func.attr) if isinstance(call.func, ast.Attribute) else None

    def _dotted(self, expression: ast.expr) -> str | None:
        """Return the full name of `nn.functional.relu`, by the submission's imports."""
        parts: list[str] = []
        while isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return None
        return ".".join((self._aliases.get(expression.id, expression.id), *reversed(parts)))

    def _follow_own_functions(self) -> None:
        """Find what the submission's own functions do when they are called, by those that they call."""
        callers: dict[str, set[str]] = {}
        for name, statement in self._own.items():
            parts = list(_when_called(statement.node))
            for called in _called(parts):
                callers.setdefault(called, set()).add(name)
            doing = self._first(parts)
            if doing is not None:
                self._when_called[name] = doing
        waiting = list(self._when_called)
        while waiting:
            called = waiting.pop()
            for caller in callers.get(called, ()):
                if caller not in self._when_called:
                    self._when_called[caller] = self._when_called[called]
                    waiting.append(caller)


def is_literal(statement: Statement) -> bool:
    """Return whether it gives names literal values, or a lambda: nothing that could do something, or fail."""
    if not isinstance(statement.node, ast.Assign | ast.AnnAssign) or statement.node.value is None:
        return False
    if isinstance(statement.node.value, ast.Lambda):
        return not statement.now and not statement.changes
    targets = statement.node.targets if isinstance(statement.node, ast.Assign) else [statement.node.target]
    if not all(isinstance(target, ast.Name) for target in targets):
        return False
    return all(_is_literal_part(part) for part in ast.walk(statement.node.value))


def _is_literal_part(part: ast.AST) -> bool:
    sides = [part.left, part.right] if isinstance(part, ast.BinOp) else []
    sides += [part.operand] if isinstance(part, ast.UnaryOp) else []
    return isinstance(part, _LITERAL_PARTS) and all(map(_is_number, sides))  # a product of texts may be enormous


def _is_number(part: ast.expr) -> bool:
    if isinstance(part, ast.Constant):
        return isinstance(part.value, int | float)
    return isinstance(part, ast.UnaryOp | ast.BinOp)


def _texts(statements: Sequence[Statement]) -> Mapping[str, str]:
    """Return names that are given a text, and nothing else."""
    found: dict[str, str] = {}
    for statement in statements:
        value = statement.node.value if isinstance(statement.node, ast.Assign) else None
        for name in statement.binds:
            is_text = isinstance(value, ast.Constant) and isinstance(value.value, str) and name not in found
            found[name] = value.value if is_text else "/"  # type: ignore[union-attr]
    return found


def _requires_an_argument(part: ast.AST) -> bool:
    """Return whether it adds an argument to a parser that nobody may leave out."""
    if not isinstance(part, ast.Call) or not isinstance(part.func, ast.Attribute):
        return False
    words = {word.arg: word.value for word in part.keywords}
    required = words.get("required")
    if part.func.attr in ("add_argument", *_MAKES_A_PART) and isinstance(required, ast.Constant) and required.value:
        return True
    if part.func.attr != "add_argument" or not part.args:
        return False
    name, count = part.args[0], words.get("nargs")
    is_optional = isinstance(count, ast.Constant) and count.value in ("?", "*")
    return isinstance(name, ast.Constant) and not str(name.value).startswith("-") and not is_optional


def _parses_nothing(call: ast.Call) -> bool:
    """Return whether it parses arguments, and is given none itself."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _PARSES:
        return False
    given = call.args[0] if call.args else None
    return given is None or (isinstance(given, ast.List) and not given.elts) or isinstance(given, ast.Constant)


def _names_exit(part: ast.Raise) -> bool:
    raised = part.exc.func if isinstance(part.exc, ast.Call) else part.exc
    return isinstance(raised, ast.Name) and raised.id in ("SystemExit", "KeyboardInterrupt")


def _is_false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not value.value


def _beginnings(name: str) -> list[str]:
    parts = name.split(".", 8)  # no library is nested deeper
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _aliases(statements: Sequence[Statement]) -> Mapping[str, str]:
    """Return the full name of whatever is imported, anywhere."""
    found: dict[str, str] = {}
    for statement in statements:
        for part in ast.walk(statement.node):
            if isinstance(part, ast.Import):
                for alias in part.names:
                    first = alias.name.partition(".")[0]
                    found[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
                module = part.module[:LONGEST_MODULE]
                found.update((alias.asname or alias.name, f"{module}.{alias.name}") for alias in part.names)
    return found


def _when_called(node: ast.stmt) -> Iterable[ast.AST]:
    """Return what runs when a function is called; of a class, the constructor."""
    if isinstance(node, ast.ClassDef):
        return (
            part
            for method in node.body
            if isinstance(method, ast.FunctionDef) and method.name in ("__init__", "__call__", "__new__")
            for part in ast.walk(method)
        )
    return ast.walk(node)


def _called(parts: Iterable[ast.AST]) -> set[str]:
    return {part.func.id for part in parts if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}


def _module_classes(own: Mapping[str, Statement]) -> frozenset[str]:
    """Return the submission's own classes that are networks, by the names of their bases."""
    found: set[str] = set()
    waiting = [name for name, statement in own.items() if "Module" in _bases(statement.node)]
    heirs: dict[str, list[str]] = {}
    for name, statement in own.items():
        for base in _bases(statement.node):
            heirs.setdefault(base, []).append(name)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += heirs.get(name, ())
    return frozenset(found)


def _bases(node: ast.stmt) -> set[str]:
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return {base.attr for base in bases if isinstance(base, ast.Attribute)} | {
        base.id for base in bases if isinstance(base, ast.Name)
    }
