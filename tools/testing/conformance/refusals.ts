import assert from "node:assert/strict";
import { inspect } from "node:util";
import { refuses } from "./thing.ts";

/** What databases refuse. */
export type Refusal =
  /** A second object of the same values, where they must be unique. */
  | "duplicate"
  /** The same, by an index over an expression. */
  | "duplicateExpression"
  /** Removing an object that others refer to. */
  | "referred"
  /** Changing what others refer to an object by. */
  | "referredValue"
  /** An object that refers to one that is not there. */
  | "reference"
  /** Nothing where something must be. */
  | "missing"
  /** A value that breaks a rule of the database. */
  | "impossible"
  | "tooLong"
  | "outOfRange"
  /** An object that another connection holds. */
  | "locked"
  /** Two that wait for each other. */
  | "deadlock"
  /** A database that can't keep up. */
  | "throttled";

/** A situation in which a database refuses. */
export interface RefusedAttempt {
  /** What is refused: it rejects, or throws. */
  run(): unknown;
  /** The field that the error has to name, where the database names it. */
  field?: string;
  /** Values of rows, which must show neither in the error nor in what a log would write of it. */
  secrets?: readonly string[];
  /** Called afterwards, to let go of what is held. */
  end?(): unknown;
}

/** The situations that an engine can be brought into, each made again when it is called. */
export type Refusals = { readonly [R in Refusal]?: () => Promise<RefusedAttempt> | RefusedAttempt };

const expected: Readonly<Record<Refusal, readonly [title: string, statuses: readonly number[]]>> = {
  duplicate: ["a duplicate is a conflict", [409]],
  duplicateExpression: ["a duplicate by an index over an expression is a conflict", [409]],
  referred: ["removing what others refer to is a conflict", [409]],
  referredValue: ["changing what others refer to is a conflict", [409]],
  reference: ["a reference to nothing is a bad request", [400]],
  missing: ["nothing where something must be is a bad request", [400]],
  impossible: ["a value that a rule of the database refuses is a bad request", [400]],
  tooLong: ["a value that is too long is a bad request", [400]],
  outOfRange: ["a value that is out of range is a bad request", [400]],
  locked: ["a lock that is held is a conflict, or to be tried again", [409, 503]],
  deadlock: ["a deadlock is a conflict, or to be tried again", [409, 503]],
  throttled: ["throttling is to be tried again", [409, 503]],
};

/** The tests of what a database refuses: its status, its field, and that it reveals nothing. */
export function refusalCases(refusals: Refusals): { name: string; run(): Promise<void> }[] {
  return (Object.keys(refusals) as Refusal[]).map(kind => {
    const [name, statuses] = expected[kind];
    return {
      name,
      async run() {
        const attempt = await (refusals[kind] as NonNullable<Refusals[Refusal]>)();
        try {
          const error = await refuses(statuses, attempt.run, kind);
          if (attempt.field !== undefined) assert.equal(error.field, attempt.field);
          if (error.statusCode === 503) assert.ok(error.headers?.["Retry-After"], "Retry-After");
          const shown = inspect(error, { depth: 20, showHidden: true });
          for (const secret of attempt.secrets ?? []) {
            assert.ok(!shown.includes(secret), `${kind}: an error reveals a value: ${shown}`);
          }
        } finally {
          await attempt.end?.();
        }
      },
    };
  });
}
