import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { directHandler } from "../../generics/directHandler.ts";
import { BadRequest, NotFound, ServerError } from "../../src/core/errors.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";

const quiet = { errors: { logger: false } } as const;
const input = z.object({ id: z.string(), at: z.date() });
const output = z.object({ id: z.string(), total: z.number() });

/** What Lambda answers of an error: its name is the `errorType` that a state machine matches. */
async function failure(run: Promise<unknown>): Promise<unknown> {
  const error = (await run.then(
    () => undefined,
    thrown => thrown,
  )) as Error;
  return { errorType: error.name, errorMessage: error.message };
}

describe("directHandler", () => {
  it("takes what the input's schema makes, and gives what the output's declares", async () => {
    const seen: unknown[] = [];
    const handler = directHandler({ input, output }, async (order, request) => {
      seen.push(order, request);
      return { id: order.id, total: 5, secret: "x" };
    });
    const event = { id: "1", at: "2026-01-01T00:00:00.000Z", more: 1 };
    const context = { awsRequestId: "r1" };
    expect(await handler(event, context)).toEqual({ id: "1", total: 5 });
    expect(seen).toEqual([
      { id: "1", at: new Date(event.at) },
      { event, context },
    ]);
    const declared = jsonSchema({
      type: "object",
      properties: { id: { type: "string" } },
      required: ["id"],
      additionalProperties: false,
    } as const);
    expect(await directHandler({ output: declared }, () => ({ id: "1", secret: "x" }))({}, {})).toEqual({
      id: "1",
    });
  });

  it("passes any JSON on without schemas", async () => {
    const handler = directHandler({}, given => given);
    for (const value of [{ a: 1 }, [1], "x", 5, true, { statusCode: 200, body: "x" }, { headers: {} }]) {
      expect(await handler(value, {})).toEqual(value);
    }
  });

  it("refuses input by a name that a state machine can match, and says what is wrong", async () => {
    const fn = vi.fn();
    const handler = directHandler({ input, ...quiet }, fn);
    const said = (await failure(handler({ id: 5 }, {}))) as { errorType: string; errorMessage: string };
    expect(said.errorType).toBe("BadRequest");
    expect(said.errorMessage).toMatch(/^Malformed input: id: .*string.*; at: .*date/);
    expect(await failure(handler("x", {}))).toMatchObject({
      errorMessage: expect.stringMatching(/^Malformed input: input: /),
    });
    const many = directHandler({ input: z.array(z.string()), ...quiet }, fn);
    expect(await failure(many(Array(12).fill(5), {}))).toMatchObject({
      errorMessage: expect.stringMatching(/; 9: [^;]+; and 2 more$/),
    });
    expect(fn).not.toHaveBeenCalled();
  });

  it("refuses output that its own schema does, by another name", async () => {
    const handler = directHandler({ output, ...quiet }, () => ({ id: "1", total: "5" }) as never);
    expect(await failure(handler({}, {}))).toEqual({
      errorType: "ServerError",
      errorMessage: expect.stringMatching(/^Malformed output: total: /),
    });
  });

  it("throws on what the function throws, as it is, once it is logged and reported", async () => {
    class CardDeclined extends Error {
      override name = "CardDeclined";
    }
    const logger = vi.fn();
    const report = vi.fn();
    const thrown: unknown[] = [
      new CardDeclined("no money"),
      new NotFound("No such order"),
      new ServerError("x"),
      "text",
    ];
    for (const error of thrown) {
      const handler = directHandler({ errors: { logger, report } }, () => {
        throw error;
      });
      await expect(handler({}, {})).rejects.toBe(error);
    }
    const serious = thrown.filter(error => !(error instanceof NotFound));
    expect(logger.mock.calls.map(([error]) => error)).toEqual(serious);
    expect(report.mock.calls.map(([error]) => error)).toEqual(serious);
  });

  it("takes asynchronous schemas, and what they throw", async () => {
    const known = z.object({ id: z.string().refine(async id => id !== "none", "is unknown") });
    const handler = directHandler({ input: known, output: known, ...quiet }, order => order);
    expect(await handler({ id: "1" }, {})).toEqual({ id: "1" });
    expect(await failure(handler({ id: "none" }, {}))).toEqual({
      errorType: "BadRequest",
      errorMessage: "Malformed input: id: is unknown",
    });
    const throwing = z.string().transform(() => {
      throw new RangeError("out of range");
    });
    expect(await failure(directHandler({ input: throwing, ...quiet }, () => 1)("x", {}))).toEqual({
      errorType: "RangeError",
      errorMessage: "out of range",
    });
  });

  it("runs middleware around and next to the function, and answers warm-ups", async () => {
    const log: string[] = [];
    const noting = (name: string): object => ({
      before: () => void log.push(name),
      after: () => void log.push(`${name} after`),
    });
    const handler = directHandler({ around: [noting("around")], use: [noting("use")] }, () => log.push("fn"));
    await handler({}, {});
    expect(log).toEqual(["around", "use", "fn", "use after", "around after"]);
    expect(await handler({ source: "serverless-plugin-warmup" }, {})).toBe("warmup");
  });

  it("refuses wrong arguments", () => {
    const wrong: [unknown, unknown, string][] = [
      [undefined, () => 1, "directHandler: options must be an object"],
      [() => 1, undefined, "directHandler: options must be an object"],
      [{}, undefined, "directHandler: fn must be a function"],
      [{ input: {} }, () => 1, 'directHandler: option "input" must be a Standard Schema'],
      [{ output: {} }, () => 1, 'directHandler: option "output" must be a Standard Schema'],
      [{ schema: z.string() }, () => 1, 'directHandler: unknown option "schema"; it takes '],
    ];
    for (const [options, fn, message] of wrong) {
      expect(() => directHandler(options as never, fn as never)).toThrow(message);
    }
    expect(new BadRequest().name).toBe("BadRequest");
  });
});
