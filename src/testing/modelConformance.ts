import type { Model } from "../models/types.ts";
import { filterKindCases } from "./conformance/filterKinds.ts";
import { filterCases } from "./conformance/filters.ts";
import { orderingCases } from "./conformance/ordering.ts";
import { pagingCases } from "./conformance/paging.ts";
import type { Capability, Case, Thing } from "./conformance/thing.ts";
import { valueCases } from "./conformance/values.ts";
import { writeCases } from "./conformance/writes.ts";

export { type Capability, type Thing, thingFields } from "./conformance/thing.ts";

/** Registers one test, as `test` of node:test and `it` of vitest do. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown;

/** Options of {@link modelConformance}. */
export interface ModelConformanceOptions {
  /** What the engine can't do is `false`; those tests are left out. @default all of them */
  capabilities?: { readonly [K in Capability]?: boolean };
  /** The test runner's function. @default the global `it` or `test` */
  test?: RegisterTest;
}

const cases: readonly Case[] = [
  valueCases,
  filterCases,
  filterKindCases,
  orderingCases,
  pagingCases,
  writeCases,
].flat();

/**
 * Registers the tests that every model passes: values, filters, order, pages, and what happens when several write at
 * once. It works under any runner and asserts by `node:assert`.
 *
 * @param makeModel makes a model of {@link Thing}s, named "Thing", empty at each call, with the fields of
 * {@link thingFields}, a unique `email`, and with or without a `version`
 * @param options what the engine can't do, and the runner
 * @throws TypeError when there is no test runner
 * @example
 * import { test } from "node:test";
 * modelConformance(() => memoryModel<Thing>({ name: "Thing", unique: ["email"], fields: thingFields }), { test });
 */
export function modelConformance(
  makeModel: () => Model<Thing> | Promise<Model<Thing>>,
  options: ModelConformanceOptions = {},
): void {
  const globals = globalThis as { it?: RegisterTest; test?: RegisterTest };
  const test = options.test ?? globals.it ?? globals.test;
  if (typeof test !== "function") throw new TypeError('modelConformance: option "test" must be a function');
  const { capabilities = {} } = options;
  for (const { name, needs, run } of cases) {
    if (needs.some(need => capabilities[need] === false)) continue;
    test(name, async () => run(await makeModel()));
  }
}
