/** The longest name that all databases take. */
const longestName = 60;

/** A name for what belongs to a table, which is the same each time. */
export function constraintName(
  table: string,
  columns: readonly string[],
  what: "idx" | "key" | "living" | "fkey",
): string {
  const name = `${table.slice(table.lastIndexOf(".") + 1)}_${columns.join("_")}_${what}`;
  if (name.length <= longestName) return name;
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) as number)) >>> 0;
  return `${name.slice(0, longestName - 8)}_${hash.toString(36)}`;
}
