import pLimit from 'p-limit';

/**
 * Maps with at most `limit` calls in flight; results keep the order of the items. After the first rejection nothing more
 * begins, and it is thrown when what had begun is over: a run that ends does not go on writing behind its own report.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const run = pLimit(Math.max(limit, 1));
  const failures: unknown[] = [];
  const results = await Promise.all(
    items.map((item) =>
      run(async () => {
        if (failures.length > 0) return [];
        try {
          return [await work(item)];
        } catch (error) {
          failures.push(error);
          return [];
        }
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
  return results.flat();
}
