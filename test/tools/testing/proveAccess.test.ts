import { beforeAll, describe, expect, it } from "vitest";
import { api } from "../../../api/api.ts";
import { resource } from "../../../api/resource.ts";
import { configure } from "../../../src/core/settings.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { type AccessApi, proveAccess } from "../../../tools/testing/index.ts";
import { accessWorld, apiOf, users } from "../../support/accessWorld.ts";

const root = new URL("../../..", import.meta.url).pathname;

beforeAll(() => {
  process.env.BLOG_DB = ":memory:";
  process.env.DATABASE = ":memory:";
  configure({ secretKey: "a secret of tests, which is 32 bytes long" });
});

/** The compiler checks the examples on their own terms: this is not an import that it follows. */
const load = async (file: string): Promise<Record<string, AccessApi>> => import(`${root}/examples/${file}`);

describe("proveAccess", () => {
  it("refuses a single handler, which has no routes", async () => {
    const handler = apiOf(accessWorld()).handler as never;
    await expect(proveAccess(handler, { users })).rejects.toThrow(/what api\(\) made/);
  });

  const people = { ada: { id: "ada-1" }, eve: { id: "eve-1" } };

  it("finds nothing in the blog", async () => {
    const { blog } = await load("blog/api.ts");
    const { crossings, unproven, cut } = await proveAccess(blog as AccessApi, { users: people });
    expect(crossings).toEqual([]);
    expect(unproven).toEqual(["POST /login", "GET /docs/{asset}"]);
    // They hash passwords.
    expect(cut.filter(key => key !== "POST /users" && key !== "POST /login")).toEqual([]);
  });

  it("finds nothing in the starter", async () => {
    const { app } = await load("starter/src/api.ts");
    const { crossings, unproven } = await proveAccess(app as AccessApi, { users: people });
    expect([crossings, unproven]).toEqual([[], ["POST /login", "GET /docs/{asset}"]]);
  });

  it("gives seed the users as they are stored and a client of each, and takes away what that made", async () => {
    const world = accessWorld();
    const seen: unknown[] = [];
    await proveAccess(apiOf(world), {
      users,
      sources: ["http"],
      async seed({ ada }, clients) {
        seen.push(await world.Users.objects.get(ada.id), (await clients.ada.get("/notes")).status);
        await world.Notes.create({ id: "seeded", org: ada.org, owner: ada.id, title: "Seeded" });
      },
    });
    expect(seen).toEqual([expect.objectContaining(users.ada), 200]);
    expect(await world.Notes.objects.count()).toBe(0);
    expect(await world.Users.objects.count()).toBe(0);
  });

  it("puts back what is only marked as deleted, which others are below, and leaves nothing of its own", async () => {
    const Users = memoryModel<{ id: string }>({ name: "User", fields: { id: "text" } });
    const Lists = memoryModel<{ id: string; owner: string; deletedAt: Date | null }>({
      name: "List",
      fields: { id: "text", owner: "text", deletedAt: "date" },
      softDelete: "deletedAt",
    });
    const Items = memoryModel<{ id: string; list: string; text: string }>({
      name: "Item",
      fields: { id: "text", list: "text", text: "text" },
    });
    const auth = { model: Users };
    const mine = (_event: unknown, { user }: { user: { id: string } }) =>
      Lists.objects.filter({ owner: user.id });
    const lists = resource(Lists, {
      auth,
      serializer: pick("id"),
      queryset: mine,
      body: jsonSchema({ type: "object", properties: {} }),
      defaults: ({ context }) => ({ owner: context.user.id }),
      update: false,
    });
    const items = resource(Items, {
      auth,
      parent: { model: Lists, param: "list", key: "list", queryset: mine },
      serializer: pick("id", "text"),
      required: ["text"],
    });
    const app = api({ lists, "lists/{list}/items": items });
    await Users.create({ id: "ada-1" });
    await Lists.create({ id: "list-1", owner: "ada-1" });
    const report = await proveAccess(app as never, { users: people, sources: ["http"] });
    expect([report.crossings, report.unproven]).toEqual([[], []]);
    expect(await Lists.objects.withDeleted().all()).toMatchObject([{ id: "list-1", deletedAt: null }]);
  });

  it("lets open routes do more than their siblings", async () => {
    const make = (): AccessApi => apiOf(accessWorld(), { list: { queryset: undefined } });
    const options = { users, sources: ["http"] as const };
    await expect(proveAccess(make(), options)).rejects.toThrow(/GET \/notes, as eve, on http/);
    expect((await proveAccess(make(), { ...options, open: ["GET /notes"] })).crossings).toEqual([]);
  });

  it("goes by the tenant that it is given, on routes without auth too", async () => {
    const world = accessWorld();
    const app = apiOf(world, { list: { queryset: undefined, auth: undefined }, retrieve: false });
    const options = { users, sources: ["http"] as const };
    expect((await proveAccess(app, options)).crossings).toEqual([]);
    for (const tenant of ["org", (object: Readonly<Record<string, unknown>>) => object.org] as const) {
      const proven = proveAccess(app, { ...options, tenant });
      await expect(proven).rejects.toThrow(/eve sees title of a Note, though it is of another tenant/);
    }
  });

  it("sends the bodies that it is given, and names routes of which little is proved", async () => {
    const body = jsonSchema({
      type: "object",
      properties: { title: { type: "string", pattern: "^[A-Z]{3}-[0-9]{4}$" } },
      required: ["title"],
    });
    const make = (): AccessApi => apiOf(accessWorld(), { body, optional: [], list: false, retrieve: false });
    const options = { users, sources: ["http"] as const };
    expect((await proveAccess(make(), options)).unproven).toContain("POST /notes");
    const bodies = { "POST /notes": { title: "ABC-1234" } };
    expect((await proveAccess(make(), { ...options, bodies })).unproven).not.toContain("POST /notes");
  });

  it.each<[string, unknown, RegExp]>([
    ["no options", undefined, /proveAccess: options/],
    ["no users", {}, /option "users"/],
    ["users that are not objects", { users: { ada: "ada" } }, /option "users"/],
    ["an unknown option", { users, user: 1 }, /unknown option "user"/],
    ["an unknown source", { users, sources: ["v2"] }, /option "source"/],
    ["no source at all", { users, sources: [] }, /option "sources" is empty/],
    ["a route that is not there as open", { users, open: ["GET /nothing"] }, /option "open".*GET \/nothing/],
    [
      "a body of a route that is not there",
      { users, bodies: { "POST /no": {} } },
      /option "bodies".*POST \/no/,
    ],
  ])("refuses %s", async (_what, options, message) => {
    await expect(proveAccess(apiOf(accessWorld()), options as never)).rejects.toThrow(message);
    await expect(proveAccess(apiOf(accessWorld()), options as never)).rejects.toBeInstanceOf(TypeError);
  });
});
