"""Promela, for SPIN.

One process; every action with every tuple of its arguments is one d_step. A step that is cut has no
successor; a model error is an assertion that fails. Invariants are asserted after every step that
can break them, which is the same as in every state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.export.guards import enabled
from checker.export.names import one_line
from checker.export.program import Condition, Program, Rule, changed_columns, meaning, tree_parts
from checker.export.promela_words import (
    PromelaPrinter,
    PromelaStatements,
    PromelaWords,
    declared,
    function,
    is_formula,
)
from checker.export.statements import indented
from checker.lang.ir import columns_read
from checker.lang.rules import LEADS_TO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.ir import Expr
    from checker.lang.slicing import Slice
    from checker.lang.types import Column


def promela(slice_: Slice, witness: str | None = None) -> str:
    """Return the model as one text."""
    return _Model(slice_, witness).text()


@dataclass(frozen=True)
class _Check:
    """An assertion, and the columns that it reads."""

    assertion: str
    columns: frozenset[Column]


class _Model:
    def __init__(self, slice_: Slice, witness: str | None) -> None:
        self.program = Program(slice_, chosen=lambda _: True, witness=witness)
        self.words = PromelaWords(self.program)
        self.functions: list[list[str]] = []
        self.checks: list[_Check] = []
        self.read: set[Column] = set()
        names, count = self.words.names, len(self.program.canonical)
        self.cleaners = [names.fresh(f"canonical_form_{n + 1}") for n in range(count)]

    def text(self) -> str:
        properties = [self._property(c) for c in self.program.properties]
        canonical = list(self._canonical())
        steps = [
            line
            for rule in self.program.rules
            for instance in rule.instances()
            for line in self._step(instance)
        ]
        blocks = [
            [f"/* {line} */" for line in self.program.header()],
            self._settings(),
            self._variables(),
            self._temporaries(),
            *self.functions,
            *canonical,
            *properties,
            self._process(steps),
        ]
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def _settings(self) -> list[str]:
        """Return the parameters as numbers, which mean the same inside of C functions."""
        settings = self.program.settings
        lines = [f"#define {self.words.setting(c.name)} {v}" for c, v in settings]
        return ["/* Parameters of the run. */", *lines] if lines else []

    def _variables(self) -> list[str]:
        return [self._declaration(c, v) for c, v in self.program.initial[0].items()]

    def _declaration(self, column: Column, cells: list[int]) -> str:
        name = self.words.column(column)
        texts = [_constant(column, cell) for cell in _declared(cells)]
        start = texts[0] if len(set(texts)) == 1 else f"{{{', '.join(texts)}}}"
        size = f"[{len(cells)}]" if column.sorts else ""
        sorts = " ".join(f"[{sort.name}: {sort.size}]" for sort in column.sorts)
        notes = one_line("; ".join(note for note in (sorts, meaning(column)) if note))
        comment = f" /* {notes} */" if notes else ""
        return f"{declared(column.scalar)} {name}{size} = {start};{comment}"

    def _temporaries(self) -> list[str]:
        count = self.words.temporaries
        if not count:
            return []
        names = ", ".join(self.words.temporary(n + 1) for n in range(count))
        return ["/* Used inside one step; no part of the state. */", f"hidden int {names};"]

    def _canonical(self) -> Iterator[list[str]]:
        for name, tree in zip(self.cleaners, self.program.canonical, strict=True):
            body = PromelaStatements(self.words, guarded=False).tree(tree)
            self.read |= columns_read(*tree_parts(tree))
            comment = "/* Forgets what no longer matters; runs after every step. */"
            yield [comment, f"inline {name}() {{", *indented([*body, "skip;"]), "}"]

    def _step(self, rule: Rule) -> list[str]:
        changed = changed_columns(rule.tree, *self.program.canonical)
        body = PromelaStatements(self.words).tree(rule.tree)
        body += (f"{name}();" for name in self.cleaners)
        body += (c.assertion for c in self.checks if c.columns & changed)
        if not body or not body[-1].endswith(";") or body[-1] == "fi;":
            body.append("skip;")
        guard = self._condition(f"can_{rule.action.name}", enabled(rule.tree), seen=True)
        return [
            f"/* {rule.call}: {rule.text} ({rule.place}) */",
            f":: d_step {{ ({guard}) ->",
            *indented(body, 3),
            "   }",
        ]

    def _condition(self, name: str, expr: Expr, seen: bool) -> str:
        """Return a condition as a formula, or as a call where SPIN does not take it for one.

        seen: whether the condition is used, so that SPIN sees what a formula reads.
        """
        if is_formula(expr):
            if seen:
                self.read |= columns_read(expr)
            return PromelaPrinter(self.words).text(expr)
        called = self.words.names.fresh(name)
        self.functions.append(function(self.words, called, expr))
        return f"c_expr {{ ({called})() }}"

    def _property(self, condition: Condition) -> list[str]:
        lines = [f"/* {condition.comment} */"]
        if condition.source.kind == LEADS_TO:
            return lines
        observed = condition in (c for c, _ in self.program.observed)
        if not condition.defined.is_const:
            lines += self._define(f"{condition.name}_defined", condition.defined, observed)
        negated = "" if condition in self.program.invariants else "!"
        return lines + self._define(condition.name, condition.holds, observed, negated)

    def _define(self, wanted: str, expr: Expr, observed: bool, negated: str = "") -> list[str]:
        name = self.words.names.fresh(wanted)
        if observed:
            columns = frozenset(columns_read(expr))
            self.checks.append(_Check(f"assert({negated}{name});", columns))
        return [f"#define {name} ({self._condition(f'holds_{wanted}', expr, observed)})"]

    def _process(self, steps: list[str]) -> list[str]:
        label = [] if self.program.instance.model.deadlock else ["end:"]
        loop = ["do", *(steps or [":: false -> skip"]), *self._reads(), "od"]
        return ["active proctype model() {", *indented([*self._start(), *label, *loop]), "}"]

    def _reads(self) -> list[str]:
        """Return an option that is never taken; SPIN does not store what no formula reads."""
        columns = [c for c in self.program.columns if c not in self.read]
        cells = [f"{self.words.column(c)}{'[0]' if c.sorts else ''}" for c in columns]
        if not cells:
            return []
        comment = "/* Never taken: it keeps in the state what no condition above reads. */"
        return [comment, f":: d_step {{ (false && {' + '.join(cells)} == 0) -> skip }}"]

    def _start(self) -> list[str]:
        """Return the step to an initial state, where the declarations are not enough."""
        if not starts_with_step(self.program):
            return []
        first = {c: _declared(cells) for c, cells in self.program.initial[0].items()}
        lines = ["if"]
        for state in self.program.initial:
            changes = [
                f"{self.words.column(c)}{f'[{n}]' if c.sorts else ''} = {_constant(c, cell)};"
                for c, cells in state.items()
                for n, cell in enumerate(cells)
                if cell != first[c][n]
            ]
            checks = [check.assertion for check in self.checks]
            lines += [":: d_step {", *indented([*changes, *checks, "skip;"], 3), "   }"]
        return [*lines, "fi;"]


def starts_with_step(program: Program) -> bool:
    """Return whether the process reaches its initial state by a step, from one more state.

    So it is for several initial states, for one in which something is broken already, and for
    arrays that SPIN cannot initialise.
    """
    first, *others = program.initial
    exact = all(_declared(cells) == cells for cells in first.values())
    return bool(others) or not exact or program.broken_at_start()


def _declared(cells: list[int]) -> list[int]:
    """Return what a declaration can give the cells: no list with a negative number."""
    uniform = len(set(cells)) == 1
    return cells if uniform or min(cells) >= 0 else [cells[0]] * len(cells)


def _constant(column: Column, value: int) -> str:
    if column.scalar.kind == "bool":
        return "true" if value else "false"
    return str(value)
