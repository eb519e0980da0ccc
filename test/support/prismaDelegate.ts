import { isDeepStrictEqual } from "node:util";
import { compareValues } from "../../src/models/fields/values.ts";

type Row = Record<string, unknown>;

/** Stands for the null of a JSON column, as `Prisma.DbNull` does. */
export const dbNull: unique symbol = Symbol("DbNull");

/** A field as schema.prisma declares it. */
export interface PrismaField {
  type: "String" | "Int" | "Float" | "BigInt" | "Decimal" | "Boolean" | "DateTime" | "Json";
  optional?: boolean;
  unique?: boolean;
}

/** What Prisma throws. */
class ClientError extends Error {
  constructor(message: string, code?: string, meta?: object) {
    super(message);
    Object.assign(this, { code, meta });
  }
}

const invalid = (message: string): ClientError => new ClientError(`Invalid invocation: ${message}`);

/** The number type: as decimal.js does, it keeps no zeros at the end. */
class Decimal {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  }
  toFixed(): string {
    return this.#text;
  }
}

/** SQL's third truth value is `null`. */
type Truth = boolean | null;

const not = (truth: Truth): Truth => (truth === null ? null : !truth);
const all = (truths: Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(null) ? null : true;
const any = (truths: Truth[]): Truth => not(all(truths.map(not)));

/** LIKE: `%` is any text, `_` any character, a backslash takes the next one to the letter. */
function like(text: string, pattern: string, insensitive: boolean): boolean {
  const source = pattern.replace(/\\(.)|[\s\S]/gu, (found, escaped: string | undefined) => {
    if (escaped === undefined && found === "%") return "[^]*";
    if (escaped === undefined && found === "_") return "[^]";
    return (escaped ?? found).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, insensitive ? "iu" : "u").test(text);
}

const sortable = (value: unknown): unknown => (value instanceof Decimal ? Number(value.toFixed()) : value);

/**
 * A delegate in memory that answers as the documentation of Prisma Client says, on PostgreSQL with the collation `C`.
 *
 * @see https://www.prisma.io/docs/orm/reference/prisma-client-reference
 * @param fields what schema.prisma declares
 */
export function prismaDelegate(fields: Readonly<Record<string, PrismaField>>) {
  const rows = new Map<string, Row>();
  const field = (name: string): PrismaField => {
    const found = fields[name];
    if (!found) throw invalid(`Unknown argument \`${name}\``);
    return found;
  };

  function compare(name: string, value: unknown, operator: string, operand: unknown, mode: unknown): Truth {
    const { type, optional } = field(name);
    if (operand === undefined) throw invalid("undefined is not allowed here");
    if (operator === "equals" && (operand === null || operand === dbNull)) {
      if (!optional || (type === "Json") !== (operand === dbNull))
        throw invalid(`\`${name}\` must not be null`);
      return value === null;
    }
    if (operand === null) throw invalid(`\`${operator}\` must not be null`);
    if (type === "Json" && operator !== "equals") throw invalid(`Unknown argument \`${operator}\``);
    if (value === null) return null;
    if (type === "Json") return isDeepStrictEqual(value, operand);
    if (operator === "in")
      return (operand as unknown[]).some(item => compareValues(sortable(value), item) === 0);
    const isWhole = operator === "equals" && mode === "insensitive";
    if (isWhole || operator === "contains" || operator === "startsWith" || operator === "endsWith") {
      if (type !== "String") throw invalid(`Unknown argument \`${operator}\``);
      const before = operator === "contains" || operator === "endsWith" ? "%" : "";
      const behind = operator === "contains" || operator === "startsWith" ? "%" : "";
      const pattern = `${before}${operand}${behind}`;
      return like(value as string, pattern, mode === "insensitive");
    }
    const order = compareValues(sortable(value), type === "Decimal" ? Number(operand) : operand);
    if (operator === "equals") return order === 0;
    if (operator === "gt") return order > 0;
    if (operator === "gte") return order >= 0;
    if (operator === "lt") return order < 0;
    if (operator === "lte") return order <= 0;
    throw invalid(`Unknown argument \`${operator}\``);
  }

  function holds(where: Row, row: Row): Truth {
    return all(
      Object.entries(where).map(([name, condition]) => {
        const list = [condition].flat() as Row[];
        if (name === "AND") return all(list.map(item => holds(item, row)));
        if (name === "OR") return any(list.map(item => holds(item, row)));
        if (name === "NOT") return not(any(list.map(item => holds(item, row))));
        const isFilter = typeof condition === "object" && condition !== null && !(condition instanceof Date);
        const { mode, ...operators } = (isFilter ? condition : { equals: condition }) as Row;
        const value = row[name] ?? null;
        return all(
          Object.entries(operators).map(([operator, operand]) =>
            compare(name, value, operator, operand, mode),
          ),
        );
      }),
    );
  }

  const matching = (where: Row = {}): Row[] => [...rows.values()].filter(row => holds(where, row) === true);

  function written(data: Row): Row {
    const row: Row = {};
    for (const [name, value] of Object.entries(data)) {
      const { type, optional } = field(name);
      if (value === undefined) continue;
      const isNull = value === null || value === dbNull;
      if (isNull && (!optional || (type === "Json") !== (value === dbNull)))
        throw invalid(`\`${name}\` is null`);
      row[name] = isNull ? null : type === "Decimal" ? new Decimal(String(value)) : structuredClone(value);
    }
    return row;
  }

  function checkUnique(row: Row, except?: Row): void {
    for (const [name, { unique }] of Object.entries(fields)) {
      if (!unique || row[name] === null || row[name] === undefined) continue;
      const holder = [...rows.values()].find(other => other !== except && other[name] === row[name]);
      if (holder) throw new ClientError("Unique constraint failed", "P2002", { target: [name] });
    }
  }

  function orderOf(step: Row, a: Row, b: Row): number {
    const [name, given] = Object.entries(step)[0] as [string, string | { sort: string; nulls?: string }];
    if (typeof given === "object" && !field(name).optional)
      throw invalid(`\`nulls\` for required \`${name}\``);
    const { sort, nulls = "last" } = typeof given === "object" ? given : { sort: given };
    const [left, right] = [sortable(a[name]), sortable(b[name])];
    if (left === null || right === null) {
      if (left === right) return 0;
      return (left === null) === (nulls === "first") ? -1 : 1;
    }
    return sort === "asc" ? compareValues(left, right) : compareValues(right, left);
  }

  const copy = (row: Row): Row =>
    Object.fromEntries(
      Object.keys(fields).map(name => {
        const value = row[name] ?? null;
        return [name, value instanceof Decimal ? value : structuredClone(value)];
      }),
    );

  return {
    async findUnique({ where }: { where: Row }): Promise<Row | null> {
      const [row] = matching(where);
      return row ? copy(row) : null;
    },
    async findMany(args: { where?: Row; orderBy?: Row[]; skip?: number; take?: number }): Promise<Row[]> {
      const { where, orderBy = [], skip = 0, take } = args;
      const sorted = matching(where).sort((a, b) => {
        for (const step of orderBy) {
          const order = orderOf(step, a, b);
          if (order !== 0) return order;
        }
        return 0;
      });
      return sorted.slice(skip, take === undefined ? undefined : skip + take).map(copy);
    },
    async count({ where }: { where?: Row }): Promise<number> {
      return matching(where).length;
    },
    async create({ data }: { data: Row }): Promise<Row> {
      const row = written(data);
      checkUnique(row);
      rows.set(String(row.id), row);
      return copy(row);
    },
    async updateMany({ where, data }: { where: Row; data: Row }): Promise<{ count: number }> {
      const found = matching(where);
      for (const row of found) {
        const next = { ...row, ...written(data) };
        checkUnique(next, row);
        rows.delete(String(row.id));
        rows.set(String(next.id), next);
      }
      return { count: found.length };
    },
    async deleteMany({ where }: { where: Row }): Promise<{ count: number }> {
      const found = matching(where);
      for (const row of found) rows.delete(String(row.id));
      return { count: found.length };
    },
  };
}
