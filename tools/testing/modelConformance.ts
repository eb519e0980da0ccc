import { checkOptions } from "../../src/core/options.ts";
import type { FullModel, Model } from "../../src/models/types.ts";
import { filterKindCases } from "./conformance/filterKinds.ts";
import { filterCases } from "./conformance/filters.ts";
import { filterTextCases } from "./conformance/filterTexts.ts";
import { largeCase } from "./conformance/large.ts";
import { orderingCases } from "./conformance/ordering.ts";
import { pagingCases } from "./conformance/paging.ts";
import { querysetCases } from "./conformance/querysets.ts";
import { type Refusals, refusalCases } from "./conformance/refusals.ts";
import { relationCases } from "./conformance/relations.ts";
import { setCases } from "./conformance/sets.ts";
import { softDeleteCases } from "./conformance/softDelete.ts";
import type { StampedThing } from "./conformance/stamped.ts";
import { stampCases } from "./conformance/stamps.ts";
import type { Capability, Case, Thing } from "./conformance/thing.ts";
import { throughCases, throughSetCases } from "./conformance/through.ts";
import { togetherCases } from "./conformance/together.ts";
import { valueCases } from "./conformance/values.ts";
import { writeCases } from "./conformance/writes.ts";

export type { Refusal, Refusals, RefusedAttempt } from "./conformance/refusals.ts";
export { type StampedThing, stampedFields, stampedOptions } from "./conformance/stamped.ts";
export { type Capability, type Thing, thingFields } from "./conformance/thing.ts";

/** Registers one test, as `test` of node:test and `it` of vitest do. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown;

/** Options of {@link modelConformance}. */
export interface ModelConformanceOptions {
  /** What the engine can't do is `false`; those tests are left out. @default all of them */
  capabilities?: { readonly [K in Capability]?: boolean };
  /**
   * How to bring the engine into the situations in which it refuses: a row that others refer to, a lock that is held. What
   * it then throws must be what the contract says, and reveal no value of a row.
   * @default none
   */
  refusals?: Refusals;
  /**
   * How many rows the largest table has, at least 7. Where 10,000 creations, 100 at once, take longer than the runner lets
   * a test take, ask for fewer. @default 10_000
   */
  rows?: number;
  /**
   * How many statements, or requests, the client has sent so far. With it the suite holds that what a queryset does at once
   * is one of them.
   * @default they are not counted
   */
  statements?: () => number;
  /**
   * Makes a model of {@link StampedThing}s with the fields of {@link stampedFields}, the options of {@link stampedOptions} and a
   * unique `email`, empty at each call. What it stamps and marks is then tested.
   * @default none, for an engine that does not stamp and marks nothing
   */
  stamped?: () => FullModel<StampedThing> | Promise<FullModel<StampedThing>>;
  /** The test runner's function. @default the global `it` or `test` */
  test?: RegisterTest;
}

const cases: readonly Case[] = [
  valueCases,
  filterCases,
  filterKindCases,
  filterTextCases,
  orderingCases,
  pagingCases,
  querysetCases,
  relationCases,
  throughCases,
  throughSetCases,
  setCases,
  writeCases,
  togetherCases,
].flat();

/**
 * Registers the tests that every model passes: values, filters, order, pages, what happens when several write at once, and
 * what a database refuses. It works under any runner and asserts by `node:assert`.
 *
 * @param makeModel makes a model of {@link Thing}s, named "Thing", empty at each call, with the fields of
 * {@link thingFields}, a unique `email`, and with or without a `version`
 * @param options what the engine can't do, the runner, and how large a table may be
 * @throws TypeError when there is no test runner, or on a wrong option
 * @example
 * import { test } from "node:test";
 * modelConformance(() => memoryModel<Thing>({ name: "Thing", unique: ["email"], fields: thingFields }), { test });
 */
export function modelConformance(
  makeModel: () => Model<Thing> | Promise<Model<Thing>>,
  options: ModelConformanceOptions = {},
): void {
  checkOptions("modelConformance", options, {
    capabilities: "object",
    refusals: "object",
    rows: "count",
    statements: "function",
    stamped: "function",
    test: "function",
  });
  const globals = globalThis as { it?: RegisterTest; test?: RegisterTest };
  const test = options.test ?? globals.it ?? globals.test;
  if (typeof test !== "function") throw new TypeError('modelConformance: option "test" must be a function');
  const { capabilities = {}, refusals = {}, rows = 10_000, statements } = options;
  if (rows < 7) throw new TypeError('modelConformance: option "rows" must be at least 7');
  const canDo = ({ needs }: { needs: readonly Capability[] }): boolean =>
    needs.every(need => capabilities[need] !== false);
  for (const { name, run } of [...cases, largeCase(rows)].filter(canDo)) {
    test(name, async () => run(await makeModel(), statements));
  }
  const { stamped } = options;
  if (stamped !== undefined) {
    for (const { name, run } of [...stampCases, ...softDeleteCases].filter(canDo)) {
      test(name, async () => run(await stamped(), statements));
    }
  }
  for (const { name, run } of refusalCases(refusals)) test(name, run);
}
