import { readFileSync } from "node:fs";
import { drizzle } from "drizzle-orm/node-postgres";
import { afterAll, describe, expect, it } from "vitest";
import type { Model } from "../../src/models/types.ts";
import {
  modelConformance,
  type RegisterTest,
  type Thing,
  thingFields,
} from "../../tools/testing/modelConformance.ts";
import { blocksOf } from "../support/markdown.ts";
import { dbNull, prismaDelegate } from "../support/prismaDelegate.ts";
import { writeSnippets } from "../support/snippets.ts";

const page = readFileSync(new URL("../../docs/adapters.md", import.meta.url), "utf8");
const blocks = blocksOf(page).filter(({ language }) => language === "ts");
const snippets = writeSnippets(blocks);
afterAll(() => snippets.remove());

type Make = (first: unknown, options: object) => Model<Thing>;

const { prismaModel } = (await import(snippets.path("prismaModel.ts"))) as { prismaModel: Make };
const { thingTests } = (await import(snippets.path("thingTests.ts"))) as {
  thingTests: (test: RegisterTest) => void;
};
const { byIdOnly } = (await import(snippets.path("refusing.ts"))) as { byIdOnly: (find: object) => string };

const delegate = () =>
  prismaDelegate({
    id: { type: "String", unique: true },
    name: { type: "String", optional: true },
    email: { type: "String", optional: true, unique: true },
    group: { type: "String", optional: true },
    rank: { type: "Int", optional: true },
    score: { type: "Float", optional: true },
    big: { type: "BigInt", optional: true },
    price: { type: "Decimal", optional: true },
    active: { type: "Boolean", optional: true },
    born: { type: "DateTime", optional: true },
    data: { type: "Json", optional: true },
    version: { type: "Int" },
  });
const things = (more: object = {}) =>
  prismaModel(delegate(), { name: "Thing", fields: { ...thingFields, version: "integer" }, dbNull, ...more });

describe("the Drizzle example of the page", () => {
  it("makes a model of its table", async () => {
    const { postsOf } = (await import(snippets.path("drizzlePosts.ts"))) as {
      postsOf: (db: object) => Model<{ id: string }>;
    };
    const Posts = postsOf(drizzle.mock());
    expect([Posts.name, Posts.idKey, Posts.fields]).toEqual([
      "Post",
      "id",
      { id: "text", title: "text", createdAt: "date", version: "integer" },
    ]);
  });
});

describe("the Prisma adapter of the page conforms on a delegate in memory", () => {
  modelConformance(() => things(), { test: it, capabilities: { decimal: false, sets: false } });
});

describe("the adapter of a class of the page conforms", () => {
  thingTests(it);
});

describe("what the adapters can't do", () => {
  it("is 400: parts of text through Prisma, where LIKE can't look for them to the letter", async () => {
    const { objects } = things({ patterns: false });
    const asked = [
      () => objects.filter({ name: { contains: "a" } }).count(),
      () => objects.filter({ not: { name: { startsWith: "a" } } }).page({}),
      () => objects.search("a", ["name"]).get("a"),
    ];
    for (const ask of asked) {
      await expect(ask()).rejects.toMatchObject({ statusCode: 400, message: "name can't be searched" });
    }
    expect(await objects.filter({ name: "a" }).count()).toBe(0);
  });

  it("is 400: a list of a store that knows ids alone", () => {
    const isIt = { op: "eq", field: "id", kind: "text", value: "a" };
    expect(byIdOnly({ condition: isIt, order: [], limit: 1, offset: 0 })).toBe("a");
    for (const find of [
      { limit: 1 },
      { condition: isIt, limit: 2 },
      { condition: { ...isIt, field: "x" }, limit: 1 },
    ]) {
      expect(() => byIdOnly({ order: [], offset: 0, ...find })).toThrow(
        expect.objectContaining({ statusCode: 400, message: "Things can't be listed" }),
      );
    }
  });
});
