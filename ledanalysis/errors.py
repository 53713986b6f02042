"""The one error that says: what came in is wrong, and this is where."""


class InputError(ValueError):
    """A file, a codebook row or a call that cannot be used as it is.

    The message names the place, the value found and the values allowed, so that an analyst can mend it.
    The command line shows it without a traceback and ends with exit code 2.

    Parameters
    ----------
    problem : str
        What is wrong, in words.
    file : path-like, optional
        The file it was found in.
    row : int, optional
        The row in that file, counted as a spreadsheet does: the header is row 1.
    column : str, optional
        The column's name.
    value : object, optional
        The value found.
    allowed : str or iterable of str, optional
        What would be allowed.

    Attributes
    ----------
    problem, file, row, column, value, allowed
        As given; None where not.

    Examples
    --------
    >>> print(InputError("unknown theme", file="items.csv", row=7, column="theme", value="DIGY", allowed=["DIGI", "DATA"]))
    items.csv, row 7, column 'theme': unknown theme: 'DIGY'; allowed: DIGI, DATA
    """

    def __init__(self, problem, *, file=None, row=None, column=None, value=None, allowed=None):
        place = ", ".join(
            part
            for part in (
                str(file) if file is not None else "",
                f"row {row}" if row is not None else "",
                f"column '{column}'" if column is not None else "",
            )
            if part
        )
        message = f"{place}: {problem}" if place else problem
        if value is not None:
            message += f": {value!r}"
        if allowed is not None:
            message += f"; allowed: {allowed if isinstance(allowed, str) else ', '.join(map(str, allowed))}"
        super().__init__(message)
        self.problem, self.file, self.row, self.column, self.value, self.allowed = problem, file, row, column, value, allowed

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the words alone, as the command line does."""
        return [f"{type(self).__name__}: {self}"]
