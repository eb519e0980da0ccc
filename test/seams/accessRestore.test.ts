import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { restoreHandler } from "../../generics/restoreHandler.ts";
import type { HttpEvent } from "../../src/http/types.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type AccessApi, AccessError, type Crossing, proveAccess } from "../../tools/testing/index.ts";

interface User {
  id: string;
  org: string;
  role: string;
}
interface Note {
  id: string;
  org: string;
  owner: string;
  title: string;
  deletedAt: Date | null;
}
type Request = { user: User; object: Note };
interface World {
  readonly Users: Model<User>;
  readonly Notes: Model<Note>;
}

const users = {
  root: { id: "root-1", org: "org-a", role: "admin" },
  ada: { id: "ada-1", org: "org-a", role: "member" },
  eve: { id: "eve-1", org: "org-e", role: "member" },
};
const columns = { id: "text", org: "text", owner: "text", title: "text", deletedAt: "date" } as const;
const engines: Record<string, () => World> = {
  memory: () => ({
    Users: memoryModel<User>({ name: "User", fields: { id: "text", org: "text", role: "text" } }),
    Notes: memoryModel<Note>({ name: "Note", fields: columns, softDelete: "deletedAt" }),
  }),
  SQL: () => {
    const db = sqlite(":memory:");
    return {
      Users: sqlModel<User>({
        db,
        name: "User",
        table: "users",
        columns: { id: "text", org: "text", role: "text" },
      }),
      Notes: sqlModel<Note>({ db, name: "Note", table: "notes", columns, softDelete: "deletedAt" }),
    };
  },
};

const isOwner = (_event: HttpEvent, { object, user }: Request) => object.owner === user.id;
const isAdmin = (_event: HttpEvent, { user }: Request) => user.role === "admin";

/** Notes of tenants, whose owners write them. */
function notesApi({ Users, Notes }: World, changed: object, routes: object = {}): AccessApi {
  const notes = resource(Notes, {
    auth: { model: Users },
    serializer: pick("id", "title"),
    required: ["title"],
    queryset: (_event: HttpEvent, { user }: Request) => Notes.objects.filter({ org: user.org }),
    defaults: ({ context }: { context: Request }) => ({ owner: context.user.id, org: context.user.org }),
    update: { permit: isOwner },
    delete: { permit: isOwner },
    ...changed,
  } as never);
  return api({ notes, ...routes } as never) as unknown as AccessApi;
}

/** Options of notes that all users read. */
const ofAll = {
  queryset: undefined,
  defaults: ({ context }: { context: Request }) => ({ owner: context.user.id, org: "all" }),
};
const anybody = (): boolean => true;

async function crossingsOf(made: AccessApi): Promise<readonly Crossing[]> {
  try {
    expect((await proveAccess(made, { users, sources: ["http"], thorough: true })).unproven).toEqual([]);
    return [];
  } catch (error) {
    if (error instanceof AccessError) return error.crossings;
    throw error;
  }
}

describe.each(Object.entries(engines))("restoring, in %s", (_engine, make) => {
  it.each([
    ["their owners", { permit: isOwner }],
    ["admins", { permit: isAdmin }],
    ["nobody else, by a queryset of deleted ones", { permit: isOwner, queryset: "deleted" }],
  ])("is right when it is for %s, and leaves the models as they were", async (_whose, options) => {
    const world = make();
    const { Notes } = world;
    const queryset = (_event: HttpEvent, { user }: Request) =>
      Notes.objects.onlyDeleted?.().filter({ org: user.org });
    const restore = "queryset" in options ? { ...options, queryset } : options;
    expect(await crossingsOf(notesApi(world, { restore }))).toEqual([]);
    expect(await Notes.objects.withDeleted?.().count()).toBe(0);
  });

  it.each([
    ["forgets its queryset", { restore: { queryset: undefined, permit: anybody } }, /of another tenant/],
    ["forgets the rule of its siblings", { ...ofAll, restore: true }, /keeps it from them/],
    ["has a rule that lets everybody", { ...ofAll, restore: { permit: anybody } }, /keeps it from them/],
    [
      "asks nobody who calls",
      { ...ofAll, restore: { auth: undefined, queryset: undefined, permit: undefined } },
      /asks who calls/,
    ],
  ])("is found when a route %s", async (_fault, changed, why) => {
    const crossings = await crossingsOf(notesApi(make(), changed));
    const found = crossings.find(
      ({ kind, route, what }) => kind === "reached" && route === "POST /notes/{id}/restore" && why.test(what),
    );
    expect(found?.what).toMatch(/restored a Note/);
    expect(found?.status).toBe(200);
  });

  it("is found when a handler of its own beside the resource forgets whose it is", async () => {
    const world = make();
    const undo = restoreHandler(world.Notes, { auth: { model: world.Users }, serializer: pick("id") });
    const crossings = await crossingsOf(
      notesApi(world, { restore: { permit: isAdmin } }, { "POST /notes/{id}/undo": undo }),
    );
    expect(new Set(crossings.map(({ kind, route }) => `${kind} ${route}`))).toEqual(
      new Set(["reached POST /notes/{id}/undo"]),
    );
    expect(crossings.map(({ user }) => user)).toContain("eve");
  });
});
