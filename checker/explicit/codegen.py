"""Translates decision trees and expressions into LLVM assembly text.

Integers are i64, conditions i1. Every function gets `%state` (packed words), `%parameters` (one i64
per parameter column) and, for actions, `%out` and `%counters`. Binders are unrolled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.ir import (
    BOOLEAN,
    Base,
    BlockedLeaf,
    Branch,
    CutLeaf,
    ErrorLeaf,
    Expr,
    Function,
    Lambda,
    Outcome,
    Store,
    Tree,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from checker.explicit.packing import Packing, Slot
    from checker.lang.types import Column

Scope = dict[object, str]
Bindings = dict[Expr, int]


class Emitter:
    """Writes one LLVM function body: instructions, blocks, and values already computed."""

    def __init__(
        self, packing: Packing, parameters: Mapping[str, int], arguments: Mapping[str, str]
    ) -> None:
        self.packing = packing
        self.parameters = parameters
        self.arguments = arguments
        self.lines: list[str] = []
        self._names = 0

    def fresh(self, prefix: str = "t") -> str:
        """Return a name that is not used yet, without its sigil."""
        self._names += 1
        return f"{prefix}{self._names}"

    def emit(self, instruction: str) -> str:
        """Add an instruction that yields a value; return the value's name."""
        name = "%" + self.fresh()
        self.lines.append(f"  {name} = {instruction}")
        return name

    def do(self, instruction: str) -> None:
        """Add an instruction without a value."""
        self.lines.append(f"  {instruction}")

    def label(self, name: str) -> None:
        """Begin a block."""
        self.lines.append(f"{name}:")

    # expressions

    def value(self, expr: Expr, scope: Scope, bindings: Bindings) -> str:
        """Return the value of an expression in this block, computing it if needed."""
        if expr.op == "const":
            if expr.kind == BOOLEAN:
                return "true" if expr.number else "false"
            return str(expr.number)
        if expr.op == "bound":
            return str(bindings[expr])
        key = (expr, tuple(bindings[v] for v in sorted(expr.free, key=lambda v: v.order)))
        found = scope.get(key)
        if found is None:
            found = scope[key] = self._compute(expr, scope, bindings)
        return found

    def _compute(self, expr: Expr, scope: Scope, bindings: Bindings) -> str:
        match expr.op:
            case "param":
                return self.arguments[expr.name]
            case "setting":
                return self._setting(expr)
            case "read":
                indices = [self.value(a, scope, bindings) for a in expr.args]
                return self._read(expr, indices)
            case "forall" | "exists" | "count":
                return self._binder(expr, scope, bindings)
            case "div" | "mod":
                return self._divide(expr, self.value(expr.args[0], scope, bindings))
        parts = [self.value(a, scope, bindings) for a in expr.args]
        match expr.op:
            case "add" | "sub" | "mul":
                return self.emit(f"{expr.op} i64 {parts[0]}, {parts[1]}")
            case "eq":
                kind = "i1" if expr.args[0].kind == BOOLEAN else "i64"
                return self.emit(f"icmp eq {kind} {parts[0]}, {parts[1]}")
            case "le":
                return self.emit(f"icmp sle i64 {parts[0]}, {parts[1]}")
            case "not":
                return self.emit(f"xor i1 {parts[0]}, true")
            case "and" | "or":
                return self._fold(expr.op, parts)
            case "ite":
                kind = "i1" if expr.kind == BOOLEAN else "i64"
                return self.emit(f"select i1 {parts[0]}, {kind} {parts[1]}, {kind} {parts[2]}")
        raise AssertionError(expr.op)

    def _fold(self, op: str, parts: list[str]) -> str:
        result = parts[0]
        for part in parts[1:]:
            result = self.emit(f"{op} i1 {result}, {part}")
        return result

    def _binder(self, expr: Expr, scope: Scope, bindings: Bindings) -> str:
        assert expr.sort is not None and expr.sort.size is not None
        variable = next(
            (v for v in expr.args[0].free if v.name == expr.name and v.sort == expr.sort), None
        )
        parts = []
        for value in range(expr.sort.size):
            inner = bindings if variable is None else {**bindings, variable: value}
            parts.append(self.value(expr.args[0], scope, inner))
        if expr.op != "count":
            return self._fold("and" if expr.op == "forall" else "or", parts)
        total = "0"
        for part in parts:
            one = self.emit(f"zext i1 {part} to i64")
            total = self.emit(f"add i64 {total}, {one}")
        return total

    def _divide(self, expr: Expr, dividend: str) -> str:
        divisor = expr.args[1].number
        low = expr.args[0].low
        if low is not None and low >= 0:
            op = "udiv" if expr.op == "div" else "urem"
            return self.emit(f"{op} i64 {dividend}, {divisor}")
        rest = self.emit(f"srem i64 {dividend}, {divisor}")
        negative = self.emit(f"icmp slt i64 {rest}, 0")
        if expr.op == "mod":
            raised = self.emit(f"add i64 {rest}, {divisor}")
            return self.emit(f"select i1 {negative}, i64 {raised}, i64 {rest}")
        quotient = self.emit(f"sdiv i64 {dividend}, {divisor}")
        lowered = self.emit(f"sub i64 {quotient}, 1")
        return self.emit(f"select i1 {negative}, i64 {lowered}, i64 {quotient}")

    def _setting(self, expr: Expr) -> str:
        address = self.emit(f"getelementptr i64, ptr %parameters, i64 {self.parameters[expr.name]}")
        loaded = self.emit(f"load i64, ptr {address}")
        return self._as_kind(expr.kind, loaded)

    def _as_kind(self, kind: str, value: str) -> str:
        return self.emit(f"trunc i64 {value} to i1") if kind == BOOLEAN else value

    # cells

    def _read(self, expr: Expr, indices: list[str]) -> str:
        slot = self.packing.slots[expr.column]
        if slot.width == 0:
            return "false" if expr.kind == BOOLEAN else str(slot.low)
        cell = self.cell(expr.column, indices)
        if not slot.single and not cell.isdigit():
            cell = self._clamped(cell, slot.cells)
        word, shift = self.place(slot, cell)
        if slot.single and not cell.isdigit() and not _are_inside(expr):
            shift = self.emit(f"and i64 {shift}, 63")
        loaded = self.load("%state", word)
        moved = loaded if shift == "0" else self.emit(f"lshr i64 {loaded}, {shift}")
        if expr.kind == BOOLEAN:
            return self.emit(f"trunc i64 {moved} to i1")
        if slot.width < 64:
            moved = self.emit(f"and i64 {moved}, {slot.mask}")
        return moved if slot.low == 0 else self.emit(f"add i64 {moved}, {slot.low}")

    def _clamped(self, cell: str, cells: int) -> str:
        inside = self.emit(f"icmp ult i64 {cell}, {cells}")
        return self.emit(f"select i1 {inside}, i64 {cell}, i64 0")

    def load(self, base: str, word: str) -> str:
        """Return one word of a packed state."""
        address = self.emit(f"getelementptr i64, ptr {base}, i64 {word}")
        return self.emit(f"load i64, ptr {address}")

    def store(self, base: str, word: str, value: str) -> None:
        """Write one word of a packed state."""
        address = self.emit(f"getelementptr i64, ptr {base}, i64 {word}")
        self.do(f"store i64 {value}, ptr {address}")

    def cell(self, column: Column, indices: list[str]) -> str:
        """Return the number of the cell at these indices."""
        if all(i.isdigit() for i in indices):
            number = 0
            for sort, index in zip(column.sorts, indices, strict=True):
                number = number * (sort.size or 0) + int(index)
            return str(number)
        result = "0"
        for sort, index in zip(column.sorts, indices, strict=True):
            scaled = "0" if result == "0" else self.emit(f"mul i64 {result}, {sort.size}")
            result = index if scaled == "0" else self.emit(f"add i64 {scaled}, {index}")
        return result

    def place(self, slot: Slot, cell: str) -> tuple[str, str]:
        """Return word and shift of a cell."""
        if cell.isdigit():
            word, shift = slot.place(int(cell))
            return str(word), str(shift)
        if slot.single:
            scaled = self.emit(f"mul i64 {cell}, {slot.width}")
            moved = scaled if slot.shift == 0 else self.emit(f"add i64 {scaled}, {slot.shift}")
            return str(slot.word), moved
        quotient = self.emit(f"udiv i64 {cell}, {slot.per_word}")
        rest = self.emit(f"urem i64 {cell}, {slot.per_word}")
        return (
            self.emit(f"add i64 {quotient}, {slot.word}"),
            self.emit(f"mul i64 {rest}, {slot.width}"),
        )


