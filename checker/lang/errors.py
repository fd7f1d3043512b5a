"""What can go wrong with a model, and the three ways in which a rule stops early.

EoscheckError            bad input; one sentence, with file and line where there is one
  LanguageError          a model breaks a rule of the language
Stop                     how a rule ends early; not an Exception, so that no rule can swallow it
  Blocked                the action is not possible here, and why
  CapacityReached        the room for a collection or a number is used up
  ModelError             the model itself is wrong
"""

from __future__ import annotations


class EoscheckError(Exception):
    """Bad input or usage, told in one sentence."""

    def __init__(self, message: str, file: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line

    def __str__(self) -> str:
        """Return the sentence with its place in front, as editors read it."""
        if self.file is None:
            return self.message
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class LanguageError(EoscheckError):
    """A model uses Python in a way that the modelling language does not have."""


class Stop(BaseException):
    """A rule ends here without a successor state."""

    def __init__(self, text: str, file: str = "", line: int = 0) -> None:
        super().__init__(text)
        self.text = text
        self.file = file
        self.line = line


class Blocked(Stop):
    """A `require` does not hold; the text is its reason."""


class CapacityReached(Stop):
    """A value does not fit; the text is the name of the capacity.

    columns: the names of the columns whose storing needs the room; none: any step needs it.
    """

    def __init__(
        self, text: str, file: str = "", line: int = 0, columns: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(text, file, line)
        self.columns = columns


class ModelError(Stop):
    """An index outside its sort, a move outside the state chart, a value outside its type."""
