import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeProject, ownTsverless, type Project } from "../../../support/cli.ts";

const counter = `
let count = 0;
export const handler = async (event: any) => {
  if (event.throw) throw new RangeError("too much");
  if (event.exit) process.exit(1);
  return { statusCode: event.status ?? 200, body: JSON.stringify({ count: ++count, at: Date.now() }) };
};`;

let project: Project;
beforeAll(() => {
  project = makeProject({ "index.ts": counter });
});
afterAll(() => project.remove());

let folder = 0;
beforeEach(() => {
  folder += 1;
});
const write = (events: Record<string, unknown>): void => {
  for (const [name, event] of Object.entries(events)) {
    project.write(`${folder}/${name}.json`, JSON.stringify(event));
  }
};
const replay = (...args: string[]) =>
  ownTsverless(["replay", String(folder), ...args], { cwd: project.folder });
/** Times are never the same. */
const timeless = (text: string): string => text.replace(/ \d+ ms$/gm, "");

describe("replay", () => {
  it("invokes the events in order, in one worker, and fails when one throws or answers with 500", async () => {
    write({
      "1-a": {},
      "3-c": { status: 404 },
      "2-b": {},
      "2-b.expected": { statusCode: 200, body: { count: 2, at: "<any>" } },
    });
    const { code, out, err } = await replay();
    expect([code, timeless(out), err]).toEqual([
      0,
      "ok   1-a.json 200\nok   2-b.json 200\nok   3-c.json 404\n3 passed, 0 failed\n",
      "",
    ]);
    write({ "4-d": { status: 500 }, "5-e": { throw: true }, "6-f": { exit: true }, "7-g": {} });
    const again = await replay();
    expect([again.code, timeless(again.out)]).toEqual([
      1,
      "ok   1-a.json 200\nok   2-b.json 200\nok   3-c.json 404\nFAIL 4-d.json 500\nFAIL 5-e.json RangeError\nFAIL 6-f.json Runtime.ExitError\nok   7-g.json 200\n4 passed, 3 failed\n",
    ]);
  });

  it("names each place that differs from what is expected", async () => {
    write({ a: {}, "a.expected": { statusCode: 201, body: { count: 1, at: "<any>", more: [1] } } });
    const { code, out } = await replay();
    expect([code, timeless(out)]).toEqual([
      1,
      "FAIL a.json 200\n     statusCode: expected 201, got 200\n     body.more: expected [1], got nothing\n0 passed, 1 failed\n",
    ]);
  });

  it("takes a failure for right where it is expected", async () => {
    write({
      a: { throw: true },
      "a.expected": { errorType: "RangeError", errorMessage: "too much" },
      b: { status: 500 },
      "b.expected": { statusCode: 500, body: "<any>" },
    });
    const { code, out } = await replay();
    expect([code, timeless(out)]).toEqual([
      0,
      "ok   a.json RangeError\nok   b.json 500\n2 passed, 0 failed\n",
    ]);
  });

  it("writes what is expected with --update, and leaves open what was open", async () => {
    write({ a: {}, "a.expected": { statusCode: 7, body: { at: "<any>" } }, b: { throw: true } });
    const { code, out } = await replay("--update");
    expect([code, timeless(out)]).toEqual([
      0,
      "ok   a.json 200\nok   b.json RangeError\n2 passed, 0 failed\n",
    ]);
    expect(JSON.parse(project.read(`${folder}/a.expected.json`))).toEqual({
      statusCode: 200,
      body: { count: 1, at: "<any>" },
    });
    expect(JSON.parse(project.read(`${folder}/b.expected.json`))).toEqual({
      errorType: "RangeError",
      errorMessage: "too much",
    });
    expect((await replay()).code).toBe(0);
  });

  it("gives all as JSON with --json", async () => {
    write({ a: {}, "a.expected": { statusCode: 201, body: "<any>" }, b: { throw: true } });
    const { code, out } = await replay("--json");
    const ms = expect.any(Number);
    expect([code, JSON.parse(out)]).toEqual([
      1,
      [
        {
          event: "a.json",
          function: "handler",
          ok: false,
          status: 200,
          ms,
          expected: true,
          differences: ["statusCode: expected 201, got 200"],
        },
        {
          event: "b.json",
          function: "handler",
          ok: false,
          errorType: "RangeError",
          ms,
          expected: false,
          differences: [],
        },
      ],
    ]);
  });

  it.each([
    ["nowhere", 'There is no folder "nowhere"'],
    ["node_modules", 'The folder "node_modules" has no events (*.json)'],
  ])("of %s is a mistake in one line", async (name, message) => {
    expect(await ownTsverless(["replay", name], { cwd: project.folder })).toEqual({
      code: 1,
      out: "",
      err: `tsverless: ${message}\n`,
    });
  });
});
