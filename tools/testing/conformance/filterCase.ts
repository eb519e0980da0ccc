import type { Where } from "../../../src/models/types.ts";
import { type Case, finds, seed, type Thing } from "./thing.ts";

/** A case of filters. */
export const filterCase = (name: string, run: Case["run"], needs: Case["needs"] = []): Case => ({
  name,
  needs: ["filters", ...needs],
  run,
});

/** A condition, and the ids that it finds, of one letter each. */
export type Expectation = readonly [where: Where<Thing>, ids: string];

/** Makes cases that state what conditions find among these things. */
export const holdsFor =
  (given: readonly Partial<Thing>[]) =>
  (name: string, expectations: readonly Expectation[], needs: Case["needs"] = []): Case =>
    filterCase(
      name,
      async model => {
        await seed(model, given);
        for (const [where, ids] of expectations) await finds(model, where, [...ids]);
      },
      needs,
    );
