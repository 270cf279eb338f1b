"""Vector instructions for sums over pairs of words: a updated row and its adjoints against several fixed rows at once.

Each part of a row is loaded once for all pairs taken together, and each sum is written once for all of them. Rows are
padded with zeros as skipgram_audit.training.vectors says, which also says why this is not left to the compiler.
"""

from typing import Any

from llvmlite import ir
from numba import types

from skipgram_audit.training.vectors import (
    FAST,
    cgutils,
    in_all_lanes,
    instruction,
    load_numbers,
    load_vector,
    place,
    row_pointers,
    sum_of_lanes,
)

LANES = 16


def _rows(context: Any, builder: Any, rows_type: Any, rows: Any, first: Any, count: int, vector: Any) -> list[Any]:
    """Pointers to so many rows from first * count on."""
    numbers = [builder.add(builder.mul(first, place(context, count)), place(context, one)) for one in range(count)]
    return row_pointers(context, builder, rows_type, rows, numbers, vector)[0]


def _added(builder: Any, total: Any, factor: Any, value: Any) -> Any:
    return builder.fadd(total, builder.fmul(factor, value, flags=FAST), flags=FAST)


@instruction
def pair_products(
    typing: Any, rows: Any, row: Any, together: Any, fixed: Any, chosen: Any, slots: Any, products: Any
) -> Any:
    """products[r, k] = rows[row R + r] . fixed[chosen[k]] for R rows taken together and every slot k; R and the number
    of slots are the lengths of the tuples."""
    signature = types.void(rows, types.intp, together, fixed, chosen, slots, products)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows_type, _, together_type, fixed_type, chosen_type, slots_type, products_type = signature.args
        rows, row, _, fixed, chosen, _, products = arguments
        vector = ir.VectorType(context.get_value_type(rows_type.dtype), LANES)
        many, slots = together_type.count, slots_type.count
        mine = _rows(context, builder, rows_type, rows, row, many, vector)
        numbers = load_numbers(context, builder, chosen_type, chosen, slots)
        others, count = row_pointers(context, builder, fixed_type, fixed, numbers, vector)
        zero = ir.Constant(vector, [0.0] * LANES)
        sums = [[cgutils.alloca_once_value(builder, zero) for _ in range(slots)] for _ in range(many)]
        with cgutils.for_range(builder, count) as loop:
            left = [load_vector(builder, one, loop.index) for one in mine]
            right = [load_vector(builder, one, loop.index) for one in others]
            for one, totals in zip(left, sums, strict=True):
                for other, total in zip(right, totals, strict=True):
                    builder.store(_added(builder, builder.load(total), one, other), total)
        target = context.make_array(products_type)(context, builder, value=products).data
        for number, total in enumerate(total for totals in sums for total in totals):
            builder.store(sum_of_lanes(builder, builder.load(total)), builder.gep(target, [place(context, number)]))
        return context.get_dummy_value()

    return signature, code


@instruction
def pair_pull(
    typing: Any, to_rows: Any, row: Any, together: Any, fixed: Any, chosen: Any, slots: Any, factors: Any
) -> Any:
    """to_rows[row R + r] += sum_k factors[r, k] fixed[chosen[k]]."""
    signature = types.void(to_rows, types.intp, together, fixed, chosen, slots, factors)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows_type, _, together_type, fixed_type, chosen_type, slots_type, factors_type = signature.args
        to_rows, row, _, fixed, chosen, _, factors = arguments
        vector = ir.VectorType(context.get_value_type(rows_type.dtype), LANES)
        targets = _rows(context, builder, rows_type, to_rows, row, together_type.count, vector)
        numbers = load_numbers(context, builder, chosen_type, chosen, slots_type.count)
        others, count = row_pointers(context, builder, fixed_type, fixed, numbers, vector)
        scales = _factors(context, builder, factors_type, factors, len(targets), len(others), vector)
        with cgutils.for_range(builder, count) as loop:
            right = [load_vector(builder, one, loop.index) for one in others]
            _add_pulled(builder, loop.index, targets, right, scales)
        return context.get_dummy_value()

    return signature, code


@instruction
def pair_pull_and_push(
    typing: Any, rows: Any, row: Any, together: Any, fixed: Any, chosen: Any, slots: Any, to_rows: Any, to_fixed: Any,
    curved: Any, errors: Any,
) -> Any:  # fmt: skip
    """With x = rows[row (P + 1)] and its adjoints t_p = rows[row (P + 1) + 1 + p], P + 1 in a row:

    to_rows[row P + p] += sum_k curved[p, k] fixed[chosen[k]],
    to_fixed[chosen[k] P + p] += curved[p, k] x + errors[k] t_p.
    """
    signature = types.void(rows, types.intp, together, fixed, chosen, slots, to_rows, to_fixed, curved, errors)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows_type, _, together_type, fixed_type, chosen_type, slots_type = signature.args[:6]
        rows, row, _, fixed, chosen, _, to_rows, to_fixed, curved, errors = arguments
        to_rows_type, to_fixed_type, curved_type, errors_type = signature.args[6:]
        vector = ir.VectorType(context.get_value_type(rows_type.dtype), LANES)
        adjoints, slots = together_type.count - 1, slots_type.count
        mine = _rows(context, builder, rows_type, rows, row, adjoints + 1, vector)
        targets = _rows(context, builder, to_rows_type, to_rows, row, adjoints, vector)
        numbers = load_numbers(context, builder, chosen_type, chosen, slots)
        others, count = row_pointers(context, builder, fixed_type, fixed, numbers, vector)
        pushed = [_rows(context, builder, to_fixed_type, to_fixed, number, adjoints, vector) for number in numbers]
        scales = _factors(context, builder, curved_type, curved, adjoints, slots, vector)
        (missed,) = _factors(context, builder, errors_type, errors, 1, slots, vector)
        with cgutils.for_range(builder, count) as loop:
            updated, *back = (load_vector(builder, one, loop.index) for one in mine)
            right = [load_vector(builder, one, loop.index) for one in others]
            _add_pulled(builder, loop.index, targets, right, scales)
            for slot, places in enumerate(pushed):
                for number, target in enumerate(places):
                    total = _added(builder, load_vector(builder, target, loop.index), scales[number][slot], updated)
                    total = _added(builder, total, missed[slot], back[number])
                    builder.store(total, builder.gep(target, [loop.index]), align=4)
        return context.get_dummy_value()

    return signature, code


def _factors(
    context: Any, builder: Any, array_type: Any, array: Any, rows: int, slots: int, vector: Any
) -> list[list[Any]]:
    """The numbers of an array [rows, slots], each in all lanes of a vector."""
    numbers = load_numbers(context, builder, array_type, array, rows * slots)
    vectors = [in_all_lanes(builder, vector, number) for number in numbers]
    return [vectors[row * slots : (row + 1) * slots] for row in range(rows)]


def _add_pulled(builder: Any, index: Any, targets: list[Any], right: list[Any], scales: list[list[Any]]) -> None:
    """Adds each slot's part times its factor to every target."""
    for target, factors in zip(targets, scales, strict=True):
        total = load_vector(builder, target, index)
        for factor, other in zip(factors, right, strict=True):
            total = _added(builder, total, factor, other)
        builder.store(total, builder.gep(target, [index]), align=4)
