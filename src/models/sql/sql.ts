import type { SqlTag } from "../query/sqlText.ts";

/** Stands around a name, and around the sign for a value, within a text. No SQL has this character. */
export const mark = "\0";
const value = `${mark}?${mark}`;

/**
 * A piece of SQL with its bound values. Its text has a mark for each name and value, so that two statements of one shape
 * have one text, whatever their values are.
 */
export class Sql<R = unknown> {
  readonly text: string;
  readonly values: readonly unknown[];
  /** What a row of its result is; for types alone. */
  declare readonly row?: R;

  constructor(text: string, values: readonly unknown[]) {
    this.text = text;
    this.values = values;
  }
}

/** The template of {@link Sql}, and what makes its parts. */
export interface SqlTemplate extends SqlTag<Sql> {
  <R = unknown>(strings: TemplateStringsArray, ...operands: unknown[]): Sql<R>;
  /** A name, to be quoted as the database quotes names. */
  id(name: string): Sql;
  /** A table, `schema.table` where there are schemas. */
  table(name: string): Sql;
  join(operands: readonly unknown[], separator?: Sql): Sql;
}

function built<R>(operands: readonly unknown[], between: (index: number) => string): Sql<R> {
  let text = between(0);
  const values: unknown[] = [];
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (operand instanceof Sql) {
      text += operand.text;
      for (const one of operand.values) values.push(one);
    } else {
      text += value;
      values.push(operand);
    }
    text += between(index + 1);
  }
  return new Sql<R>(text, values);
}

function named(letter: "i" | "t", name: string): Sql {
  if (name.includes(mark)) throw new TypeError("sqlModel: a name must not have the character U+0000");
  return new Sql(`${mark}${letter}${name}${mark}`, []);
}

const comma = /* @__PURE__ */ new Sql(", ", []);

/** Writes SQL: what stands in `${}` is bound as a value, unless it is SQL itself. */
export const sql: SqlTemplate = /* @__PURE__ */ Object.assign(
  <R>(strings: TemplateStringsArray, ...operands: unknown[]): Sql<R> =>
    built<R>(operands, index => strings[index] as string),
  {
    raw: (text: string): Sql => new Sql(text, []),
    id: (name: string): Sql => named("i", name),
    table: (name: string): Sql => named("t", name),
    join: (operands: readonly unknown[], separator: Sql = comma): Sql =>
      built(operands, index => (index > 0 && index < operands.length ? separator.text : "")),
  },
);
