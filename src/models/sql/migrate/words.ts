import type { TableDefinition } from "../ddl.ts";
import type { Dialect } from "../dialect.ts";
import { targetOf } from "./keyChanges.ts";
import type { Change, KeyState, Step } from "./types.ts";

const keyWords = (key: KeyState): string => `${key.columns.join(", ")} to ${targetOf(key)}${key.end}`;

/** What a change does, in words. */
export function wordsOf(change: Change): string {
  switch (change.is) {
    case "createTable":
      return "create the table";
    case "addColumn":
      return `add the column ${change.name} (${change.column.kind}${change.required ? ", required" : ""})`;
    case "dropColumn":
      return `drop the column ${change.name}`;
    case "renameTable":
      return `rename the table ${change.name} to ${change.to}`;
    case "renameColumn":
      return `rename the column ${change.name} to ${change.to}`;
    case "setType":
      return `make the column ${change.name} hold ${change.column.kind}`;
    case "setRequired":
      return `${change.required ? "require" : "do not require"} the column ${change.name}`;
    case "setDefault":
      return `set the default of the column ${change.name}`;
    case "addLiving":
      return `add the column ${change.name}, which unique rules among what is not deleted need`;
    case "addUnique":
      return `keep it unique by ${change.columns.join(", ")}`;
    case "addIndex":
      return `add an index of ${change.columns.join(", ")}`;
    case "addForeignKey":
      return `add a foreign key of ${keyWords(change.key)}`;
    case "setForeignKey":
      return `make the foreign key ${change.old.name} one of ${keyWords(change.key)}`;
    case "checkForeignKey":
      return `check the foreign key ${change.key.name} for the rows that were there before it`;
    case "dropForeignKey":
      return `drop the foreign key ${change.key.name}`;
    case "dropIndex":
      return `drop ${change.index.name}${change.isReplaced ? ", by which what is deleted stays in the way" : ""}`;
  }
}

/** The new code can do without these, and the old one can't do with them. */
const contracting: readonly Change["is"][] = ["dropColumn", "dropIndex", "dropForeignKey", "checkForeignKey"];

/** When a change is to be made. */
export function phaseOf(change: Change): Step["phase"] {
  if (change.is === "setRequired") return change.required ? "contract" : "expand";
  return contracting.includes(change.is) ? "contract" : "expand";
}

const while_: Record<Dialect["name"], string> = {
  sqlite: "nobody else writes to the database meanwhile",
  postgres: "locks the table, for writers, while it is built",
  mysql: "reads the whole table",
};

const locksForKey: Record<Dialect["name"], string> = {
  sqlite: "rewrites the table, which is locked meanwhile",
  postgres: "locks both tables, for writers, for a moment",
  mysql: "rewrites the table, which is locked for writers meanwhile",
};

const deletes: Record<string, string> = {
  cascade: "rows go with what they refer to, also where code that runs now deletes it",
  setNull: "rows lose what they refer to, also where code that runs now deletes it",
};

/** What to mind of a new foreign key. PostgreSQL looks at the rows that are there in a step of its own. */
function keyRisks({ onDelete }: KeyState, { name }: Dialect): string[] {
  const refuses = "refuses where a row refers to nothing";
  const held =
    "code that runs now gets 400 for a reference to nothing, and 409 where it deletes what is referred to";
  return [...(name === "postgres" ? [] : [refuses]), locksForKey[name], deletes[onDelete ?? ""] ?? held];
}

/** What to mind of a change. */
export function risksOf(change: Change, dialect: Dialect, { columns }: TableDefinition): string[] {
  const rewrites = "rewrites the table, which is locked meanwhile";
  switch (change.is) {
    case "createTable":
    case "addColumn":
    case "addLiving":
    case "setDefault":
      return [];
    case "addForeignKey":
      return change.isNew ? [] : keyRisks(change.key, dialect);
    case "setForeignKey":
      return keyRisks(change.key, dialect);
    case "checkForeignKey":
      return ["refuses where a row refers to nothing", "reads the whole table, while others go on"];
    case "dropForeignKey":
      return ["references to nothing become possible"];
    case "dropColumn":
      return ["loses data", "code that still uses it fails"];
    case "dropIndex":
      if (change.isReplaced) return ["what is deleted may have duplicates from then on"];
      return change.index.isUnique ? ["duplicates become possible"] : ["queries that need it become slow"];
    case "renameTable":
      return ["code that runs now fails until the new one is there"];
    case "renameColumn":
      return [
        "code that runs now fails until the new one is there; adding, copying and dropping does without that",
      ];
    case "setType":
      return [rewrites, "refuses where a value does not fit", "code that runs now may fail"];
    case "setRequired": {
      if (!change.required) return dialect.name === "postgres" ? [] : [rewrites];
      const isNew = change.field !== undefined && columns[change.field]?.preset === undefined;
      const fill = isNew
        ? "refuses where a row holds nothing: fill them first"
        : "refuses where a row holds nothing";
      return [fill, dialect.name === "postgres" ? "locks the table while it is read" : rewrites];
    }
    case "addUnique":
      return [
        "refuses where there are duplicates",
        while_[dialect.name],
        "code that runs now gets 409 for a duplicate",
      ];
    case "addIndex":
      return [while_[dialect.name]];
  }
}
