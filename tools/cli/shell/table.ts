import type { Output } from "./io.ts";

/** Writes rows in columns, as wide as their widest cell, under a heading. */
export function writeTable(
  out: Output,
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map(row => (row[column] ?? "").length)),
  );
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join("  ")
      .trimEnd();
  out.line(out.style("bold", lineOf(heading)));
  for (const row of rows) out.line(lineOf(row));
}