class TreeEmitter(Emitter):
    """Writes a decision tree: `leaf` is called with each leaf that is not an outcome."""

    def tree(self, tree: Tree, finish: Callable[[TreeEmitter, Tree], None]) -> None:
        """Write the tree from here on; shared parts are written once."""
        self._parents: dict[int, int] = {}
        self._count_parents(tree)
        self._shared: list[tuple[str, Tree]] = []
        self._labels: dict[int, str] = {}
        self._finish = finish
        self._node(tree, {})
        while self._shared:
            label, node = self._shared.pop()
            self.label(label)
            self._node(node, {})

    def _count_parents(self, tree: Tree) -> None:
        stack = [tree]
        while stack:
            node = stack.pop()
            seen = self._parents.get(id(node), 0)
            self._parents[id(node)] = seen + 1
            if not seen and isinstance(node, Branch):
                stack += (node.yes, node.no)

    def _node(self, node: Tree, scope: Scope) -> None:
        while isinstance(node, Branch):
            condition = self.value(node.condition, scope, {})
            yes, no = self._target(node.yes), self._target(node.no)
            self.do(f"br i1 {condition}, label %{yes}, label %{no}")
            if self._parents[id(node.yes)] == 1:
                self.label(yes)
                self._node(node.yes, dict(scope))
            if self._parents[id(node.no)] > 1:
                return
            self.label(no)
            node = node.no
        if isinstance(node, Outcome):
            self._outcome(node, scope)
        self._finish(self, node)

    def _target(self, node: Tree) -> str:
        if self._parents[id(node)] == 1:
            return self.fresh("b")
        label = self._labels.get(id(node))
        if label is None:
            label = self._labels[id(node)] = self.fresh("s")
            self._shared.append((label, node))
        return label

    def _outcome(self, outcome: Outcome, scope: Scope) -> None:
        words: dict[int, str] = {}
        later: list[tuple[Slot, str, str]] = []
        for column, function in outcome.updates:
            slot = self.packing.slots[column]
            if slot.width == 0:
                continue
            cells = self._changes(column, function, scope)
            if slot.single or all(cell.isdigit() for cell, _ in cells):
                for cell, value in cells:
                    self._change_word(slot, cell, value, words)
            else:
                later += [(slot, cell, value) for cell, value in cells]
        for number in range(self.packing.words):
            name = str(number)
            changed = words.get(number)
            self.store("%out", name, self.load("%state", name) if changed is None else changed)
        for slot, cell, value in later:
            word, shift = self.place(slot, cell)
            old = self.load("%out", word)
            self.store("%out", word, self._replaced(slot, old, shift, value))

    def _changes(self, column: Column, function: Function, scope: Scope) -> list[tuple[str, str]]:
        """Return (cell, stored value) pairs, to be written in this order."""
        slot = self.packing.slots[column]
        chain: list[Function] = [function]
        while isinstance(function, Store):
            function = function.function
            chain.append(function)
        changes: list[tuple[str, str]] = []
        for link in reversed(chain):
            if isinstance(link, Store):
                indices = [self.value(i, scope, {}) for i in link.indices]
                stored = self._stored(slot, link.value, scope, {})
                changes.append((self.cell(column, indices), stored))
            elif isinstance(link, Lambda):
                changes += self._all_cells(column, link, scope)
            else:
                assert isinstance(link, Base)
        return changes

    def _all_cells(self, column: Column, link: Lambda, scope: Scope) -> list[tuple[str, str]]:
        slot = self.packing.slots[column]
        changes = []
        for cell in range(slot.cells):
            bindings: Bindings = {}
            rest = cell
            for sort, variable in zip(
                reversed(column.sorts), reversed(link.variables), strict=True
            ):
                rest, bindings[variable] = divmod(rest, sort.size or 1)
            changes.append((str(cell), self._stored(slot, link.body, scope, bindings)))
        return changes

    def _stored(self, slot: Slot, expr: Expr, scope: Scope, bindings: Bindings) -> str:
        value = self.value(expr, scope, bindings)
        if expr.kind == BOOLEAN:
            return {"true": "1", "false": "0"}.get(value) or self.emit(f"zext i1 {value} to i64")
        if slot.low == 0:
            return value
        if value.lstrip("-").isdigit():
            return str(int(value) - slot.low)
        return self.emit(f"sub i64 {value}, {slot.low}")

    def _change_word(self, slot: Slot, cell: str, value: str, words: dict[int, str]) -> None:
        word_name, shift = self.place(slot, cell)
        word = int(word_name)
        old = words[word] if word in words else self.load("%state", word_name)
        words[word] = self._replaced(slot, old, shift, value)

    def _replaced(self, slot: Slot, old: str, shift: str, value: str) -> str:
        if shift.isdigit():
            keep = str(_signed(~(slot.mask << int(shift))))
            moved = value if shift == "0" else self.emit(f"shl i64 {value}, {shift}")
        else:
            hole = self.emit(f"shl i64 {_signed(slot.mask)}, {shift}")
            keep = self.emit(f"xor i64 {hole}, -1")
            moved = self.emit(f"shl i64 {value}, {shift}")
        cleared = self.emit(f"and i64 {old}, {keep}")
        return self.emit(f"or i64 {cleared}, {moved}")


def _are_inside(read: Expr) -> bool:
    """Return whether the indices of a read are in their sorts, whatever the state.

    Others are read where a condition beside them decides. Code that shifts by more than a word has
    no defined value at all, and neither has a verdict that it is part of.
    """
    return all(
        index.low is not None
        and index.low >= 0
        and index.high is not None
        and sort.size is not None
        and index.high < sort.size
        for index, sort in zip(read.args, read.column.sorts, strict=True)
    )


def _signed(word: int) -> int:
    word &= (1 << 64) - 1
    return word - (1 << 64) if word >> 63 else word


def is_failure(tree: Tree) -> bool:
    """Return whether a leaf is a cut or a model error."""
    return isinstance(tree, CutLeaf | ErrorLeaf)


def is_blocked(tree: Tree) -> bool:
    """Return whether a leaf blocks."""
    return isinstance(tree, BlockedLeaf)
