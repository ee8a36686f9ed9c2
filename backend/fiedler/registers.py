"""Machine code that adds up weighted rows of a table with several columns of them in one register.

A compiled loop over columns keeps its sums in memory, since the compiler knows neither their number nor that
nothing else lies there. What is said here through numba's builders becomes loads, multiplications and
additions of eight or sixteen numbers at once, in whatever registers the processor has.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

MANY, FEW = 16, 8
"""Columns kept in a register, and in one for those that are left."""


def is_block(kind: Any, number: Any) -> bool:
    """Return whether a compiled argument is an array in C order of these numbers."""
    return isinstance(kind, types.Array) and kind.layout == "C" and kind.dtype == number


class Registers:
    """Writes code for ``lanes`` columns of rows of C-ordered arrays, of one type of numbers.

    Parameters
    ----------
    context, builder
        As numba gives them to an intrinsic.
    number : numba type
    lanes : int
    """

    def __init__(self, context: Any, builder: Any, number: Any, lanes: int) -> None:
        self._context, self._builder = context, builder
        self._vector = ir.VectorType(context.get_value_type(number), lanes)
        self._bytes = context.get_abi_sizeof(context.get_value_type(number))
        self._first = ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes)

    def zeros(self) -> Any:
        """Return a register of zeros."""
        return ir.Constant(self._vector, [0.0] * self._vector.count)

    def of_all(self, value: Any) -> Any:
        """Return a register that holds one value everywhere."""
        nothing = ir.Constant(self._vector, ir.Undefined)
        first = self._builder.insert_element(nothing, value, ir.IntType(32)(0))
        return self._builder.shuffle_vector(first, nothing, self._first)

    def read(self, array: Any, row: Any, column: Any) -> Any:
        """Return columns of a row of a (n, m) array, from ``column`` on."""
        return self._builder.load(self._place(array, row, column), align=self._bytes)

    def write(self, values: Any, array: Any, row: Any, column: Any) -> None:
        """Write a register to columns of a row."""
        self._builder.store(values, self._place(array, row, column), align=self._bytes)

    def times(self, one: Any, other: Any) -> Any:
        """Return a product that may be fused with a sum."""
        return self._builder.fmul(one, other, flags=["contract"])

    def with_rows(
        self,
        start: Any,
        weights: Any,
        numbers: Any,
        kind: Any,
        between: tuple[Any, Any],
        table: Any,
        column: Any,
    ) -> Any:
        """Return ``start`` and ``weights[e]`` times row ``numbers[e]`` of the table for each e between two.

        ``kind`` is the type of ``numbers``.
        """
        builder, (entry, last) = self._builder, between
        sums = cgutils.alloca_once_value(builder, start)
        with cgutils.for_range_slice(builder, entry, last, entry.type(1), entry.type) as (place, _):
            number = builder.load(builder.gep(numbers.data, [place]))
            row = self._context.cast(builder, number, kind.dtype, types.intp)
            weight = self.of_all(builder.load(builder.gep(weights.data, [place])))
            term = self.times(weight, self.read(table, row, column))
            builder.store(builder.fadd(term, builder.load(sums), flags=["contract"]), sums)
        return builder.load(sums)

    def _place(self, array: Any, row: Any, column: Any) -> Any:
        builder = self._builder
        width = cgutils.unpack_tuple(builder, array.shape)[1]
        start = builder.gep(array.data, [builder.add(builder.mul(row, width), column)])
        return builder.bitcast(start, self._vector.as_pointer())


def _sum_of(lanes: int) -> Any:
    """Return what adds up ``lanes`` columns of weighted rows, for compiled code only."""

    @intrinsic
    def write_sums(typingctx, weights, numbers, entry, last, table, column, sums):  # type: ignore[no-untyped-def]
        """Write the sum of ``weights[e] * table[numbers[e]]``, e between two, into ``sums`` (1, width)."""
        del typingctx
        if not all(is_block(kind, table.dtype) for kind in (weights, table, sums)):
            return None
        return types.void(weights, numbers, types.intp, types.intp, table, types.intp, sums), generate

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds, column = signature.args, arguments[5]
        weights, numbers, table, sums = (
            context.make_array(kinds[place])(context, builder, arguments[place]) for place in (0, 1, 4, 6)
        )
        registers = Registers(context, builder, kinds[4].dtype, lanes)
        total = registers.with_rows(
            registers.zeros(), weights, numbers, kinds[1], arguments[2:4], table, column
        )
        registers.write(total, sums, context.get_constant(types.intp, 0), column)
        return context.get_dummy_value()

    return write_sums


sum_many, sum_few = _sum_of(MANY), _sum_of(FEW)
