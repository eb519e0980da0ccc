import { describe, expect, it } from "vitest";
import * as z from "zod";
import { BadRequest } from "../../../../src/core/errors.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import {
  modelConformance,
  type StampedThing,
  stampedOptions,
  type Thing,
  thingFields,
} from "../../../../tools/testing/modelConformance.ts";

describe("memoryModel conforms", () => {
  const options = { name: "Thing", unique: ["email"], fields: thingFields } as const;
  modelConformance(() => memoryModel<Thing>(options), {
    test: it,
    stamped: () => memoryModel<StampedThing>({ ...options, ...stampedOptions }),
  });
});

describe("memoryModel with a version conforms", () => {
  const fields = { ...thingFields, version: "integer" as const };
  modelConformance(
    () => memoryModel<Thing>({ name: "Thing", unique: ["email"], fields, version: "version" }),
    {
      test: it,
      stamped: () =>
        memoryModel<StampedThing>({
          ...stampedOptions,
          name: "Thing",
          unique: ["email"],
          fields,
          version: "version",
        }),
    },
  );
});

describe("memoryModel", () => {
  const schema = z.object({
    id: z.string(),
    age: z.coerce.number().int(),
    tags: z.array(z.string()).default([]),
  });

  it("stores what the schema gives, and refuses what it refuses with all that is wrong", async () => {
    const Users = memoryModel({ name: "User", schema });
    expect(await Users.create({ id: "a", age: "7" as never })).toEqual({ id: "a", age: 7, tags: [] });
    const error = await Users.create({ age: "x" as never, tags: 1 as never }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(BadRequest);
    expect((error as BadRequest).errors?.map(({ field }) => field)).toEqual(["age", "tags"]);
    expect(Users.fields).toEqual({ id: "text", age: "integer", tags: "json" });
    expect(await Users.objects.count()).toBe(1);
  });

  it("notices who came in between while an asynchronous schema was checking", async () => {
    const slow = schema.refine(async () => true);
    const Users = memoryModel({ name: "User", schema: slow });
    const user = await Users.create({ id: "a", age: 1 });
    const settled = await Promise.allSettled([2, 3, 4].map(age => Users.update(user, { age })));
    expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    const duplicates = await Promise.allSettled([1, 2].map(age => Users.create({ id: "b", age })));
    expect(duplicates.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("starts with copies of the objects it is given", async () => {
    const objects = [{ id: 2 }, { id: 10 }, { id: 1 }];
    const Numbers = memoryModel<{ id: number }>({ name: "Number", objects, fields: { id: "integer" } });
    expect((await Numbers.objects.page({})).items).toEqual([{ id: 1 }, { id: 2 }, { id: 10 }]);
    expect(await Numbers.objects.get("10")).toEqual({ id: 10 });
    expect(await Numbers.create({})).toEqual({ id: 11 });
    (objects[0] as { id: number }).id = 99;
    expect(await Numbers.objects.get("99")).toBeUndefined();
    expect(() => memoryModel({ name: "Number", objects: [{ id: 1 }, { id: 1 }] })).toThrow("Duplicate id");
  });

  it("refuses wrong options when it is made", () => {
    const wrong: [options: unknown, message: string][] = [
      [undefined, 'memoryModel: option "name" must be a string'],
      [{}, 'memoryModel: option "name" must be a string'],
      [{ name: "X", table: "x" }, 'memoryModel: unknown option "table"'],
      [{ name: "X", unique: "email" }, 'memoryModel: option "unique" must be an array'],
      [{ name: "X", fields: { age: "number" } }, 'memoryModel: field "age" must be one of text'],
      [{ name: "X", fields: { or: "text" } }, 'memoryModel: a field can\'t be named "or"'],
    ];
    for (const [options, message] of wrong) {
      const make = () => memoryModel(options as Parameters<typeof memoryModel>[0]);
      expect(make, message).toThrow(TypeError);
      expect(make).toThrow(message);
    }
  });
});
