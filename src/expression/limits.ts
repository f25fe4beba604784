/**
 * Bounds on one expression. Anything within them is parsed, checked, folded and compiled in some milliseconds and a few
 * megabytes; recursion follows the tree, so the depth bound is what keeps every pass far from the end of the stack.
 */

/** Code units of source text: a list of some 40,000 numbers. */
export const MAX_SOURCE_LENGTH = 262_144;

/** Nodes of the tree: literals, columns, calls, branches. */
export const MAX_NODES = 50_000;

/** Levels of the tree and of parentheses. `and`, `or`, `||`, `in` lists and `case` branches are flat: they may be as long as they like. */
export const MAX_DEPTH = 250;

/** Code units that one value made by a function (repeat, lpad, replace, concat …) may have. */
export const MAX_TEXT_LENGTH = 4_194_304;

/** Code units that the long texts made in one evaluation of a batch may have together: a batch is about 1 MiB, a run has 8 MB. */
export const MAX_BATCH_TEXT = 33_554_432;

/** Longest text or JSON a constant sub-expression is folded into; a plan is stored, `repeat('x', 1000000)` better as it is. */
export const MAX_FOLDED_LENGTH = 4_096;
