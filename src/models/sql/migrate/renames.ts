/**
 * Makes sure that no two renames lead to one name, where what is in one column or table would be taken for what is in the other.
 *
 * @param rename what was renamed: columns of tables by their new names, and such tables
 * @param tables the tables that models have
 * @throws TypeError naming both
 */
export function checkRenames(rename: Readonly<Record<string, string>>, tables: readonly string[]): void {
  const known = new Map<string, string>();
  for (const [from, to] of Object.entries(rename)) {
    const [table = ""] = tables
      .filter(name => from.startsWith(`${name}.`))
      .sort((a, b) => b.length - a.length);
    const place = JSON.stringify([table, to]);
    const other = known.get(place);
    if (other !== undefined) {
      throw new TypeError(`planMigration: "${other}" and "${from}" can't both be renamed to "${to}"`);
    }
    known.set(place, from);
  }
}
