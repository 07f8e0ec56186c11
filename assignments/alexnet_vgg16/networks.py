"""
The networks that a submission may turn out to be: those asked for in every published form, and what they are often confused with.

`assignment.toml` says which families count.  Tables are explained in `grader/checks/architectures/table.py`.
"""

from grader.checks.architectures.table import Network, parse

TORCHVISION, ONE_TOWER, TWO_GROUPS = "torchvision", "one_tower", "two_groups"
ALEXNETS = {
    TORCHVISION: "AlexNet with torchvision's filters",
    ONE_TOWER: "AlexNet with the paper's filters",
    TWO_GROUPS: "AlexNet with the paper's filters in two groups",
}

NORMALISATIONS = {
    "lrn 2": "with k = 2",
    "lrn 1": "with k = 1",
    "lrn_of_sum 2": "by the paper's formula",
}


def alexnet(
    widths: str, padding: int, side: int, after: str = "relu", bias: str = "", lrn: str = "", normalised: str = ""
) -> str:
    """Return AlexNet's table; *after* is what follows each convolution, *normalised* where its *lrn* is."""
    a, b, c, d, e = (64, 192, 384, 256, 256) if widths == TORCHVISION else (96, 256, 384, 384, 256)
    g = "g2" if widths == TWO_GROUPS else ""
    ends = {
        "": f"{after}, maxpool 3/2",
        "before_relu": f"{lrn}, {after}, maxpool 3/2",
        "before_pooling": f"{after}, {lrn}, maxpool 3/2",
        "after_pooling": f"{after}, maxpool 3/2, {lrn}",
    }[normalised]
    adaptive = "adaptive 6," if widths == TORCHVISION and side != 32 else ""
    return (
        f"conv {a} 11/4 p{padding} {bias}, {ends}, conv {b} 5 p2 {g} {bias}, {ends}, "
        f"conv {c} 3 p1 {bias}, {after}, conv {d} 3 p1 {g} {bias}, {after}, conv {e} 3 p1 {g} {bias}, {after}, "
        f"maxpool 3/2, {adaptive} flatten, "
        "dropout 0.5, linear 4096, relu, dropout 0.5, linear 4096, relu, linear classes"
    )


def alexnets():
    """Yield every AlexNet."""
    for widths, title in ALEXNETS.items():
        for padding, sides in ((2, (227, 224)), (0, (227,))):
            told = f"{title}, first padding {padding}"
            yield "published", f"{widths}_padding_{padding}", told, sides, alexnet(widths, padding, sides[0])
            for lrn, formula in NORMALISATIONS.items():
                for place in ("before_pooling", "after_pooling", "before_relu"):
                    table = alexnet(widths, padding, sides[0], lrn=lrn, normalised=place)
                    where = place.replace("_", " ").replace("relu", "the ReLU")
                    name = f"{widths}_padding_{padding}_{lrn.replace(' ', '_')}_{place}"
                    yield "published", name, f"{told}, local response normalisation {formula} {where}", sides, table
            for after, order in (("bn, relu", "before"), ("relu, bn", "after")):
                for bias in ("", "nobias"):
                    name = f"{widths}_padding_{padding}_bn_{order}_relu_{bias or 'bias'}"
                    normalised = f", batch normalisation {order} each ReLU{' and no biases' if bias else ''}"
                    table = alexnet(widths, padding, sides[0], after, bias)
                    yield "batch_norm", name, told + normalised, sides, table
    for widths in (ONE_TOWER, TORCHVISION):
        for padding, side in ((1, 224), (1, 227), (0, 224)):
            told = (
                f"{ALEXNETS[widths]} as some textbooks print it, with a first padding of {padding} for images of {side}"
            )
            table = alexnet(widths, padding, side).replace("adaptive 6,", "")
            yield "textbook", f"{widths}_textbook_padding_{padding}_{side}", told, (side,), table
    small = "AlexNet made smaller for images of 32 x 32, such as CIFAR-10"
    end = "conv 384 3 p1, relu, conv 256 3 p1, relu, conv 256 3 p1, relu, maxpool 2/2, flatten,"
    head = "dropout 0.5, linear 4096, relu, dropout 0.5, linear 4096, relu, linear classes"
    for name, start, classifier in (
        ("short_head", "conv 64 11/4 p5, relu, maxpool 2/2, conv 192 5 p2, relu, maxpool 2/2,", "linear classes"),
        ("stride_2", "conv 64 3/2 p1, relu, maxpool 2/2, conv 192 3 p1, relu, maxpool 2/2,", head),
        ("stride_1", "conv 64 3 p1, relu, maxpool 2/2, conv 192 3 p1, relu, maxpool 2/2,", head),
    ):
        yield "cifar", f"cifar_{name}", small, (32,), f"{start} {end} {classifier}"


VGGS = {
    "a": ("11", "64 M 128 M 256 256 M 512 512 M 512 512 M"),
    "b": ("13", "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M"),
    "c": ("16, with 1 x 1 convolutions", "64 64 M 128 128 M 256 256 1x256 M 512 512 1x512 M 512 512 1x512 M"),
    "d": ("16", "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M"),
    "e": ("19", "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M"),
}
WIDE = "linear 4096, relu, dropout 0.5, linear 4096, relu, dropout 0.5, linear classes"
NARROW = "linear 512, relu, dropout 0.5, linear 512, relu, dropout 0.5, linear classes"


def vgg(filters: str, head: str, after: str = "relu", bias: str = "", adaptive: str = "") -> str:
    """Return a VGG's table; *after* is what follows each convolution."""

    def layer(word: str) -> str:
        if word == "M":
            return "maxpool 2/2"
        padding = "" if word.startswith("1x") else "p1"
        return f"conv {word.removeprefix('1x')} {'3' if padding else '1'} {padding} {bias}, {after}"

    return f"{', '.join(map(layer, filters.split()))}, {adaptive} flatten, {head}"


def vggs():
    """Yield every VGG."""
    normalisations = [("", "relu", "", "")]
    for after, order in (("bn, relu", "before"), ("relu, bn", "after")):
        for bias in ("", "nobias"):
            told = f", batch normalisation {order} each ReLU{' and no biases' if bias else ''}"
            normalisations.append((f"_bn_{order}_relu_{bias or 'bias'}", after, bias, told))
    for letter, (depth, filters) in VGGS.items():
        for suffix, after, bias, normalised in normalisations:
            title = f"VGG{depth} (configuration {letter.upper()})" + normalised
            family = "depth" if letter != "d" else "batch_norm" if suffix else "published"
            yield (
                family,
                f"vgg16_config_{letter}{suffix}",
                title,
                (224,),
                vgg(filters, WIDE, after, bias, "adaptive 7,"),
            )
            small = f"VGG{depth} made smaller for images of 32 x 32, such as CIFAR-10" + normalised
            for name, head in (("short", "linear classes"), ("narrow", NARROW), ("wide", WIDE)):
                yield "cifar", f"cifar_vgg_{letter}_{name}_head{suffix}", small, (32,), vgg(filters, head, after, bias)


NETWORKS = tuple(
    Network(name=name, title=title, module=module, family=family, sides=sides, layers=parse(table))
    for module, all_of in (("AlexNet", alexnets()), ("VGG16", vggs()))
    for family, name, title, sides, table in all_of
)
