"""Machine operations that numba does not offer: memory by address, prefetch, vectors, atomics.

An address is a plain integer: a kernel takes integers only, so that its machine code stands alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

BYTE = ir.IntType(8)
INT32 = ir.IntType(32)
INT64 = ir.IntType(64)
INT128 = ir.IntType(128)
TAGS = ir.VectorType(INT32, 8)


def helper(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Make a function that only compiled code calls, so that it needs no way in from Python."""
    options: dict[str, Any] = {
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        "forceinline": True,
    }
    made: Callable[_Arguments, _Result] = njit(**options)(function)
    return made


def operation(typing: Callable[..., tuple[Any, Any]]) -> Callable[..., int]:
    """Make an operation of a function that gives its signature and its generator of LLVM code."""
    made: Callable[..., int] = intrinsic(typing)
    return made


def _place(builder: Any, address: Any, index: Any, kind: Any) -> Any:
    return builder.gep(builder.inttoptr(address, kind.as_pointer()), [index])


def _reader(result: Any) -> Callable[..., int]:
    def read_at(_context: Any, address: Any, index: Any) -> tuple[Any, Any]:
        def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            return builder.load(_place(builder, values[0], values[1], INT64))

        return result(types.int64, types.int64), generate

    return operation(read_at)


def _writer(value_type: Any) -> Callable[..., int]:
    def write_at(_context: Any, address: Any, index: Any, value: Any) -> tuple[Any, Any]:
        def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
            builder.store(values[2], _place(builder, values[0], values[1], INT64))
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, value_type), generate

    return operation(write_at)


read = _reader(types.int64)
"""The signed 64-bit integer number `index` from `address`."""
read_word = _reader(types.uint64)
"""The unsigned 64-bit word number `index` from `address`."""
write = _writer(types.int64)
"""Store a signed 64-bit integer."""
write_word = _writer(types.uint64)
"""Store an unsigned 64-bit word."""


@operation
def read_half(_context: Any, address: Any, index: Any) -> tuple[Any, Any]:
    """The unsigned 32-bit integer number `index` from `address`."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.zext(builder.load(_place(builder, values[0], values[1], INT32)), INT64)

    return types.int64(types.int64, types.int64), generate


@operation
def write_half(_context: Any, address: Any, index: Any, value: Any) -> tuple[Any, Any]:
    """Store the low 32 bits of `value`."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        place = _place(builder, values[0], values[1], INT32)
        builder.store(builder.trunc(values[2], INT32), place)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


@operation
def prefetch(_context: Any, address: Any) -> tuple[Any, Any]:
    """Ask for the cache line at `address`."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [BYTE.as_pointer(), INT32, INT32, INT32])
        function = builder.module.globals.get("llvm.prefetch.p0")
        if function is None:
            function = ir.Function(builder.module, kind, "llvm.prefetch.p0")
        pointer = builder.inttoptr(values[0], BYTE.as_pointer())
        builder.call(function, [pointer, INT32(0), INT32(3), INT32(1)])
        return context.get_dummy_value()

    return types.void(types.int64), generate


@operation
def fold(_context: Any, left: Any, right: Any) -> tuple[Any, Any]:
    """The two halves of the 128-bit product, combined by exclusive or."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        left, right = (builder.zext(value, INT128) for value in values)
        product = builder.mul(left, right)
        high = builder.trunc(builder.lshr(product, INT128(64)), INT64)
        return builder.xor(builder.trunc(product, INT64), high)

    return types.uint64(types.uint64, types.uint64), generate


@operation
def high_product(_context: Any, left: Any, right: Any) -> tuple[Any, Any]:
    """The upper half of the 128-bit product, as a signed number."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        left, right = (builder.zext(value, INT128) for value in values)
        return builder.trunc(builder.lshr(builder.mul(left, right), INT128(64)), INT64)

    return types.int64(types.uint64, types.int64), generate


@operation
def leading(_context: Any, value: Any, shift: Any) -> tuple[Any, Any]:
    """The unsigned `value` shifted right, as a signed number."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.lshr(values[0], values[1])

    return types.int64(types.uint64, types.int64), generate


@operation
def slots_with(_context: Any, line: Any, tag: Any) -> tuple[Any, Any]:
    """The set of slots of an index line, as bits, whose tag is `tag`."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        tags = builder.load(builder.inttoptr(values[0], TAGS.as_pointer()), align=32)
        nothing = ir.Constant(TAGS, ir.Undefined)
        first = builder.insert_element(nothing, builder.trunc(values[1], INT32), INT32(0))
        wanted = builder.shuffle_vector(first, nothing, ir.Constant(TAGS, [0] * 8))
        equal = builder.icmp_unsigned("==", tags, wanted)
        return builder.zext(builder.bitcast(equal, BYTE), INT64)

    return types.int64(types.int64, types.int64), generate


@operation
def lowest(_context: Any, bits: Any) -> tuple[Any, Any]:
    """The number of the lowest bit that is set in the nonzero `bits`."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


def _call(builder: Any, values: Any, result: Any) -> Any:
    words = INT64.as_pointer()
    kind = ir.FunctionType(result, [words] * (len(values) - 1))
    function = builder.inttoptr(values[0], kind.as_pointer())
    return builder.call(function, [builder.inttoptr(value, words) for value in values[1:]])


@operation
def call_step(
    _context: Any, step: Any, state: Any, parameters: Any, out: Any, tally: Any
) -> tuple[Any, Any]:
    """Call a step function with addresses; gives the number of successors."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return _call(builder, values, INT64)

    return types.int64(*[types.int64] * 5), generate


@operation
def call_observe(_context: Any, observe: Any, state: Any, parameters: Any) -> tuple[Any, Any]:
    """Call an observe function; gives the set of properties that have something to say."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return _call(builder, values, INT64)

    return types.uint64(*[types.int64] * 3), generate


@operation
def call_capture(
    _context: Any,
    capture: Any,
    state: Any,
    parameters: Any,
    out: Any,
    tally: Any,
    instances: Any,
) -> tuple[Any, Any]:
    """Call a step function that also writes which rule instance made each successor."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return _call(builder, values, INT64)

    return types.int64(*[types.int64] * 6), generate


@operation
def call_yield(_context: Any, function: Any) -> tuple[Any, Any]:
    """Call a function of no arguments, such as the one that lets another thread run."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.zext(_call(builder, values, INT32), INT64)

    return types.int64(types.int64), generate


@operation
def add_atomic(_context: Any, address: Any, index: Any, value: Any) -> tuple[Any, Any]:
    """Add to a 64-bit integer that other threads use too; gives what it was."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        place = _place(builder, values[0], values[1], INT64)
        return builder.atomic_rmw("add", place, values[2], "seq_cst")

    return types.int64(types.int64, types.int64, types.int64), generate


@operation
def read_atomic(_context: Any, address: Any, index: Any) -> tuple[Any, Any]:
    """A 64-bit integer that other threads change."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        place = _place(builder, values[0], values[1], INT64)
        return builder.load_atomic(place, "seq_cst", 8)

    return types.int64(types.int64, types.int64), generate
