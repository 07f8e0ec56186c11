# /// attack
# why = "Puts HTML, a script and a template into what it prints and raises, for a report that is a page."
# outcomes = ["raised", "failed"]
# ///
MARKUP = (
    "</pre></details><script>document.title='30 of 30'</script><img src=x onerror=alert(1)>"
    "<style>.score{display:none}</style><a href='javascript:alert(1)'>30 of 30</a>"
    "{{ 6 * 5 }}{% raw %}[bold green]30 of 30[/bold green]&lt;b&gt;<!-- ]]>"
)


def answer(*args, **kwargs):
    print(MARKUP, flush=True)
    raise RuntimeError(MARKUP)


everywhere(answer)
