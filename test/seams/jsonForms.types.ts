import { expectTypeOf } from "vitest";
import * as z from "zod";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { client } from "../../client/client.ts";
import { createHandler } from "../../generics/createHandler.ts";
import type { Model } from "../../src/models/types.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";

interface Entry {
  id: string;
  at: Date;
  big: bigint | null;
  price: string;
}
declare const Entries: Model<Entry>;

// A schema may give the form that JSON has, or the value itself; its own steps get what it gives.
const written = jsonSchema({
  type: "object",
  properties: { at: { type: "string", format: "date-time" }, big: { type: "string" } },
});
createHandler(Entries, { body: written });
createHandler(Entries, {
  body: written,
  create(data) {
    expectTypeOf(data.at).toEqualTypeOf<string | undefined>();
    return {} as Entry;
  },
});
createHandler(Entries, { body: z.object({ at: z.date(), big: z.bigint() }) });
// @ts-expect-error a number is not a form of a date
createHandler(Entries, { body: z.object({ at: z.number() }) });
// @ts-expect-error a boolean is not a form of a bigint
createHandler(Entries, { body: z.object({ big: z.boolean() }) });
// @ts-expect-error a decimal is text
createHandler(Entries, { body: z.object({ price: z.number() }) });

// Of listed keys steps get the model's types.
createHandler(Entries, {
  required: ["at", "big"],
  create(data) {
    expectTypeOf(data.at).toEqualTypeOf<Date>();
    expectTypeOf(data.big).toEqualTypeOf<bigint | null>();
    return {} as Entry;
  },
});

// A client takes both, and gives what JSON has.
const entries = resource(Entries, {
  required: ["at", "big", "price"],
  serializer: pick("id", "at", "big", "price"),
  filters: ["at", "big", "price"],
});
const remote = client<typeof shop>("https://example.com");
const shop = api({ entries });
remote.entries.create({ at: new Date(), big: 5n, price: "0.30" });
remote.entries.create({ at: "2020-01-01", big: "5", price: "0.30" });
remote.entries.list({ "at[gte]": new Date(), big: 5n, "price[lt]": "0.30" });
// @ts-expect-error a decimal is text
remote.entries.create({ at: new Date(), big: 5n, price: 0.3 });
const response = remote.entries.retrieve("a");
expectTypeOf<NonNullable<Awaited<typeof response>["data"]>>().toEqualTypeOf<{
  id: string;
  at: string;
  big: string | null;
  price: string;
}>();
