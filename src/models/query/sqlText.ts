import { anyCase, lettersOf } from "./letterCases.ts";
import { questionOf } from "./questions.ts";
import type { Comparison, ConditionTree, signs, TextPlace } from "./where.ts";

/** A query builder's template of SQL: what stands in it is bound, unless it is SQL itself. */
export interface SqlTag<S> {
  (strings: TemplateStringsArray, ...values: unknown[]): S;
  raw(text: string): S;
  join(parts: S[], separator: S): S;
}

/** What a condition asks of columns. Each is a test of a column that is not null. */
export interface ColumnTests<S> {
  /** The column itself. */
  column(field: string): S;
  compare(comparison: Comparison): S;
  /** That it equals one of the values, of which there may be none. */
  oneOf(field: string, values: readonly unknown[]): S;
  /** That it has a folded text there, whatever its case. */
  search(field: string, text: string, place: TextPlace): S;
  /** What compares with the same of another table. */
  key(field: string): S;
}

/** How text in a column is looked through. */
export interface TextTests<S> {
  contains(ref: S, text: string): S;
  startsWith(ref: S, text: string): S;
  endsWith(ref: S, text: string): S;
  /** @param text folded; it is found whatever the case is */
  search(ref: S, text: string, place: TextPlace): S;
}

/** The SQL that is the same whichever query builder writes it. */
export interface SqlText<S> {
  /** What no row can meet; a condition is this very value where it is seen to be so. */
  readonly never: S;
  all(parts: readonly S[]): S;
  any(parts: readonly S[]): S;
  /** Compares where one value has many keys: the least of them, and the least beyond them. */
  inRange(key: S, op: keyof typeof signs, range: readonly [from: unknown, to: unknown]): S;
  /** One step of an order: nulls first ascending, last descending. Of a column without nulls nothing is said of them. */
  order(key: S, descending: boolean, isNullable: boolean): S;
  /**
   * The SQL of a condition. Values are bound; names are those that `compileWhere` found among the columns. A negation is
   * pushed down to the comparisons, where nulls can be told apart.
   */
  condition(tree: ConditionTree, tests: ColumnTests<S>): S;
}

/** Databases bound how deep an expression may nest, and read a row of `or` as such a nest: long rows are halved. */
const longest = 50;

/**
 * Makes {@link SqlText} for a query builder.
 *
 * @param sql its template, as `sql` of Kysely and of Drizzle
 */
