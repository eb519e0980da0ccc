import middy from "@middy/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QueryParamsOptions, queryParams } from "../../middlewares/queryParams.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { readQuery } from "../../src/http/query.ts";
import { anyEvent } from "../support/anyEvent.ts";
import { eventOf, sources, type TestRequest } from "../support/events.ts";

/** The event behind the middleware; runs it in a real Middy handler. */
const run = async (event: unknown, options?: QueryParamsOptions): Promise<Record<string, unknown>> =>
  (await middy((event: unknown) => event).use(queryParams(options))(event as never, {} as never)) as Record<
    string,
    unknown
  >;

describe.each(sources)("queryParams with an event of %s", source => {
  const sent = async (query: NonNullable<TestRequest["query"]>, options?: QueryParamsOptions) => {
    const { queryStringParameters, multiValueQueryStringParameters } = await run(
      eventOf(source, { query }),
      options,
    );
    return [queryStringParameters, multiValueQueryStringParameters];
  };

  it("keeps exactly the listed parameters, decoded", async () => {
    const query = [
      ["age", "4 2"],
      ["name", "A&B+C%20"],
      ["other", "x"],
      ["tag", "a,b"],
    ] as const;
    const options = { required: ["age"], optional: ["name", "absent"], optionalMulti: ["tag", "none"] };
    expect(await sent(query, options)).toEqual([{ age: "4 2", name: "A&B+C%20" }, { tag: ["a,b"] }]);
    expect(await sent(query)).toEqual([{}, {}]);
  });

  it("keeps all values of a list, and the last one of a single parameter", async () => {
    const query = [
      ["tag", "a"],
      ["tag", "b"],
    ] as const;
    const list = source === "alb" ? ["b"] : ["a", "b"];
    expect(await sent(query, { required: ["tag"], requiredMulti: ["tag"] })).toEqual([
      { tag: "b" },
      { tag: list },
    ]);
  });

  it("names what is missing, in declared order", async () => {
    const options = { required: ["z", "a"], requiredMulti: ["m", "z"], optional: ["o"] };
    await expect(sent([["a", ""]], options)).rejects.toThrow(new BadRequest("Missing key(s): z, m"));
    await expect(sent([], options)).rejects.toThrow(new BadRequest("Missing key(s): z, a, m"));
  });

  it("counts an empty value as sent", async () => {
    expect(await sent([["a", ""]], { required: ["a"], requiredMulti: ["a"] })).toEqual([
      { a: "" },
      { a: [""] },
    ]);
  });

  it("does not find parameters that every object has", async () => {
    const required = ["constructor", "__proto__", "toString"];
    await expect(sent([], { required })).rejects.toThrow(
      new BadRequest("Missing key(s): constructor, __proto__, toString"),
    );
  });

  it("leaves the whole query to those behind it, who read nothing twice", async () => {
    const event = eventOf(source, {
      query: [
        ["a", "1%2B"],
        ["page", "2"],
      ],
    });
    await run(event, { required: ["a"] });
    expect({ ...readQuery(event) }).toEqual({ a: ["1%2B"], page: ["2"] });
    expect((await run(event, { required: ["a", "page"] })).queryStringParameters).toEqual({
      a: "1%2B",
      page: "2",
    });
  });
});

describe("queryParams", () => {
  it("makes an event of what is none", async () => {
    for (const event of [null, 1, "x"]) {
      expect(await run(event)).toEqual({ queryStringParameters: {}, multiValueQueryStringParameters: {} });
      await expect(run(event, { required: ["a"] })).rejects.toThrow(new BadRequest("Missing key(s): a"));
    }
  });

  it("answers any event with strings or 400", async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent(), async event => {
        try {
          const { queryStringParameters } = await run(event, {
            required: ["a"],
            optional: ["b"],
            optionalMulti: ["c"],
          });
          expect(queryStringParameters).toMatchObject({ a: expect.any(String) as string });
        } catch (error) {
          expect(error).toStrictEqual(new BadRequest("Missing key(s): a"));
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [{ required: "a" }, 'queryParams: option "required" must be an array of strings'],
    [{ optional: [1] }, 'queryParams: option "optional" must be an array of strings'],
    [
      { require: [] },
      'queryParams: unknown option "require"; it takes required, optional, requiredMulti, optionalMulti',
    ],
  ])("refuses the options %j", (options, message) => {
    expect(() => queryParams(options as never)).toThrow(new TypeError(message));
  });

  it("says what it adds", () => {
    expect(queryParams()).toMatchObject({
      name: "queryParams",
      needs: [],
      adds: ["event.queryStringParameters", "event.multiValueQueryStringParameters"],
    });
  });
});
