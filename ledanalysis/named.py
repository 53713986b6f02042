"""Names to ask by: found with the Tab key, and of a wrong one which there are."""

from __future__ import annotations

import html
from difflib import get_close_matches

from ledanalysis.errors import InputError

NEAR = 0.5  # how much alike two names are, 0 to 1, for the one to be taken for a slip of the other


class UnknownName(InputError, KeyError, AttributeError):
    """A name that there is none of, asked for in whatever way."""

    __str__ = InputError.__str__


class Name(str):
    """A name to ask by, with what it stands for.

    Examples
    --------
    >>> Name("now", "Belang nu")
    'now' (Belang nu)
    """

    label: str

    def __new__(cls, name: str, label: str):
        made = super().__new__(cls, name)
        made.label = label
        return made

    def __repr__(self) -> str:
        return f"{str(self)!r} ({self.label})"


class Names(dict):  # IPython looks into a dict, and offers its keys, where it would not trust a mapping of our own
    """Names by themselves, to be had as `names["now"]` and, where they are words, as `names.now`; the Tab key shows them.

    Parameters
    ----------
    what : str
        What they are names of, for errors.
    of, label : str
        The name, and its label, of all of them together.
    members : dict
        What each stands for: a `Name`, or `Names` again.
    """

    def __init__(self, what: str, of: str, label: str, members: dict):
        super().__init__(members)
        self.__dict__.update({each: value for each, value in members.items() if each.isidentifier() and not hasattr(dict, each)})
        self._what, self._of, self.label = what, of, label

    def __missing__(self, name):
        near = _nearest(str(name), self)
        if near:
            raise UnknownName(f"no such {self._what} (did you mean '{near}'?)", value=str(name), allowed=list(self))
        raise UnknownName(f"no such {self._what}", value=str(name), allowed=list(self))

    def __dir__(self) -> list[str]:
        return [name for name, member in self.items() if self.__dict__.get(name) is member]

    def __repr__(self) -> str:
        return "\n".join(f"{name!s:<{max(map(len, self))}}  {member.label}" for name, member in self.items())

    def _repr_html_(self) -> str:
        rows = "".join(f'<tr><th scope="row" style="text-align:left"><code>{html.escape(name)}</code></th>'
                       f'<td style="text-align:left">{html.escape(member.label)}</td></tr>' for name, member in self.items())  # fmt: skip
        return f"<table><caption>{html.escape(self.label)}</caption><tbody>{rows}</tbody></table>"


class Keys(Names):
    """Names that have no names below them: of a wrong one, `names.nwo` says which there are."""

    def __getattr__(self, name: str):  # not of all Names: IPython would not look below them
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]


def as_typed(name) -> str:
    """A name as it was typed, be it taken from `Names`, or `Names` themselves.

    Examples
    --------
    >>> as_typed(Name("now", "Belang nu")), as_typed(Keys("cluster", "size", "Grootteklasse", {}))
    ('now', 'size')
    """
    return name._of if isinstance(name, Names) else str(name)


def _nearest(asked: str, names: Names) -> str:
    """The name that one may have been meant, or whose label was; empty if none is like it."""
    known = {name.casefold(): name for name in names} | {member.label.casefold(): name for name, member in names.items()}
    found = get_close_matches(asked.casefold(), known, 1, NEAR)
    return known[found[0]] if found else ""
