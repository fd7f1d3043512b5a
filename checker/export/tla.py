"""TLA+: a module for TLC, and its configuration.

One operator per action, with the arguments of the action; a step that is cut has no successor, a
model error is an Assert that fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.export.guards import has_step
from checker.export.program import Condition, Program, Rule, meaning
from checker.export.tla_canonical import CanonicalForms
from checker.export.tla_steps import StepPrinter
from checker.export.tla_words import TlaPrinter, TlaWords
from checker.lang.rules import LEADS_TO, SOMETIMES

if TYPE_CHECKING:
    from checker.lang.ir import Expr
    from checker.lang.slicing import Slice
    from checker.lang.types import Column, Index


def module(slice_: Slice, witness: str | None = None, name: str | None = None) -> str:
    """Return the module; `name` is its name, which must be that of its file."""
    return _Module(slice_, witness, name).text()


def configuration(slice_: Slice, witness: str | None = None) -> str:
    """Return the configuration with which TLC checks the module."""
    return _Module(slice_, witness).configuration()


class _Module:
    def __init__(self, slice_: Slice, witness: str | None, name: str | None = None) -> None:
        self.program = Program(slice_, chosen=lambda _: False, witness=witness)
        self.words = TlaWords(self.program, name)
        self.vars = [self.words.column(c) for c in self.program.columns] or ["nothing"]

    def text(self) -> str:
        canonical = CanonicalForms(self.program, self.words)
        steps = StepPrinter(self.program, self.words, canonical)
        blocks = [
            [f" MODULE {self.words.module} ".center(78, "-")],
            [f"\\* {line}" for line in self.program.header()],
            ["EXTENDS Integers, FiniteSets, TLC"],
            self._constants(),
            [f"{self.words.sort(s)} == 0..{(s.size or 0) - 1}" for s in self.program.sorts],
            self._variables(),
            self._types(),
            self._initial(),
            *canonical.definitions(),
            *(steps.operator(rule) for rule in self.program.rules),
            self._next(),
            *(self._property(p) for p in self.program.properties),
            ["=" * 78],
        ]
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def configuration(self) -> str:
        program, words = self.program, self.words
        deadlock = "TRUE" if program.instance.model.deadlock else "FALSE"
        lines = ["SPECIFICATION Spec", f"CHECK_DEADLOCK {deadlock}"]
        for column, value in program.settings:
            below = words.below.get(column.name)
            given = f"<- {below}" if below else f"= {_constant(column, value)}"
            lines.append(f"CONSTANT {words.settings[column.name]} {given}")
        for condition, _ in program.observed:
            name = words.condition(condition.name)
            if not condition.defined.is_const:
                lines.append(f"INVARIANT {name}Defined")
            lines.append(f"INVARIANT {name}{'' if condition in program.invariants else 'Absent'}")
        return "\n".join(lines) + "\n"

    def _constants(self) -> list[str]:
        if not self.program.settings:
            return []
        names = ", ".join(self.words.settings[c.name] for c, _ in self.program.settings)
        lines = ["\\* Parameters of the run, set in the configuration.", f"CONSTANTS {names}"]
        values = {column.name: value for column, value in self.program.settings}
        lines += (f"{name} == {values[below]}" for below, name in self.words.below.items())
        return lines

    def _variables(self) -> list[str]:
        names = ",\n          ".join(self.vars)
        return [f"VARIABLES {names}", "", f"vars == <<{', '.join(self.vars)}>>"]

    def _types(self) -> list[str]:
        lines = ["TypeOK =="]
        for column in self.program.columns:
            values = self.words.range(column.scalar, self.program.sorts)
            domain = " \\X ".join(self.words.sort(s) for s in column.sorts)
            typed = f"[{domain} -> {values}]" if domain else values
            comment = f"    \\* {meaning(column)}" if meaning(column) else ""
            lines.append(f"  /\\ {self.words.column(column)} \\in {typed}{comment}")
        return lines if self.program.columns else []

    def _initial(self) -> list[str]:
        states = self.program.initial
        lines = ["Init =="]
        for state in states:
            conjuncts = [
                f"/\\ {self.words.column(c)} = {self._start(c, v)}" for c, v in state.items()
            ]
            head = "  \\/ " if len(states) > 1 else "  "
            for conjunct in conjuncts or ["nothing = 0"]:
                lines.append(head + conjunct)
                head = " " * len(head)
        return lines

    def _start(self, column: Column, cells: list[int]) -> str:
        texts = [_constant(column, cell) for cell in cells]
        if not column.sorts:
            return texts[0]
        names = [self.words.names.of("initial", n, f"i{n}") for n in range(len(column.sorts))]
        pairs = zip(names, column.sorts, strict=True)
        domain = ", ".join(f"{name} \\in {self.words.sort(sort)}" for name, sort in pairs)
        if len(set(texts)) == 1:
            return f"[{domain} |-> {texts[0]}]"
        return f"[{domain} |-> <<{', '.join(texts)}>>[{_position(names, column.sorts)} + 1]]"

    def _next(self) -> list[str]:
        calls = [self._call(r) for r in self.program.rules if has_step(r.tree)]
        lines = [f"  \\/ {call}" for call in calls] or ["  FALSE"]
        return ["Next ==", *lines, "", "Spec == Init /\\ [][Next]_vars"]

    def _call(self, rule: Rule) -> str:
        printer = TlaPrinter(self.words)
        name = self.words.action(rule.action.name)
        if not rule.arguments:
            return name
        names = [printer.text(a) for a in rule.arguments.values()]
        sets = [self.words.range(s, self.program.sorts) for s in rule.scalars.values()]
        binders = ", ".join(f"{n} \\in {s}" for n, s in zip(names, sets, strict=True))
        return f"\\E {binders} : {name}({', '.join(names)})"

    def _property(self, condition: Condition) -> list[str]:
        name = self.words.condition(condition.name)
        lines = [f"\\* {condition.comment}"]
        if condition.source.kind == LEADS_TO:
            return lines
        if not condition.defined.is_const:
            lines += self._define(f"{name}Defined", condition, condition.defined)
        lines += self._define(name, condition, condition.holds)
        if condition.source.kind == SOMETIMES:
            lines += [
                "\\* As an invariant, it finds a run to the witness.",
                f"{name}Absent == ~{name}",
            ]
        return lines

    def _define(self, name: str, condition: Condition, expr: Expr) -> list[str]:
        printer = TlaPrinter(self.words)
        lets = printer.let((expr,))
        text = printer.text(expr)
        if lets:
            return [f"{name} ==", *_lets(lets), f"  IN {text}"]
        return [f"{name} == {text}"]


def _lets(definitions: list[str]) -> list[str]:
    return [f"  {'LET' if n == 0 else '   '} {line}" for n, line in enumerate(definitions)]


def _constant(column: Column, value: int) -> str:
    if column.scalar.kind == "bool":
        return "TRUE" if value else "FALSE"
    return str(value)


def _position(names: list[str], sorts: tuple[Index, ...]) -> str:
    """Return where in the list of its cells a column has the value at these indices."""
    text = names[0]
    for name, sort in zip(names[1:], sorts[1:], strict=True):
        text = (
            f"({text}) * {sort.size} + {name}" if " " in text else f"{text} * {sort.size} + {name}"
        )
    return text
