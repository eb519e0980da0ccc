import { AssertionError } from "node:assert";
import { describe, expect, it } from "vitest";
import { Conflict, HttpError, NotFound } from "../../../src/core/errors.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import type { Model, Queryset } from "../../../src/models/types.ts";
import {
  type ModelConformanceOptions,
  modelConformance,
  type Thing,
  thingFields,
} from "../../../tools/testing/modelConformance.ts";

const make = () => memoryModel<Thing>({ name: "Thing", unique: ["email"], fields: thingFields });

/** What it registers, by title. */
function registered(
  model: () => Model<Thing>,
  options: ModelConformanceOptions = {},
): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  modelConformance(model, { ...options, test: (name, run) => tests.set(name, run) });
  return tests;
}

const large = (rows: number): string =>
  `a table of ${rows} rows is counted, filtered, iterated and paged as a whole`;

/** A model whose iteration leaves out one object. */
function forgetful(): Model<Thing> {
  const model = make();
  const lacking = (objects: Queryset<Thing>): Queryset<Thing> => ({
    filter: where => objects.filter(where),
    search: (text, names) => objects.search(text, names),
    orderBy: (...keys) => lacking(objects.orderBy(...keys)),
    get: id => objects.get(id),
    page: request => objects.page(request),
    count: () => objects.count(),
    async *[Symbol.asyncIterator]() {
      for await (const object of objects) if (object.name !== "n17") yield object;
    },
  });
  return { ...model, objects: lacking(model.objects) };
}

describe("modelConformance", () => {
  it("fills a table of 10,000 rows unless asked for another number", () => {
    expect([...registered(make).keys()].at(-1)).toBe(large(10_000));
    expect([...registered(make, { rows: 7 }).keys()].at(-1)).toBe(large(7));
  });

  it.each([7, 8, 99, 100, 101, 250])("passes a model that is right, with %i rows", async rows => {
    await registered(make, { rows }).get(large(rows))?.();
  });

  it("fails a model that forgets one row of many", async () => {
    await expect(registered(forgetful, { rows: 250 }).get(large(250))?.()).rejects.toThrow(AssertionError);
  });

  it.each([
    ["the wrong status", () => new NotFound(), /must be refused with 409/],
    ["no HTTP error", () => new Error("constraint failed"), /must be refused with an HttpError/],
    ["another field", () => new Conflict("Duplicate", { field: "name" }), /email/],
    [
      "a value in the message",
      () => new Conflict("Duplicate ann@x.io", { field: "email" }),
      /reveals a value/,
    ],
    [
      "a value in the cause",
      () => new Conflict("x", { field: "email", cause: new Error("ann@x.io") }),
      /reveals a value/,
    ],
  ])("fails a model that refuses a duplicate with %s", async (_title, error, message) => {
    const duplicate = () => ({ run: () => Promise.reject(error()), field: "email", secrets: ["ann@x.io"] });
    const run = registered(make, { refusals: { duplicate } }).get("a duplicate is a conflict");
    await expect(run?.()).rejects.toThrow(message);
  });

  it("lets go of what a refusal held, whether it passes or fails", async () => {
    const ended: string[] = [];
    const locked =
      (status: number, headers = {}) =>
      () => ({
        run: () => Promise.reject(new HttpError(status, "x", { headers })),
        end: () => ended.push(String(status)),
      });
    const title = "a lock that is held is a conflict, or to be tried again";
    await registered(make, { refusals: { locked: locked(503, { "Retry-After": "1" }) } }).get(title)?.();
    await expect(registered(make, { refusals: { locked: locked(503) } }).get(title)?.()).rejects.toThrow(
      "Retry-After",
    );
    await expect(registered(make, { refusals: { locked: locked(500) } }).get(title)?.()).rejects.toThrow();
    expect(ended).toEqual(["503", "503", "500"]);
  });

  it("leaves out what the engine can't do", () => {
    const titles = [...registered(make, { capabilities: { ordering: false } }).keys()];
    expect(titles).not.toContain(large(10_000));
    expect(titles.length).toBeGreaterThan(10);
  });

  it("refuses wrong and unknown options, and names them", () => {
    const wrong: [options: unknown, message: string][] = [
      [null, "modelConformance: options must be an object"],
      [{ test: it, rows: 0 }, 'modelConformance: option "rows" must be at least 7'],
      [{ test: it, rows: 6 }, 'modelConformance: option "rows" must be at least 7'],
      ...[7.5, Number.NaN, "7", null].map((rows): [unknown, string] => [
        { test: it, rows },
        'modelConformance: option "rows" must be a whole number of at least 0',
      ]),
      [{ test: 1 }, 'modelConformance: option "test" must be a function'],
      [{ capabilities: [] }, 'modelConformance: option "capabilities" must be an object'],
      [
        { capability: {} },
        'modelConformance: unknown option "capability"; it takes capabilities, refusals, rows, statements, stamped, test',
      ],
    ];
    for (const [options, message] of wrong) {
      expect(() => modelConformance(make, options as never)).toThrow(new TypeError(message));
    }
  });
});
