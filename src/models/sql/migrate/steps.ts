import { applied } from "./applied.ts";
import { keyStatements } from "./keyStatements.ts";
import { mysqlStatements } from "./mysql.ts";
import { postgresStatements } from "./postgres.ts";
import { needsRebuild, rebuilding, sqliteStatements } from "./sqlite.ts";
import type { Change, Step, TableState } from "./types.ts";
import { phaseOf, risksOf, wordsOf } from "./words.ts";
import type { Writing, Written } from "./writing.ts";

const statements = {
  postgres: postgresStatements,
  mysql: mysqlStatements,
  sqlite: sqliteStatements,
} as const;

function stepOf(
  phase: Step["phase"],
  changes: readonly Change[],
  written: Written,
  { definition, dialect }: Writing,
): Step {
  const risks = new Set(changes.flatMap(change => risksOf(change, dialect, definition)));
  return {
    phase,
    table: definition.table,
    does: changes.map(wordsOf).join(", "),
    risks: [...risks],
    ...written,
  };
}

/** What refers to an id has its type, also where no key says so. */
const noKeyType = ({ definition }: Writing): Written => ({
  up: [],
  down: [],
  byHand: `the id of ${definition.table} and all that refers to it change together`,
});

function isKeyType(change: Change, { keys }: TableState, { definition, dialect }: Writing): boolean {
  if (change.is !== "setType") return false;
  const refers = dialect.name !== "sqlite" && keys.some(({ columns }) => columns.includes(change.name));
  return refers || change.field === definition.idKey;
}

/** Why there is no statement for a change, where that is known before. */
function hindranceOf(change: Change): string | undefined {
  return change.is === "addForeignKey" || change.is === "setForeignKey" ? change.hindrance : undefined;
}

/** The steps of one phase of a table. On SQLite those that make the table again do it together, behind the others. */
export function stepsOf(
  phase: Step["phase"],
  all: readonly Change[],
  start: TableState,
  at: Writing,
): { steps: Step[]; end: TableState } {
  const steps: Step[] = [];
  const later: Change[] = [];
  let state = start;
  for (const change of all.filter(one => phaseOf(one) === phase)) {
    const hindrance = hindranceOf(change);
    if (hindrance !== undefined) {
      steps.push(stepOf(phase, [change], { up: [], down: [], byHand: hindrance }, at));
      continue;
    }
    if (isKeyType(change, state, at)) {
      steps.push(stepOf(phase, [change], noKeyType(at), at));
      continue;
    }
    if (at.dialect.name === "sqlite" && needsRebuild(change, state)) {
      later.push(change);
      continue;
    }
    const written = at.dialect.name === "sqlite" ? undefined : keyStatements(change, state, at);
    steps.push(stepOf(phase, [change], written ?? statements[at.dialect.name](change, state, at), at));
    state = applied(change, state, at);
  }
  if (later.length > 0) {
    steps.push(stepOf(phase, later, rebuilding(later, state, at), at));
    state = later.reduce((before, change) => applied(change, before, at), state);
  }
  return { steps, end: state };
}
