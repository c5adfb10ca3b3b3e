/** Does the work for each, so many at a time at most; after a first failure nothing more is begun. */
export async function atMost<Item>(
  many: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      await work(item, index).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  for (const end of await Promise.allSettled(Array.from({ length: many }, worker))) {
    if (end.status === 'rejected') throw end.reason;
  }
}
