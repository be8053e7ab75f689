import pLimit from 'p-limit';

/** Maps with at most `limit` calls in flight; results keep the order of the items. The first rejection wins. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const run = pLimit(Math.max(limit, 1));
  return Promise.all(items.map((item) => run(() => work(item))));
}