export function sqlText<S>(sql: SqlTag<S>): SqlText<S> {
  const always = sql.raw("1 = 1");
  const never = sql.raw("1 = 0");
  const and = sql.raw(" and ");
  const or = sql.raw(" or ");

  function chain(parts: readonly S[], word: S): S {
    if (parts.length <= longest) return sql`(${sql.join([...parts], word)})`;
    const half = parts.length >> 1;
    return sql`(${chain(parts.slice(0, half), word)}${word}${chain(parts.slice(half), word)})`;
  }

  function all(parts: readonly S[]): S {
    if (parts.includes(never)) return never;
    return parts.length > 0 ? chain(parts, and) : always;
  }

  const any = (parts: readonly S[]): S => (parts.length > 0 ? chain(parts, or) : never);

  function conditionOf(tree: ConditionTree, tests: ColumnTests<S>, negate: boolean): S {
    /** SQL has a third truth value; a negated comparison says itself that null counts as false. */
    function signed(field: string, test: S): S {
      if (!negate) return test;
      return test === never ? always : sql`(${tests.column(field)} is null or not (${test}))`;
    }

    const within = questionOf(tree)?.within;
    if (within !== undefined) {
      const keys = within.fields.map(field => tests.key(field));
      const row = keys.length === 1 ? keys[0] : sql`(${sql.join(keys, sql.raw(", "))})`;
      const test = sql`${row} in (${within.select})`;
      if (!negate) return test;
      const isNull = within.fields.map(field => sql`${tests.column(field)} is null`);
      return any([...isNull, sql`not (${test})`]);
    }
    switch (tree.op) {
      case "and":
      case "or": {
        const parts = tree.nodes.map(node => conditionOf(node, tests, negate));
        return (tree.op === "and") === negate ? any(parts) : all(parts);
      }
      case "not":
        return conditionOf(tree.node, tests, !negate);
      case "isNull": {
        const column = tests.column(tree.field);
        return negate ? sql`${column} is not null` : sql`${column} is null`;
      }
      case "search": {
        const found = tree.fields.map(field =>
          signed(field, tests.search(field, tree.text, tree.place ?? "anywhere")),
        );
        return negate ? all(found) : any(found);
      }
      case "in":
        return signed(tree.field, tests.oneOf(tree.field, tree.values));
      default:
        return signed(tree.field, tests.compare(tree));
    }
  }

  return {
    never,
    all,
    any,
    inRange(key, op, [from, to]) {
      if (op === "eq") return sql`(${key} >= ${from} and ${key} < ${to})`;
      if (op === "gt") return sql`${key} >= ${to}`;
      if (op === "gte") return sql`${key} >= ${from}`;
      return op === "lt" ? sql`${key} < ${from}` : sql`${key} < ${to}`;
    },
    order(key, descending, isNullable) {
      const nulls = descending ? " nulls last" : " nulls first";
      return sql`${key} ${sql.raw(`${descending ? "desc" : "asc"}${isNullable ? nulls : ""}`)}`;
    },
    condition: (tree, tests) => conditionOf(tree, tests, false),
  };
}

/** Looks through text as SQLite does, whose `lower` knows the letters of ASCII alone. */
export function sqliteText<S>(sql: SqlTag<S>): TextTests<S> {
  /** The text with the letters folded that a folded text has. */
  function folded(ref: S, text: string): S {
    const { ascii, others } = lettersOf(text);
    const base = ascii.length > 0 ? sql`lower(${ref})` : ref;
    return others.reduce((inner, [lower, upper]) => sql`replace(${inner}, ${upper}, ${lower})`, base);
  }
  const lengthOf = (text: string): number => Array.from(text).length;
  const tests = {
    anywhere: (ref: S, text: string) => sql`instr(${ref}, ${text}) > 0`,
    start: (ref: S, text: string) => sql`substr(${ref}, 1, ${lengthOf(text)}) = ${text}`,
    end: (ref: S, text: string) => sql`substr(${ref}, ${-lengthOf(text)}, ${lengthOf(text)}) = ${text}`,
    whole: (ref: S, text: string) => sql`${ref} = ${text}`,
  };
  return {
    contains: tests.anywhere,
    startsWith: tests.start,
    endsWith: tests.end,
    search: (ref, text, place) => tests[place](folded(ref, text), text),
  };
}

/** What PostgreSQL sets around an expression that has its place. */
const anchors: Readonly<Record<TextPlace, readonly [before: string, behind: string]>> = {
  anywhere: ["", ""],
  start: ["^", ""],
  end: ["", "$"],
  whole: ["^", "$"],
};

/** Looks through a column of PostgreSQL of any type as text; letters have cases in every script, whatever the collation. */
export function postgresText<S>(sql: SqlTag<S>): TextTests<S> {
  return {
    contains: (ref, text) => sql`strpos(cast(${ref} as text), cast(${text} as text)) > 0`,
    startsWith: (ref, text) => sql`starts_with(cast(${ref} as text), cast(${text} as text))`,
    endsWith: (ref, text) =>
      sql`right(cast(${ref} as text), cast(${Array.from(text).length} as integer)) collate "C" = cast(${text} as text)`,
    search: (ref, text, place) =>
      sql`cast(${ref} as text) collate "C" ~ cast(${anchors[place].join(anyCase(text))} as text)`,
  };
}
