import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { firehoseHandler } from "../../generics/firehoseHandler.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { firehoseEvent, firehoseRecord } from "../src/events/recorded.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const quiet = { errors: { logger: false } } as const;

describe("firehoseHandler", () => {
  it("hands over each record in full", async () => {
    const seen: unknown[] = [];
    await firehoseHandler(message => seen.push(message))(
      firehoseEvent(firehoseRecord("r1", "Hello World")),
      {},
    );
    expect(seen).toEqual([
      {
        recordId: "r1",
        arrivedAt: new Date(1664028820148),
        data: Buffer.from("Hello World"),
        partitionKey: "4d1ad2b9",
      },
    ]);
  });

  it("answers each record: what it became, Dropped for undefined, ProcessingFailed for a throw", async () => {
    const json = z.object({ n: z.number() });
    const handler = firehoseHandler(
      async ({ body: { n } }) => {
        if (n === 2) return undefined;
        if (n === 3) throw new Error("broken");
        return { n: n + 1 };
      },
      { json, ...quiet },
    );
    const records = [1, 2, 3, "4", 5].map((n, index) => firehoseRecord(`r${index}`, JSON.stringify({ n })));
    expect(await handler(firehoseEvent(...records, firehoseRecord("r5", 5)), {})).toEqual({
      records: [
        { recordId: "r0", result: "Ok", data: base64('{"n":2}') },
        { recordId: "r1", result: "Dropped" },
        { recordId: "r2", result: "ProcessingFailed" },
        { recordId: "r3", result: "ProcessingFailed" },
        { recordId: "r4", result: "Ok", data: base64('{"n":6}') },
        { recordId: "r5", result: "ProcessingFailed" },
      ],
    });
  });

  it("sends bytes and text on as they are, all else as JSON, with what stands between them", async () => {
    const outputs: unknown[] = [Buffer.from("bytes"), new Uint8Array([104, 105]), "text", "", null, 0, [1]];
    const texts = ["bytes", "hi", "text", "", "null", "0", "[1]"];
    for (const delimiter of ["", "\n"]) {
      let index = 0;
      const handler = firehoseHandler(() => outputs[index++], { delimiter });
      const { records } = await handler(
        firehoseEvent(...outputs.map((_, at) => firehoseRecord(`r${at}`, "x"))),
        {},
      );
      expect(records.map(({ data }) => Buffer.from(data ?? "", "base64").toString())).toEqual(
        texts.map(text => text + delimiter),
      );
    }
  });

  it("partitions by what the function gave", async () => {
    const handler = firehoseHandler(({ body }) => body, {
      json: z.object({ country: z.string() }),
      partitionKeys: ({ country }: { country: string }) => ({ country }),
    });
    expect(await handler(firehoseEvent(firehoseRecord("r1", '{"country":"de"}')), {})).toEqual({
      records: [
        {
          recordId: "r1",
          result: "Ok",
          data: base64('{"country":"de"}'),
          metadata: { partitionKeys: { country: "de" } },
        },
      ],
    });
    const failing = firehoseHandler(() => "x", {
      partitionKeys: () => {
        throw new Error("no key");
      },
      ...quiet,
    });
    expect(await failing(firehoseEvent(firehoseRecord("r1", "x")), {})).toEqual({
      records: [{ recordId: "r1", result: "ProcessingFailed" }],
    });
  });

  it("unzips, runs many at once, and says what there was no time for", async () => {
    const handler = firehoseHandler(async ({ data }) => data, { concurrency: 2, ...quiet });
    const zipped = gzipSync("long").toString("base64");
    const event = firehoseEvent({ ...firehoseRecord("r1", ""), data: zipped }, firehoseRecord("r2", "b"));
    expect(await handler(event, {})).toMatchObject({
      records: [{ data: base64("long") }, { data: base64("b") }],
    });
    const late = firehoseHandler(({ data }) => data, quiet);
    expect(await late(event, { getRemainingTimeInMillis: () => 1 })).toMatchObject({
      records: [{ result: "Ok" }, { recordId: "r2", result: "ProcessingFailed" }],
    });
  });

  it("refuses an event that is not one, or has a record that could not be answered, and wrong arguments", async () => {
    const fn = vi.fn();
    await expect(firehoseHandler(fn)({}, {})).rejects.toThrow(
      new BadRequest("Malformed Firehose event: records"),
    );
    for (const id of [undefined, "", 5]) {
      await expect(firehoseHandler(fn)(firehoseEvent(firehoseRecord(id, "x")), {})).rejects.toThrow(
        new BadRequest("Malformed recordId in records[0]"),
      );
    }
    expect(fn).not.toHaveBeenCalled();
    expect(() => firehoseHandler(fn, { nonRetryable: fn } as never)).toThrow('unknown option "nonRetryable"');
    expect(() => firehoseHandler(fn, { delimiter: 1 } as never)).toThrow(
      'option "delimiter" must be a string',
    );
    expect(() => firehoseHandler(null as never)).toThrow("firehoseHandler: fn must be a function");
  });
});
