import { describe, expect, it } from "vitest";
import { z } from "zod";
import { listHandler } from "../../generics/listHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";
import { send } from "../support/send.ts";

interface Event {
  id: string;
  at: string | null;
  day: string;
}

/** Moments in UTC, with every number of digits. */
const moments = [
  "2024-02-29T23:59:59Z",
  "2024-02-29T23:59:59.999999Z",
  "2024-03-01T00:00:00Z",
  "2024-03-01T00:00:00.000Z",
  "2024-03-01T00:00:00+00:00",
  "2024-03-01T00:00:00.0+00:00",
  "2024-03-01T00:00:00.0000001Z",
  "2024-03-01T00:00:00.04Z",
  "2024-03-01T00:00:00.05Z",
  "2024-03-01T00:00:00.4Z",
  "2024-03-01T00:00:00.45Z",
  "2024-03-01T00:00:00.450Z",
  "2024-03-01T00:00:00.5Z",
  "2024-03-01T00:00:01Z",
];
const asked = [...moments, "2024-03-01", "2024-03-01T02:00:00+02:00", "2024-02-29T19:00:00.45-05:00"];
const events = moments.map((at, index): Event => ({ id: String(index), at, day: at.slice(0, 10) }));
events.push({ id: "none", at: null, day: "2024-12-31" });

/** To the nanosecond, which a `Date` has not. */
function nanosecondsOf(text: string): bigint {
  const [, fraction = ""] = /\.(\d+)/.exec(text) ?? [];
  const second = BigInt(Math.floor(Date.parse(text) / 1000));
  return second * 10n ** 9n + BigInt(fraction.padEnd(9, "0"));
}
const order = (a: string, b: string): number => Number(nanosecondsOf(a) - nanosecondsOf(b));

const time = { type: ["string", "null"], format: "date-time" } as const;
const properties = { id: { type: "string" }, at: time, day: { type: "string", format: "date" } } as const;
const jsonEvent = jsonSchema({ type: "object", properties, required: ["id", "at", "day"] });
const zodEvent = z.object({
  id: z.string(),
  at: z.iso.datetime({ offset: true }).nullable(),
  day: z.iso.date(),
});
const stored = sqlModel<Event>({ db: sqlite(":memory:"), name: "Event", table: "events", schema: jsonEvent });
const models: [string, Model<Event>][] = [
  ["memory with a JSON Schema", memoryModel<Event>({ name: "Event", objects: events, schema: jsonEvent })],
  ["memory with a Zod schema", memoryModel<Event>({ name: "Event", objects: events, schema: zodEvent })],
  ["SQLite", stored],
];
const seeded = (async () => {
  for (const event of events) await stored.create(event);
})();

describe.each(models)("dates that are text over %s", (_name, model) => {
  const handler = listHandler(model, {
    serializer: pick("id", "at", "day"),
    filters: ["at", "day"],
    maxLimit: 1000,
    limit: 1000,
  });
  async function found(name: string, value: string): Promise<unknown> {
    await seeded;
    const { status, body } = await send(handler, "http", { query: [[name, value]] });
    if (status !== 200) return body;
    return (body as Event[]).map(({ id }) => id).sort();
  }
  const those = (holds: (at: string) => boolean): string[] =>
    events
      .filter(({ at }) => at !== null && holds(at))
      .map(({ id }) => id)
      .sort();

  it("compare by the moment, whatever the zone and the digits", async () => {
    for (const value of asked) {
      expect(await found("at[lt]", value), value).toEqual(those(at => order(at, value) < 0));
      expect(await found("at[lte]", value), value).toEqual(those(at => order(at, value) <= 0));
      expect(await found("at[gt]", value), value).toEqual(those(at => order(at, value) > 0));
      expect(await found("at[gte]", value), value).toEqual(those(at => order(at, value) >= 0));
      const same = those(at => order(at, value) === 0);
      expect(await found("at", value), value).toEqual(same);
      expect(await found("at[eq]", value), value).toEqual(same);
      expect(await found("at[ne]", value), value).toEqual(
        events
          .map(({ id }) => id)
          .filter(id => !same.includes(id))
          .sort(),
      );
    }
    expect(await found("at[between]", "2024-03-01T00:00:00.04Z,2024-03-01T02:00:00.45+02:00")).toEqual([
      "10",
      "11",
      "7",
      "8",
      "9",
    ]);
    expect(await found("at[notIn]", "2024-03-01,2024-02-29T23:59:59Z")).toHaveLength(events.length - 5);
    expect(await found("at[startsWith]", "2024-02")).toEqual(["0", "1"]);
    expect(await found("day[gte]", "2024-03-01")).toHaveLength(events.length - 2);
  });

  it("are 400 where the value is no date", async () => {
    const refusal = (field: string) => ({
      code: 400,
      message: `Invalid value of parameter: ${field}`,
      field,
    });
    for (const name of [
      "at",
      "at[eq]",
      "at[ne]",
      "at[lt]",
      "at[gte]",
      "at[in]",
      "at[notIn]",
      "day",
      "day[lt]",
    ]) {
      for (const value of ["abc", "", "2024-02-30", "2024-03-01T00:00:00", "2024-03-01T25:00:00Z"]) {
        expect(await found(name, value), `${name}=${value}`).toEqual(refusal(name));
      }
    }
    expect(await found("at[between]", "2024-03-01,abc")).toEqual(refusal("at[between]"));
    expect(await found("day", "2024-03-01T00:00:00Z")).toEqual(refusal("day"));
  });
});
