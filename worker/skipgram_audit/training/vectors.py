"""Vector instructions for the training loop, written as LLVM code because the compiler cannot know that rows differ.

One update touches an input row and K + 1 output rows. Read from Python loops, the compiler must assume that any two
of these rows overlap, and writes K + 1 separate passes with checks. Here the rows are taken together: each part of the
input row is loaded once for all K + 1 products, and once more for all K + 1 updates. Rows must be padded with zeros to
a multiple of LANES columns (see padded_rows); padding stays zero under every operation.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils as untyped_cgutils
from numba.extending import intrinsic, overload

from skipgram_audit.computing.compiled import compiled

cgutils: Any = untyped_cgutils

LANES = 8
FAST = ("fast",)
CACHE_LINE_BYTES = 64


def padded_columns(dimension: int) -> int:
    """The row length that holds dimension numbers: a multiple of two vectors, so that rows fill cache lines."""
    return -(-dimension // (2 * LANES)) * 2 * LANES


def padded_rows(rows: npt.NDArray[Any], spare: int = 0) -> npt.NDArray[Any]:
    """A copy of rows [n, d] as [n + spare, padded_columns(d)], aligned to cache lines, zeros elsewhere."""
    result = padded_zeros(rows.shape[0] + spare, rows.shape[1], rows.dtype)
    result[: rows.shape[0], : rows.shape[1]] = rows
    return result


def padded_zeros(count: int, dimension: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Zeros [count, padded_columns(dimension)], aligned to cache lines."""
    columns = padded_columns(dimension)
    slack = CACHE_LINE_BYTES // np.dtype(dtype).itemsize
    block = np.zeros(count * columns + slack, dtype)
    start = (-block.ctypes.data % CACHE_LINE_BYTES) // block.itemsize
    return block[start : start + count * columns].reshape(count, columns)


def instruction(code: Any) -> Any:
    """An intrinsic, called in compiled code without the compiler's own first argument."""
    return intrinsic(code)


def row_pointer(context: Any, builder: Any, rows_type: Any, rows: Any, number: Any, vector: Any) -> tuple[Any, Any]:
    """A pointer to the vectors of rows[number], and how many of them a row has."""
    array = context.make_array(rows_type)(context, builder, value=rows)
    columns = cgutils.unpack_tuple(builder, array.shape, 2)[1]
    pointer = builder.bitcast(builder.gep(array.data, [builder.mul(number, columns)]), vector.as_pointer())
    return pointer, builder.udiv(columns, place(context, vector.count))


def row_pointers(
    context: Any, builder: Any, rows_type: Any, rows: Any, numbers: Sequence[Any], vector: Any
) -> tuple[list[Any], Any]:
    """Pointers to the vectors of several rows, and how many of them a row has."""
    found = [row_pointer(context, builder, rows_type, rows, number, vector) for number in numbers]
    return [pointer for pointer, _ in found], found[0][1]


def load_numbers(context: Any, builder: Any, array_type: Any, array: Any, count: int) -> list[Any]:
    """An array's first elements."""
    return [load_number(context, builder, array_type, array, number) for number in range(count)]


def place(context: Any, number: int) -> Any:
    """A constant index."""
    return ir.Constant(context.get_value_type(types.intp), number)


def load_number(context: Any, builder: Any, array_type: Any, array: Any, number: int) -> Any:
    """An array's element, counted through it as it lies in memory."""
    data = context.make_array(array_type)(context, builder, value=array).data
    return builder.load(builder.gep(data, [place(context, number)]))


def load_vector(builder: Any, pointer: Any, number: Any) -> Any:
    return builder.load(builder.gep(pointer, [number]), align=4)


def in_all_lanes(builder: Any, vector: Any, value: Any) -> Any:
    """A vector that holds one value everywhere."""
    single = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(single, ir.Constant(vector, ir.Undefined), mask)


def sum_of_lanes(builder: Any, value: Any) -> Any:
    """The sum of a vector's elements."""
    vector = value.type
    name = f"llvm.vector.reduce.fadd.v{vector.count}f{32 if vector.element == ir.FloatType() else 64}"
    kind = ir.FunctionType(vector.element, [vector.element, vector])
    reduce = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(reduce, [ir.Constant(vector.element, 0.0), value], fastmath=FAST)


def _row_pointers(context: Any, builder: Any, signature: Any, arguments: Any) -> tuple[Any, list[Any], Any, Any]:
    """Pointers to the input row and to each output row, the number of vectors in a row, and the vector type."""
    inputs_type, _, outputs_type, chosen_type, slots_type = signature.args[:5]
    vector = ir.VectorType(context.get_value_type(inputs_type.dtype), LANES)
    row, count = row_pointer(context, builder, inputs_type, arguments[0], arguments[1], vector)
    numbers = load_numbers(context, builder, chosen_type, arguments[3], slots_type.count)
    others, _ = row_pointers(context, builder, outputs_type, arguments[2], numbers, vector)
    return row, others, count, vector


@instruction
def row_products(typing: Any, inputs: Any, word: Any, outputs: Any, chosen: Any, slots: Any, products: Any) -> Any:
    """products[k] = inputs[word] . outputs[chosen[k]] for every slot k; the length of the tuple slots is K + 1."""
    signature = types.void(inputs, types.intp, outputs, chosen, slots, products)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        row, others, count, vector = _row_pointers(context, builder, signature, arguments)
        zero = ir.Constant(vector, [0.0] * LANES)
        sums = [cgutils.alloca_once_value(builder, zero) for _ in others]
        with cgutils.for_range(builder, count) as loop:
            part = load_vector(builder, row, loop.index)
            for total, other in zip(sums, others, strict=True):
                product = builder.fmul(part, load_vector(builder, other, loop.index), flags=FAST)
                builder.store(builder.fadd(builder.load(total), product, flags=FAST), total)
        target = context.make_array(signature.args[5])(context, builder, value=arguments[5])
        for slot, total in enumerate(sums):
            builder.store(sum_of_lanes(builder, builder.load(total)), builder.gep(target.data, [place(context, slot)]))
        return context.get_dummy_value()

    return signature, code


