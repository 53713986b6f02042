"""From interviews and a survey to slides: how public organisations organise and stimulate learning.

In a notebook of one's own:

```python
import ledanalysis as led

study = led.open_study()                         # of the folder that the notebook is in
figures = study.figures("now", "size", "lt20")   # one measure in one cluster, as it is published
figures.finding()                                # the sentence that may stand above it
figures.chart()                                  # drawn in house style
figures.table                                    # a pandas DataFrame
```

What is asked for by name can be found with the Tab key: `study.measures.`, `study.clusters["size"]["`. Only what a deck may
show can be had: no single answer, and nothing that is suppressed. `notebooks/tutorial.ipynb` shows all of it; the verbs are in
`ledanalysis.asking` and `ledanalysis.asked`, the charts in `ledanalysis.charts`.
"""

_VERBS = {"Figures": "asked", "InputError": "errors", "Results": "asking", "open_study": "asking"}  # and where each is


def __getattr__(name: str):
    """The verbs, imported at the first use (PEP 562): the command line waits for no pandas."""
    if name not in _VERBS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_VERBS)}", name=name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_VERBS[name]}"), name)


def __dir__() -> list[str]:
    return list(_VERBS)
