/**
 * Runs many records at once, each line of them in order.
 *
 * @param count how many records there are
 * @param lineAt the name of a record's line; one without runs by itself
 * @param concurrency how many run at once
 * @param run runs the record at a place; its promise is never rejected
 */
export async function runLines(
  count: number,
  lineAt: (index: number) => string | undefined,
  concurrency: number,
  run: (index: number) => void | PromiseLike<void>,
): Promise<void> {
  const lines = new Map<string | number, number[]>();
  for (let index = 0; index < count; index++) {
    const name = lineAt(index) ?? index;
    const line = lines.get(name);
    if (line === undefined) lines.set(name, [index]);
    else line.push(index);
  }
  const waiting = lines.values();
  async function work(): Promise<void> {
    for (const line of waiting) for (const index of line) await run(index);
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, lines.size) }, work));
}
