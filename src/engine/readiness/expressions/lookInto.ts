/** What an expression is made of, as far as its cost and its meaning hang on it: from the tree that the CEL library parsed. */

/** What goes through a list. */
const MACROS = new Set(['all', 'exists', 'exists_one', 'filter', 'map', 'transformList', 'transformMap']);

/** What `matches()` is called by inside: the library's own hands patterns to V8, which has some that never end. */
export const MATCHES = 'matchesRe2';

interface Node {
  readonly op: string;
  readonly args: unknown;
}

/**
 * The variables that an expression names, its patterns as far as they are written out, and how deep it goes through lists
 * within lists. Calls of `matches()` become calls of ours: an overload of the library cannot be replaced.
 */
export function lookInto(ast: unknown): { names: ReadonlySet<string>; patterns: readonly string[]; nested: number } {
  const names = new Set<string>();
  const patterns: string[] = [];
  const takePattern = (given: unknown): void => {
    // A call without arguments is refused with all that have no overload.
    const { op, args } = ((Array.isArray(given) ? given.at(-1) : undefined) ?? {}) as Partial<Node>;
    if (op === 'value' && typeof args === 'string') patterns.push(args);
  };
  const visit = (value: unknown, depth: number): number => {
    if (Array.isArray(value)) return Math.max(depth, ...value.map((item) => visit(item, depth)));
    if (value === null || typeof value !== 'object') return depth;
    const { op, args } = value as Node;
    if (op === 'id' && typeof args === 'string') names.add(args);
    if (!Array.isArray(args) || (op !== 'rcall' && op !== 'call')) return visit(args, depth);
    if (args[0] === 'matches') takePattern(args.at(-1));
    if (op === 'call') return visit(args, depth);
    const [method, receiver, given] = args as readonly unknown[];
    if (method === 'matches') args[0] = MATCHES;
    // What is gone through is worked out once; what is asked of each item, for each.
    return Math.max(visit(receiver, depth), visit(given, MACROS.has(String(method)) ? depth + 1 : depth));
  };
  const nested = visit(ast, 0);
  return { names, patterns, nested };
}
