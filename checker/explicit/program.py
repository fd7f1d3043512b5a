"""The native program of a slice as LLVM assembly, one module per action.

step(state, parameters, out, counters) -> n      writes n successors back to back into `out`
observe(state, parameters) -> mask               one bit per property, then one per way one can fail
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

from checker.explicit.codegen import Emitter, TreeEmitter
from checker.explicit.packing import Packing, pack_columns
from checker.lang.errors import LanguageError
from checker.lang.ir import (
    BOOLEAN,
    BlockedLeaf,
    CutLeaf,
    ErrorLeaf,
    Expr,
    Outcome,
    Tree,
    size,
)
from checker.lang.model import argument_values
from checker.lang.rules import ALWAYS

if TYPE_CHECKING:
    from checker.lang.model import TracedAction
    from checker.lang.slicing import Slice

INLINE_LIMIT = 700
MOST_OBSERVED = 62
"""How many bits of the mask may be used; the engine has one more for deadlocks, and the sign."""
_POINTERS = ", ".join(
    (
        "ptr noalias readonly %state",
        "ptr noalias readonly %parameters",
        "ptr noalias %out",
        "ptr noalias %counters",
    )
)


@dataclass(frozen=True)
class Program:
    """LLVM assembly of a slice.

    modules: text by name; counters: what each counter counts, in order: a CutLeaf or ErrorLeaf, or
    with coverage what fired (Fired) and what blocked (WasBlocked); properties: their names, in the
    order of the bits of `observe`; failures: what the bits after these stand for.
    """

    packing: Packing
    modules: dict[str, str]
    counters: tuple[object, ...]
    properties: tuple[str, ...]
    failures: tuple[ErrorLeaf, ...]

    @property
    def capacities(self) -> dict[str, list[int]]:
        """The counters of each capacity, by name."""
        found: dict[str, list[int]] = {}
        for index, key in enumerate(self.counters):
            if isinstance(key, CutLeaf):
                found.setdefault(key.capacity, []).append(index)
        return found

    @property
    def errors(self) -> list[int]:
        """The counters of model errors."""
        return [i for i, key in enumerate(self.counters) if isinstance(key, ErrorLeaf)]


@dataclass(frozen=True)
class Fired:
    """Counts how often an action had an outcome."""

    action: str


@dataclass(frozen=True)
class WasBlocked:
    """Counts how often a reason blocked an action."""

    action: str
    reason: str


class _Writer:
    def __init__(self, kept: Slice, coverage: bool, inline_limit: int) -> None:
        self.slice = kept
        self.inline_limit = inline_limit
        self.packing = pack_columns(kept.instance.layout, kept.columns)
        self.coverage = coverage
        columns = kept.instance.schema.columns
        names = [c.name for c in columns if c.parameter]
        self.parameters = {name: index for index, name in enumerate(names)}
        self.counters: dict[object, int] = {}
        self.has_canonical = bool(kept.canonical)
        self.failures = _failures(kept)

    def counter(self, key: object) -> int:
        return self.counters.setdefault(key, len(self.counters))

    def action(self, traced: TracedAction, tree: Tree) -> str:
        kinds = {n: "i1" if e.kind == BOOLEAN else "i64" for n, e in traced.arguments.items()}
        choices = [argument_values(scalar) for scalar in traced.scalars.values()]
        calls = list(product(*choices))
        inline = "alwaysinline" if size(tree) * len(calls) <= self.inline_limit else "noinline"
        emitter = TreeEmitter(self.packing, self.parameters, {n: f"%a_{n}" for n in kinds})
        emitter.tree(tree, lambda e, leaf: self._finish(e, leaf, traced.action.name))
        parameters = "".join(f", {kind} %a_{name}" for name, kind in kinds.items())
        body = "\n".join(emitter.lines)
        wrapper = self._wrapper(traced.action.name, list(kinds.values()), calls)
        canonical = "declare void @canonical(ptr, ptr)\n" if self.has_canonical else ""
        return (
            f"{canonical}define internal i64 @rule({_POINTERS}{parameters}) {inline} nounwind {{\n"
            f"entry:\n{body}\n}}\n{wrapper}"
        )

    def _finish(self, emitter: TreeEmitter, leaf: Tree, action: str) -> None:
        key = self._counted(leaf, action)
        if key is not None:
            address = emitter.emit(f"getelementptr i64, ptr %counters, i64 {self.counter(key)}")
            old = emitter.emit(f"load i64, ptr {address}")
            new = emitter.emit(f"add i64 {old}, 1")
            emitter.do(f"store i64 {new}, ptr {address}")
        if isinstance(leaf, Outcome):
            if self.has_canonical:
                emitter.do("call void @canonical(ptr %out, ptr %parameters)")
            emitter.do("ret i64 1")
        else:
            emitter.do("ret i64 0")

    def _counted(self, leaf: Tree, action: str) -> object | None:
        if isinstance(leaf, CutLeaf | ErrorLeaf):
            return leaf
        if not self.coverage:
            return None
        if isinstance(leaf, BlockedLeaf):
            return WasBlocked(action, leaf.reason)
        return Fired(action)

    def _wrapper(self, name: str, kinds: list[str], calls: list[tuple[int, ...]]) -> str:
        lines = [f"define i64 @action_{name}({_POINTERS}) nounwind {{", "entry:"]
        total, target = "0", "%out"
        for number, values in enumerate(calls):
            arguments = "".join(
                f", {kind} {('true' if v else 'false') if kind == 'i1' else v}"
                for kind, v in zip(kinds, values, strict=True)
            )
            pointers = f"ptr %state, ptr %parameters, ptr {target}, ptr %counters"
            lines.append(f"  %r{number} = call i64 @rule({pointers}{arguments})")
            lines.append(f"  %n{number} = add i64 {total}, %r{number}")
            total = f"%n{number}"
            if number + 1 < len(calls):
                lines.append(f"  %w{number} = mul i64 {total}, {self.packing.words}")
                lines.append(f"  %o{number} = getelementptr i64, ptr %out, i64 %w{number}")
                target = f"%o{number}"
        lines += [f"  ret i64 {total}", "}"]
        return "\n".join(lines)

    def canonical(self) -> str:
        functions, calls = [], []
        places = "ptr %out, ptr %parameters"
        for number, tree in enumerate(self.slice.canonical):
            emitter = TreeEmitter(self.packing, self.parameters, {})
            emitter.tree(tree, _finish_canonical)
            body = "\n".join(emitter.lines).replace("%state", "%out")
            functions.append(
                f"define internal void @form_{number}({places}) nounwind {{\nentry:\n{body}\n}}"
            )
            calls.append(f"  call void @form_{number}({places})")
        body = "\n".join(calls)
        functions.append(
            f"define void @canonical({places}) nounwind {{\nentry:\n{body}\n  ret void\n}}"
        )
        return "\n".join(functions)

    def step(self) -> str:
        names = [traced.action.name for traced in self.slice.instance.traced]
        declarations = [f"declare i64 @action_{name}(ptr, ptr, ptr, ptr)" for name in names]
        lines = [f"define i64 @step({_POINTERS}) nounwind {{", "entry:"]
        total, target = "0", "%out"
        for number, name in enumerate(names):
            arguments = f"ptr %state, ptr %parameters, ptr {target}, ptr %counters"
            lines.append(f"  %r{number} = call i64 @action_{name}({arguments})")
            lines.append(f"  %n{number} = add i64 {total}, %r{number}")
            lines.append(f"  %w{number} = mul i64 %n{number}, {self.packing.words}")
            lines.append(f"  %o{number} = getelementptr i64, ptr %out, i64 %w{number}")
            total, target = f"%n{number}", f"%o{number}"
        return "\n".join([*declarations, *lines, f"  ret i64 {total}", "}"])

    def observe(self) -> str:
        emitter = Emitter(self.packing, self.parameters, {})
        scope: dict[object, str] = {}
        mask = "0"
        conditions = []
        for item in self.slice.properties:
            value = emitter.value(item.verdict.condition, scope, {})
            if item.property.kind == ALWAYS:
                value = emitter.emit(f"xor i1 {value}, true")
            conditions.append(value)
        for failure in self.failures.values():
            fails = [emitter.value(condition, scope, {}) for condition in failure]
            conditions.append(reduce(lambda a, b: emitter.emit(f"or i1 {a}, {b}"), fails))
        for bit, value in enumerate(conditions):
            wide = emitter.emit(f"zext i1 {value} to i64")
            shifted = emitter.emit(f"shl i64 {wide}, {bit}")
            mask = emitter.emit(f"or i64 {mask}, {shifted}")
        body = "\n".join([*emitter.lines, f"  ret i64 {mask}"])
        pointers = "ptr noalias readonly %state, ptr noalias readonly %parameters"
        return f"define i64 @observe({pointers}) nounwind {{\nentry:\n{body}\n}}"


def _failures(kept: Slice) -> dict[ErrorLeaf, list[Expr]]:
    """Return the ways in which a property can fail, each with the conditions for it."""
    found: dict[ErrorLeaf, list[Expr]] = {}
    for item in kept.properties:
        for condition, leaf in item.verdict.errors:
            found.setdefault(leaf, []).append(condition)
    return found


def _check_observed(model: str, properties: int, failures: int) -> None:
    if properties + failures > MOST_OBSERVED:
        raise LanguageError(
            f"{model}: {properties} properties that can fail in {failures} "
            f"places are too many for one exploration (at most {MOST_OBSERVED}); check fewer"
        )


def _finish_canonical(emitter: TreeEmitter, leaf: Tree) -> None:
    emitter.do("ret void")


def write_program(kept: Slice, coverage: bool = False, inline_limit: int = INLINE_LIMIT) -> Program:
    """Return the program of a slice; with coverage, counters for every action and reason.

    inline_limit: how many nodes a tree may have, over all its tuples of arguments, to be inlined.
    """
    writer = _Writer(kept, coverage, inline_limit)
    _check_observed(kept.instance.model.name, len(kept.properties), len(writer.failures))
    modules = {}
    for traced, tree in zip(kept.instance.traced, kept.actions, strict=True):
        modules[f"action_{traced.action.name}"] = writer.action(traced, tree)
    if kept.canonical:
        modules["canonical"] = writer.canonical()
    modules["step"] = writer.step()
    modules["observe"] = writer.observe()
    return Program(
        writer.packing,
        modules,
        tuple(writer.counters),
        tuple(item.property.name for item in kept.properties),
        tuple(writer.failures),
    )
