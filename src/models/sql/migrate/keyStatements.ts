import { addKeyText, dropKeyText, keyText, noDangling } from "./keys.ts";
import type { Change, TableState } from "./types.ts";
import { commonStatements, type Writing, type Written } from "./writing.ts";

/**
 * The statements of a change of foreign keys, on databases that have some for it; `undefined` for any other change. PostgreSQL takes
 * a new one without looking at the rows that are there, which it does later, while others go on.
 */
export function keyStatements(change: Change, state: TableState, writing: Writing): Written | undefined {
  const { at, quote, dialect } = writing;
  const isLater = dialect.name === "postgres";
  const later = isLater ? " not valid" : "";
  switch (change.is) {
    case "addForeignKey": {
      const { key, isNew } = change;
      const plain = addKeyText(key, writing);
      if (isNew) return { up: [plain], down: [dropKeyText(key, writing)] };
      const guard = isLater ? [] : [noDangling(key, writing)];
      return { up: [...guard, `${plain}${later}`], down: [dropKeyText(key, writing)] };
    }
    case "setForeignKey": {
      const { key, old } = change;
      const guard = isLater ? [] : [noDangling(key, writing)];
      return {
        up: [...guard, dropKeyText(old, writing), `${addKeyText(key, writing)}${later}`],
        down: [dropKeyText(key, writing), `alter table ${at} add ${keyText(old, writing)}${later}`],
      };
    }
    case "checkForeignKey": {
      const { key } = change;
      return {
        up: [noDangling(key, writing), `alter table ${at} validate constraint ${quote(key.name)}`],
        down: [],
      };
    }
    case "dropForeignKey":
      return { up: [dropKeyText(change.key, writing)], down: [`${addKeyText(change.key, writing)}${later}`] };
    case "dropColumn": {
      const keys = state.keys.filter(({ columns }) => columns.includes(change.name));
      if (keys.length === 0) return undefined;
      const { up, down } = commonStatements(change, state, writing) as Written;
      const first = dialect.name === "mysql" ? keys.map(key => dropKeyText(key, writing)) : [];
      return { up: [...first, ...up], down: [...down, ...keys.map(key => addKeyText(key, writing))] };
    }
    default:
      return undefined;
  }
}
