import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { configure } from "../../src/core/settings.ts";
import { drizzleModel } from "../../src/models/drizzle/drizzleModel.ts";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { findIn } from "../../src/models/query/findIn.ts";
import { keysetQueryset } from "../../src/models/query/keysetQueryset.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import type { Model } from "../../src/models/types.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { startDatabases } from "../support/databases.ts";
import { type EventSource, sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Note {
  id: string;
  org: string;
  title: string;
  score: string;
}
const columns = { id: "text", org: "text", title: "text", score: "text" } as const;
/** Four have the same score, so that the id decides. */
const notes: Note[] = Array.from({ length: 9 }, (_item, at) => ({
  id: `note-${at}`,
  org: "tenant-of-ann",
  title: `title-${at % 2}`,
  score: `secret-${at < 4 ? 5 : (at * 7) % 9}`,
}));
const foreign: Note = { id: "foreign-1", org: "tenant-of-bob", title: "title-1", score: "secret-4" };
const inOrder = [...notes]
  .sort((a, b) => (a.score === b.score ? (a.id < b.id ? -1 : 1) : a.score < b.score ? -1 : 1))
  .map(({ id }) => id);

const databases = startDatabases("cursors");
afterEach(() => configure({ secretKey: undefined }));

const ddl = "(id text primary key, org text not null, title text not null, score text not null)";
const text = { lite: () => lite.text().notNull(), pg: () => pg.text().notNull() };

function own(): Model<Note> {
  const rows = new Map<string, Note>();
  return {
    name: "Note",
    idKey: "id",
    fields: columns,
    objects: keysetQueryset<Note>({
      name: "Note",
      idKey: "id",
      fields: columns,
      find: async request => findIn([...rows.values()], request, columns),
      count: async () => rows.size,
    }),
    async create(data) {
      rows.set(data.id as string, data as Note);
      return data as Note;
    },
    update: () => Promise.reject(new Error("not used")),
    async delete({ id }) {
      rows.delete(id);
    },
  };
}

const engines: [string, () => Model<Note> | Promise<Model<Note>>][] = [
  ["memoryModel", () => memoryModel<Note>({ name: "Note", fields: columns })],
  ["memoryModel that knows no fields", () => memoryModel<Note>({ name: "Note" })],
  ["sqlModel on SQLite", () => sqlModel<Note>({ ...databases.sqlite(), name: "Note", columns })],
  ["sqlModel on PostgreSQL", () => sqlModel<Note>({ ...databases.postgres(), name: "Note", columns })],
  [
    "drizzleModel on SQLite",
    () => {
      const { db, table: name } = databases.drizzleSqlite(ddl);
      const table = lite.sqliteTable(name, {
        id: lite.text().primaryKey(),
        org: text.lite(),
        title: text.lite(),
        score: text.lite(),
      });
      return drizzleModel(db, table, { name: "Note" });
    },
  ],
  [
    "drizzleModel on PostgreSQL",
    async () => {
      const { db, table: name } = await databases.drizzlePostgres(ddl.replaceAll("text", 'text collate "C"'));
      const table = pg.pgTable(name, {
        id: pg.text().primaryKey(),
        org: text.pg(),
        title: text.pg(),
        score: text.pg(),
      });
      return drizzleModel(db, table, { name: "Note" });
    },
  ],
  [
    "dynamoModel that sorts what it scanned",
    async () => dynamoModel<Note>({ ...(await databases.dynamo()), name: "Note" }),
  ],
  ["a model of one's own", own],
];

type Handler = Parameters<typeof send>[0];
type Query = readonly (readonly [string, string])[];

/** What a client asks next. */
function nextOf({ headers }: TestResponse): { cursor: string | null; query: Query } | undefined {
  const [, target] = /^<([^<>\s]+)>; rel="next"/.exec(String(headers.link ?? "")) ?? [];
  if (target === undefined) return undefined;
  const { searchParams } = new URL(target, "http://here");
  return { cursor: searchParams.get("cursor"), query: [...searchParams] };
}

/** All that anybody can see in a cursor, however it is written. */
function seenIn(cursor: string): string {
  return [cursor, Buffer.from(cursor, "base64url").toString("latin1")].join(" ");
}

/** Follows the links to the end; collects the ids or titles that come, and the cursors. */
async function walk(
  handler: Handler,
  query: Query,
  source: EventSource = "http",
  between: (read: readonly unknown[]) => unknown = () => undefined,
): Promise<{ read: unknown[]; cursors: string[]; seen: string }> {
  const read: unknown[] = [];
  const cursors: string[] = [];
  for (let asked: Query | undefined = query; asked !== undefined; ) {
    const response = await send(handler, source, { path: "/notes", query: asked });
    expect([response.status, response.body]).toEqual([200, expect.any(Array)]);
    read.push(...(response.body as unknown[]));
    const next = nextOf(response);
    if (next?.cursor) cursors.push(next.cursor);
    asked = next?.query;
    if (asked !== undefined) await between(read);
  }
  return { read, cursors, seen: cursors.map(seenIn).join(" ") };
}

const keys: [string, string | string[] | undefined][] = [
  ["a secret key", "a secret that only these tests know"],
  ["a list of secret keys", ["a secret that only these tests know", "another one that was in use before"]],
  ["no secret key", undefined],
];
const hidden = /secret-|tenant-|title-/;
const options = { ordering: ["score", "title", "id"], limit: 2 } as const;
const asIds = (read: readonly unknown[]): unknown[] => read.map(one => (one as Note).id);

describe.each(engines)("cursors of a list on %s", (_engine, make) => {
  let Notes: Model<Note>;
  const mine = () => Notes.objects.filter({ org: "tenant-of-ann" });
  beforeAll(async () => {
    Notes = await make();
    for (const note of [...notes, foreign]) await Notes.create({ ...note });
  });

  describe.each(keys)("with %s", (_key, secretKey) => {
    it.each([
      ["pick", pick("id")],
      ["omit", omit("score", "title", "org")],
      ["fields", fields<Note>({ id: true, score: note => note.score.length })],
      ["a function", ({ id }: Note) => ({ id })],
    ])("show nothing that %s does not let out, and lead through all of it", async (_kind, serializer) => {
      configure({ secretKey });
      const given = { ...options, serializer: serializer as never, queryset: mine };
      for (const handler of [listHandler(Notes, given), resource(Notes, given).list]) {
        const up = await walk(handler, [["order", "score"]]);
        expect(asIds(up.read)).toEqual(inOrder);
        expect(up.cursors).toHaveLength(4);
        expect(up.seen).not.toMatch(hidden);
        const down = await walk(handler, [["order", "-score,-id"]]);
        expect(asIds(down.read)).toEqual([...inOrder].reverse());
        expect(down.seen).not.toMatch(hidden);
        const usual = await walk(handler, []);
        expect(asIds(usual.read).sort()).toEqual(notes.map(({ id }) => id));
        expect(usual.seen).not.toMatch(hidden);
      }
    });

    it("show no id where ids do not go out", async () => {
      configure({ secretKey });
      const handler = listHandler(Notes, { ...options, serializer: pick("title"), queryset: mine });
      const titles = inOrder.map(id => ({ title: notes.find(note => note.id === id)?.title }));
      const { read, seen, cursors } = await walk(handler, [["order", "score"]]);
      expect(read).toEqual(titles);
      expect(cursors).toHaveLength(4);
      expect(seen).not.toMatch(/secret-|tenant-|note-/);
    });

    it("lead through plain lists as well", async () => {
      configure({ secretKey });
      const handler = listHandler(Notes, { ...options, serializer: pick("id"), queryset: () => [...notes] });
      const { read, seen } = await walk(handler, [["order", "score"]]);
      expect(asIds(read)).toEqual(inOrder);
      expect(seen).not.toMatch(hidden);
    });

    it("that a step or a pipeline makes by itself show nothing but ids", async () => {
      configure({ secretKey });
      const objects = mine().orderBy("score");
      const first = await objects.page({ limit: 4 });
      expect(seenIn(first.nextCursor as string)).not.toMatch(hidden);
      const second = await objects.page({ limit: 9, cursor: first.nextCursor as string });
      expect([...asIds(first.items), ...asIds(second.items)]).toEqual(inOrder);
    });

    it("are the same on every source and every time", async () => {
      configure({ secretKey });
      const handler = listHandler(Notes, { ...options, serializer: pick("id"), queryset: mine });
      const all = new Set<string>();
      for (const source of sources) {
        const { read, cursors } = await walk(handler, [["order", "score"]], source);
        expect(asIds(read)).toEqual(inOrder);
        all.add(cursors.join());
      }
      expect(all.size).toBe(1);
    });

    it("that were changed, cut, made by others or for others are 400", async () => {
      configure({ secretKey });
      const handler = listHandler(Notes, { ...options, serializer: pick("id"), queryset: mine });
      const theirs = listHandler(Notes, {
        ...options,
        serializer: pick("id"),
        queryset: () => Notes.objects.filter({ org: "tenant-of-bob" }),
      });
      const { cursors } = await walk(handler, [["order", "score"]]);
      const cursor = cursors[0] as string;
      const at = (place: number) =>
        `${cursor.slice(0, place)}${cursor[place] === "A" ? "B" : "A"}${cursor.slice(place + 1)}`;
      const bad = [
        "x",
        cursor.slice(1),
        cursor.slice(0, -1),
        `${cursor}A`,
        at(0),
        at(20),
        at(cursor.length - 5),
        Buffer.from(JSON.stringify(["secret-5", "note-1"])).toString("base64url"),
        Buffer.alloc(60).toString("base64url"),
      ];
      const refusal = [400, { code: 400, message: "Invalid cursor", field: "cursor" }];
      const ask = async (asked: Handler, query: Query): Promise<unknown[]> => {
        const { status, body } = await send(asked, "http", { query });
        return [status, body];
      };
      for (const one of bad) {
        const query: Query = [
          ["order", "score"],
          ["cursor", one],
        ];
        expect(await ask(handler, query)).toEqual(refusal);
      }
      for (const order of ["-score", "title", "id"]) {
        expect(
          await ask(handler, [
            ["order", order],
            ["cursor", cursor],
          ]),
        ).toEqual(refusal);
      }
      expect(
        await ask(theirs, [
          ["order", "score"],
          ["cursor", cursor],
        ]),
      ).toEqual(refusal);
    });

    it("stay right while the objects that they stand at are deleted", async () => {
      configure({ secretKey });
      const Fresh = await make();
      for (const note of notes) await Fresh.create({ ...note });
      const handler = listHandler(Fresh, { ...options, serializer: pick("id") });
      const { read } = await walk(handler, [["order", "score"]], "http", async so => {
        const victim = await Fresh.objects.get((so.at(-1) as Note).id);
        if (victim !== undefined && so.length % 4 === 2) await Fresh.delete(victim);
      });
      expect(asIds(read)).toEqual(inOrder);
    });
  });

  it("stay right whatever is deleted where all that they hold goes out, or is encrypted", async () => {
    for (const [secretKey, serializer] of [
      [undefined, pick("id", "score")],
      ["a secret that only these tests know", pick("id")],
    ] as const) {
      configure({ secretKey });
      const Fresh = await make();
      for (const note of notes) await Fresh.create({ ...note });
      const handler = listHandler(Fresh, { ...options, serializer });
      const { read } = await walk(handler, [["order", "-score"]], "http", async so => {
        for (const { id } of so as Note[]) {
          const victim = await Fresh.objects.get(id);
          if (victim !== undefined) await Fresh.delete(victim);
        }
      });
      expect(new Set(asIds(read))).toEqual(new Set(inOrder));
      expect(read).toHaveLength(notes.length);
    }
  });

  it("go on with each key of the list, and end when their key is gone", async () => {
    const [first, second] = ["one".repeat(11), "two".repeat(11)];
    const handler = listHandler(Notes, { ...options, serializer: pick("id"), queryset: mine });
    configure({ secretKey: first });
    const { cursors } = await walk(handler, [["order", "score"]]);
    const ask = async () => {
      const query: Query = [
        ["order", "score"],
        ["cursor", cursors[0] as string],
      ];
      return (await send(handler, "http", { query })).status;
    };
    configure({ secretKey: [second, first] });
    expect(await ask()).toBe(200);
    configure({ secretKey: second });
    expect(await ask()).toBe(400);
    configure({ secretKey: undefined });
    expect(await ask()).toBe(400);
  });
});

describe("cursors of an index of DynamoDB", () => {
  let Notes: Model<Note>;
  let Scoped: Model<Note>;
  beforeAll(async () => {
    const dynamo = databases.dynamoServer();
    const table = await dynamo.createTable({
      partition: ["id", "S"],
      indexes: { byScore: { partition: ["org", "S"], sort: ["score", "S"] } },
    });
    const byTenant = await dynamo.createTable({ partition: ["org", "S"], sort: ["id", "S"] });
    const { client } = dynamo;
    const fields = columns;
    Notes = dynamoModel<Note>({
      client,
      table,
      name: "Note",
      fields,
      key: { partition: "id" },
      indexes: { byScore: { partition: "org", sort: "score" } },
      allowScan: true,
    } as never);
    Scoped = dynamoModel<Note>({
      client,
      table: byTenant,
      name: "Note",
      fields,
      key: { partition: "org", sort: "id" },
      allowScan: true,
    } as never);
    for (const note of [...notes, foreign]) {
      await Notes.create({ ...note });
      await Scoped.create({ ...note });
    }
  });

  it.each(keys)(
    "show no key of an index or a tenant that does not go out, with %s",
    async (_key, secretKey) => {
      configure({ secretKey });
      for (const serializer of [pick("id"), ({ id }: Note) => ({ id })]) {
        const given = { ...options, serializer: serializer as never };
        const byScore = listHandler(Notes, {
          ...given,
          queryset: () => Notes.objects.filter({ org: "tenant-of-ann" }),
        });
        const { read, seen, cursors } = await walk(byScore, [["order", "score"]]);
        // An index leaves the order of equal keys open.
        const scores = asIds(read).map(id => notes.find(note => note.id === id)?.score);
        expect(scores).toEqual([...scores].sort());
        expect(asIds(read).sort()).toEqual([...inOrder].sort());
        expect(cursors).toHaveLength(4);
        expect(seen).not.toMatch(hidden);
        const byTenant = listHandler(Scoped, {
          ...given,
          queryset: () => Scoped.objects.filter({ org: "tenant-of-ann" }),
        });
        const tenants = await walk(byTenant, []);
        expect(asIds(tenants.read)).toEqual(notes.map(({ id }) => id));
        expect(tenants.seen).not.toMatch(hidden);
      }
    },
  );

  it("are a 500 that says nothing where there is no key and nothing may be revealed, and the log says why", async () => {
    const logged: unknown[] = [];
    const given = { ...options, errors: { logger: (error: unknown) => logged.push(error) } };
    const noIds = listHandler(Notes, { ...given, serializer: pick("title") } as never);
    const response = await send(noIds as Handler, "http", { query: [] });
    expect([response.status, response.body]).toEqual([500, { code: 500, message: "Internal Server Error" }]);
    expect(String((logged[0] as { cause?: unknown } | undefined)?.cause)).toContain('setting "secretKey"');
    configure({ secretKey: "a secret that only these tests know" });
    const { read, seen } = await walk(noIds as Handler, []);
    expect(read).toHaveLength(10);
    expect(seen).not.toMatch(/note-/);
  });
});