def _update_code(change_row: bool, change_others: bool) -> Any:
    """Code for w -= sum_k scales[k] c_k (change_row) and c_k -= scales[k] w (change_others), read before written."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        row, others, count, vector = _row_pointers(context, builder, signature, arguments)
        scales = load_numbers(context, builder, signature.args[5], arguments[5], len(others))
        factors = [in_all_lanes(builder, vector, scale) for scale in scales]
        with cgutils.for_range(builder, count) as loop:
            part = load_vector(builder, row, loop.index)
            befores = [load_vector(builder, other, loop.index) for other in others]
            change = part
            for factor, before, other in zip(factors, befores, others, strict=True):
                if change_row:
                    change = builder.fsub(change, builder.fmul(factor, before, flags=FAST), flags=FAST)
                if change_others:
                    after = builder.fsub(before, builder.fmul(factor, part, flags=FAST), flags=FAST)
                    builder.store(after, builder.gep(other, [loop.index]), align=4)
            if change_row:
                builder.store(change, builder.gep(row, [loop.index]), align=4)
        return context.get_dummy_value()

    return code


@instruction
def row_updates(typing: Any, inputs: Any, word: Any, outputs: Any, chosen: Any, slots: Any, scales: Any) -> Any:
    """With w = inputs[word], c_k = outputs[chosen[k]]: w -= sum_k scales[k] c_k and c_k -= scales[k] w, all at once."""
    return types.void(inputs, types.intp, outputs, chosen, slots, scales), _update_code(True, True)


@instruction
def row_gather(typing: Any, inputs: Any, word: Any, outputs: Any, chosen: Any, slots: Any, scales: Any) -> Any:
    """w -= sum_k scales[k] c_k."""
    return types.void(inputs, types.intp, outputs, chosen, slots, scales), _update_code(True, False)


@instruction
def row_scatter(typing: Any, inputs: Any, word: Any, outputs: Any, chosen: Any, slots: Any, scales: Any) -> Any:
    """c_k -= scales[k] w."""
    return types.void(inputs, types.intp, outputs, chosen, slots, scales), _update_code(False, True)


@instruction
def prefetch_row(typing: Any, rows: Any, number: Any) -> Any:
    """Asks for every cache line of rows[number], to be written to soon."""
    signature = types.void(rows, types.intp)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, value=arguments[0])
        columns = cgutils.unpack_tuple(builder, array.shape, 2)[1]
        byte = ir.IntType(8).as_pointer()
        start = builder.bitcast(builder.gep(array.data, [builder.mul(arguments[1], columns)]), byte)
        index = context.get_value_type(types.intp)
        size = builder.mul(columns, ir.Constant(index, signature.args[0].dtype.bitwidth // 8))
        integer = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, integer, integer, integer])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        lines = builder.udiv(size, ir.Constant(index, CACHE_LINE_BYTES))
        with cgutils.for_range(builder, lines) as loop:
            place = builder.gep(start, [builder.mul(loop.index, ir.Constant(index, CACHE_LINE_BYTES))])
            # for writing, keep in all levels, data
            builder.call(fetch, [place, integer(1), integer(3), integer(1)])
        return context.get_dummy_value()

    return signature, code


def sigmoid(value: Any) -> Any:
    """1 / (1 + exp(-value)); in float32 by a rational approximation of tanh(value / 2), to 2e-7 absolute."""
    return 1.0 / (1.0 + math.exp(-value))


@overload(sigmoid, inline="always")
def _sigmoid(value: Any) -> Any:
    return _rational_sigmoid if value == types.float32 else _exact_sigmoid


def _exact_sigmoid(value: Any) -> Any:
    return 1.0 / (1.0 + math.exp(-value))


def _rational_sigmoid(value: Any) -> Any:
    # The minimax approximation of tanh over [-9, 9], odd over even, that Eigen uses in single precision.
    half = min(max(np.float32(0.5) * value, np.float32(-9.0)), np.float32(9.0))
    square = half * half
    numerator = np.float32(-2.76076847742355e-16)
    numerator = numerator * square + np.float32(2.00018790482477e-13)
    numerator = numerator * square + np.float32(-8.60467152213735e-11)
    numerator = numerator * square + np.float32(5.12229709037114e-08)
    numerator = numerator * square + np.float32(1.48572235717979e-05)
    numerator = numerator * square + np.float32(6.37261928875436e-04)
    numerator = numerator * square + np.float32(4.89352455891786e-03)
    denominator = np.float32(1.19825839466702e-06)
    denominator = denominator * square + np.float32(1.18534705686654e-04)
    denominator = denominator * square + np.float32(2.26843463243900e-03)
    denominator = denominator * square + np.float32(4.89352518554385e-03)
    return np.float32(0.5) + np.float32(0.5) * half * numerator / denominator


@compiled
def sigmoids(values: Any) -> Any:
    """Sigmoid of each of an array of numbers, as training computes it."""
    result = np.empty_like(values)
    for index in range(values.size):
        result[index] = sigmoid(values[index])
    return result
