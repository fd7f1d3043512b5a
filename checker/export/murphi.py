"""Murphi, for Rumur and CMurphi.

A rule per action, under a ruleset of its arguments. A step that is cut has no successor; a model
error is an error statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.export.guards import Guard, enabled, guards, has_step
from checker.export.murphi_words import (
    LARGE,
    MurphiPrinter,
    MurphiStatements,
    MurphiWords,
    must_be_written_out,
)
from checker.export.names import one_line
from checker.export.printer import COMPARISON, TOP
from checker.export.program import Condition, Program, Rule, meaning
from checker.export.sharing import weight
from checker.export.statements import indented
from checker.lang import build
from checker.lang.rules import SOMETIMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.ir import Expr
    from checker.lang.slicing import Slice
    from checker.lang.types import Column


def murphi(slice_: Slice, witness: str | None = None) -> str:
    """Return the model as one text."""
    return _Model(slice_, witness).text()


class _Model:
    def __init__(self, slice_: Slice, witness: str | None) -> None:
        self.program = Program(slice_, must_be_written_out, witness)
        self.words = MurphiWords(self.program)
        count = len(self.program.canonical)
        self.cleaners = [self.words.names.fresh(f"canonical_form_{n + 1}") for n in range(count)]

    def text(self) -> str:
        helpers: list[list[str]] = []
        rules = [self._rule(rule, helpers) for rule in self.program.rules]
        properties = [self._property(p, helpers) for p in self.program.properties]
        blocks = [
            [f"-- {line}" for line in self.program.header()],
            self._constants(),
            self._types(),
            self._variables(),
            *self._canonical(),
            *helpers,
            *self._initial(),
            *rules,
            *properties,
        ]
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def _constants(self) -> list[str]:
        lines = [
            f"{self.words.setting(column.name)}: {_constant(column, value)};"
            for column, value in self.program.settings
        ]
        return ["-- Parameters of the run.", "const", *indented(lines)] if lines else []

    def _types(self) -> list[str]:
        lines = [f"{self.words.sort(s)}: 0..{(s.size or 0) - 1};" for s in self.program.sorts]
        return ["type", *indented(lines)] if lines else []

    def _variables(self) -> list[str]:
        lines = ["var"]
        for column in self.program.columns:
            arrays = "".join(f"array [{self.words.sort(s)}] of " for s in column.sorts)
            type_ = self.words.type(column.scalar, self.program.sorts)
            comment = f"  -- {meaning(column)}" if meaning(column) else ""
            lines.append(f"  {self.words.column(column)}: {arrays}{type_};{comment}")
        return lines if self.program.columns else [*lines, "  nothing: 0..0;"]

    def _canonical(self) -> Iterator[list[str]]:
        for name, tree in zip(self.cleaners, self.program.canonical, strict=True):
            statements = MurphiStatements(self.words, guarded=False)
            body = statements.tree(tree)
            yield [
                "-- Forgets what no longer matters; runs after every step.",
                f"procedure {name}();",
                *statements.locals(),
                "begin",
                *indented(body),
                "end;",
            ]

    def _initial(self) -> Iterator[list[str]]:
        states = self.program.initial
        for number, state in enumerate(states):
            name = "initial state" if len(states) == 1 else f"initial state {number + 1}"
            lines = [line for column, cells in state.items() for line in self._start(column, cells)]
            yield [f'startstate "{name}"', "begin", *indented(lines or ["nothing := 0;"]), "end;"]

    def _start(self, column: Column, cells: list[int]) -> list[str]:
        name, texts = self.words.column(column), [_constant(column, cell) for cell in cells]
        if len(set(texts)) > 1:
            sizes = [sort.size or 0 for sort in column.sorts]
            return [f"{name}{_indices(n, sizes)} := {text};" for n, text in enumerate(texts)]
        names = [self.words.names.of("initial", n, f"i{n}") for n in range(len(column.sorts))]
        line = name + "".join(f"[{i}]" for i in names) + f" := {texts[0]};"
        for index, sort in reversed(list(zip(names, column.sorts, strict=True))):
            line = f"for {index}: {self.words.sort(sort)} do {line} end;"
        return [line]

    def _rule(self, rule: Rule, helpers: list[list[str]]) -> list[str]:
        comment = f"-- {rule.text} ({rule.place})"
        if not has_step(rule.tree):
            return [comment, "-- Never possible here."]
        statements = MurphiStatements(self.words)
        body = statements.tree(rule.tree) + [f"{name}();" for name in self.cleaners]
        lines = [f'rule "{rule.action.name}"', *indented(self._guard(rule, helpers), 2), "==>"]
        lines += [*statements.locals(), "begin", *indented(body), "end;"]
        if rule.arguments:
            lines = [f"ruleset {self._arguments(rule)} do", *indented(lines), "end;"]
        return [comment, *lines]

    def _arguments(self, rule: Rule) -> str:
        pairs = zip(rule.arguments.values(), rule.scalars.values(), strict=True)
        sorts = self.program.sorts
        return "; ".join(f"{self.words.argument(a)}: {self.words.type(s, sorts)}" for a, s in pairs)

    def _guard(self, rule: Rule, helpers: list[list[str]]) -> list[str]:
        condition = enabled(rule.tree)
        if weight(condition) > LARGE:
            name = self.words.names.fresh(f"can_{rule.action.name}")
            helpers.append(self._function(name, self._arguments(rule), condition))
            return [f"{name}({', '.join(self.words.argument(a) for a in rule.arguments.values())})"]
        found, rest = guards(rule.tree)
        if enabled(rest) is not build.TRUE:
            found.append(Guard(enabled(rest), ()))
        return list(_conjunction(found, MurphiPrinter(self.words))) or ["true"]

    def _function(self, name: str, arguments: str, condition: Expr) -> list[str]:
        statements = MurphiStatements(self.words)
        shared = statements.name_shared((condition,))
        result = f"return {statements.printer.text(condition)};"
        head = f"function {name}({arguments}): boolean;"
        return [head, *statements.locals(), "begin", *indented([*shared, result]), "end;"]

    def _property(self, condition: Condition, helpers: list[list[str]]) -> list[str]:
        lines = [f"-- {condition.name}: {condition.comment}"]
        observed = dict(self.program.observed)
        if condition in observed:
            if not condition.defined.is_const:
                text = self._condition(f"{condition.name}_defined", condition.defined, helpers)
                lines.append(f'invariant "{condition.name} can be evaluated" {text};')
            text = self._condition(condition.name, observed[condition], helpers)
            never = "" if condition in self.program.invariants else "never: "
            lines.append(f'invariant "{never}{condition.sentence}" {text};')
        elif condition.source.kind == SOMETIMES:
            text = MurphiPrinter(self.words).text(condition.holds)
            if weight(condition.holds) <= LARGE:
                lines.append(f"-- witness: {text}")
        return lines

    def _condition(self, name: str, expr: Expr, helpers: list[list[str]]) -> str:
        if weight(expr) <= LARGE:
            return MurphiPrinter(self.words).text(expr)
        function = self.words.names.fresh(f"holds_{name}")
        helpers.append(self._function(function, "", expr))
        return f"{function}()"


def _conjunction(found: list[Guard], printer: MurphiPrinter) -> Iterator[str]:
    for number, guard in enumerate(found):
        level = TOP if len(found) == 1 else COMPARISON
        text = printer.text(guard.condition, level)
        printer.facts.assume(guard.condition, True)
        sign = " &" if number + 1 < len(found) else ""
        why = one_line("; ".join(guard.otherwise))
        yield f"{text}{sign}" + (f"  -- otherwise: {why}" if why else "")


def _constant(column: Column, value: int) -> str:
    if column.scalar.kind == "bool":
        return "true" if value else "false"
    return str(value)


def _indices(position: int, sizes: list[int]) -> str:
    text = ""
    for size in reversed(sizes):
        position, index = divmod(position, size)
        text = f"[{index}]{text}"
    return text
