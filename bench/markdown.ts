/** A number with the digits that one can rely on. */
export const round = (value: number): string => value.toFixed(value < 100 ? 1 : 0);

/** Bytes as kB. */
export const kilo = (bytes: number): string => (bytes / 1000).toFixed(1);

/** A table in Markdown, its head first. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|---|${"--:|".repeat(head.length - 1)}`, ...body.map(line)].join("\n");
}
