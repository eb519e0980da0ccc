import { aboutRows } from "./aboutRows.ts";
import type { TableDefinition } from "./ddl.ts";
import type { Dialect, FoundColumn } from "./dialect.ts";
import type { FindColumn } from "./found.ts";
import { livingColumn } from "./living.ts";

const plain = (name: string): string => name.replaceAll(/["`]/g, "").toLowerCase();

/** Whether a group of columns is kept unique; of an index of expressions only what it names is compared. */
function isUnique(
  group: readonly string[],
  found: readonly string[],
  softDelete: string | undefined,
): boolean {
  const wanted = group.map(plain).sort().join();
  const living = softDelete === undefined ? undefined : plain(livingColumn(softDelete));
  return found.some(text => {
    const [keyed = "", ...where] = text.split(/\swhere\s/i);
    if (aboutRows(where.at(-1) ?? "", group, softDelete) === "some") return false;
    if (!keyed.includes("(")) {
      const names = keyed.split(",").map(plain);
      return (
        names
          .filter(name => name !== living)
          .sort()
          .join() === wanted
      );
    }
    return keyed === "()" || group.every(name => plain(keyed).includes(plain(name)));
  });
}

/**
 * Says how a table differs from what its model needs, in a way that would lose values, keep nothing unique, or fail in words of
 * the driver's.
 *
 * @param found what the database says of the table
 */
export function differences(
  { table, idKey, columns, unique, softDelete }: TableDefinition,
  found: readonly FoundColumn[],
  dialect: Dialect,
  find: FindColumn,
): string[] {
  const wrong: string[] = [];
  for (const [name, { kind }] of Object.entries(columns)) {
    const column = find(found, name);
    if (column === undefined) wrong.push(`column ${table}.${name} is missing`);
    else if (!dialect.holds(kind, column))
      wrong.push(`column ${table}.${column.name} is ${column.type}, which does not hold ${kind}`);
  }
  const groups = found[0]?.uniques?.split("\n") ?? [];
  const nameOf = (name: string): string => find(found, name)?.name ?? name;
  for (const group of unique) {
    const isId = group.length === 1 && group[0] === idKey;
    if (!isId && !isUnique(group.map(nameOf), groups, softDelete && nameOf(softDelete)))
      wrong.push(`nothing keeps ${table} unique by ${group.join(", ")}`);
  }
  return wrong;
}

/** @throws Error that says how the table differs, and what to do. It is for the log: clients get a 500 */
export function checkTable(
  definition: TableDefinition,
  found: readonly FoundColumn[],
  dialect: Dialect,
  find: FindColumn,
): void {
  const wrong = differences(definition, found, dialect, find);
  if (wrong.length > 0) refuse(definition, wrong);
}

function refuse({ name }: TableDefinition, wrong: readonly string[]): never {
  throw new Error(
    `The table of ${name} is not as the model wants it: ${wrong.join("; ")}. Run "tsverless migrate plan" to see what to do.`,
  );
}

/** @throws Error where a table that is missing is there under the name that it would have without a naming: an empty one would hide its rows */
export async function checkFormer(
  definition: TableDefinition,
  columnsOf: (table: string) => Promise<readonly FoundColumn[]>,
): Promise<void> {
  const { table, former, check } = definition;
  if (former === undefined || !check || (await columnsOf(former)).length === 0) return;
  refuse(definition, [`${table} is missing, and ${former} is there`]);
}
