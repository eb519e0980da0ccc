import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import { authUser } from "../../middlewares/authUser.ts";
import { errors } from "../../middlewares/errors.ts";
import { idempotent } from "../../middlewares/idempotent.ts";
import { jsonBody } from "../../middlewares/jsonBody.ts";
import { loadObject } from "../../middlewares/loadObject.ts";
import { loadQueryset } from "../../middlewares/loadQueryset.ts";
import { permit } from "../../middlewares/permit.ts";
import { requireKeys } from "../../middlewares/requireKeys.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { configure } from "../../src/core/settings.ts";
import type { HttpEvent } from "../../src/http/types.ts";
import { memoryStore } from "../../src/idempotency/memory.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { one } from "../../src/models/relations/one.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { RelatedTo } from "../../src/models/types.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type AccessApi, AccessError, proveAccess } from "../../tools/testing/index.ts";

configure({ secretKey: "a secret of tests, which is 32 bytes long" });

interface User {
  id: string;
  org: string;
  role: string;
}
const users = {
  root: { id: "root-1", org: "org-a", role: "admin" },
  ada: { id: "ada-1", org: "org-a", role: "member" },
  eve: { id: "eve-1", org: "org-e", role: "member" },
};

const linesOf = async (run: Promise<{ unproven: readonly string[] }>): Promise<unknown> => {
  try {
    return { unproven: (await run).unproven };
  } catch (error) {
    if (error instanceof AccessError) return error.message;
    throw error;
  }
};

/** Roles: the admin of a tenant deletes, its members change what is theirs, and all of it read. */
function rolesApi(): AccessApi {
  const db = sqlite(":memory:");
  const Users = sqlModel<User>({
    db,
    name: "User",
    table: "users",
    columns: { id: "text", org: "text", role: "text" },
  });
  const Tasks = sqlModel<{
    id: string;
    org: string;
    by: string;
    title: string;
    done: boolean | null;
    at: Date | null;
  }>({
    db,
    name: "Task",
    table: "tasks",
    columns: { id: "text", org: "text", by: "text", title: "text", done: "boolean", at: "date" },
  });
  const ofOrg = (_event: HttpEvent, { user }: { user: User }) => Tasks.objects.filter({ org: user.org });
  const tasks = resource(Tasks, {
    auth: { model: Users },
    serializer: pick("id", "title", "done", "at"),
    required: ["title"],
    optional: ["done", "at"],
    queryset: ofOrg,
    defaults: ({ context }) => ({ org: context.user.org, by: context.user.id }),
    filters: ["done", "title", "by"],
    ordering: ["title", "by"],
    count: true,
    use: [idempotent({ store: memoryStore() })],
    update: { permit: (_event, { user, object }) => user.role === "admin" || object.by === user.id },
    delete: { permit: (_event, { user }) => user.role === "admin" },
  });
  return api({
    tasks,
    "POST /tasks/bulk": bulkCreateHandler(Tasks, {
      auth: { model: Users },
      required: ["title"],
      queryset: ofOrg,
      defaults: ({ context }) => ({ org: context.user.org, by: context.user.id }),
    }),
    "PATCH /tasks/bulk": bulkUpdateHandler(Tasks, {
      auth: { model: Users },
      optional: ["title"],
      queryset: ofOrg,
      permit: (_event, { user, object }) => user.role === "admin" || object.by === user.id,
    }),
    "DELETE /tasks": bulkDeleteHandler(Tasks, {
      auth: { model: Users },
      queryset: ofOrg,
      permit: (_event, { user }) => user.role === "admin",
    }),
  }) as unknown as AccessApi;
}

/** Drafts are their author's, what is published is everybody's; no generics for some of it. */
function draftsApi(): AccessApi {
  const Users = memoryModel<{ id: string; name: string }>({ name: "User" });
  const Posts = memoryModel<{ id: string; author: string; text: string; state: string }>({
    name: "Post",
    fields: { id: "text", author: "text", text: "text", state: "text" },
  });
  const visible = (_event: HttpEvent, { user }: { user?: { id: string } | undefined }) =>
    user === undefined
      ? Posts.objects.filter({ state: "published" })
      : Posts.objects.filter({ or: [{ state: "published" }, { author: user.id }] });
  const auth = { model: Users };
  const mine = (_event: HttpEvent, { user }: { user: { id: string } }) =>
    Posts.objects.filter({ author: user.id });
  return api({
    posts: resource(Posts, {
      serializer: pick("id", "author", "text", "state"),
      required: ["text"],
      create: {
        auth,
        defaults: ({ context }) => ({
          author: (context.user as unknown as { id: string }).id,
          state: "draft",
        }),
      },
      retrieve: { auth: { ...auth, optional: true }, queryset: visible as never },
      list: { auth: { ...auth, optional: true }, queryset: visible as never },
      update: { auth, queryset: mine as never },
      delete: { auth, queryset: mine as never },
    }),
    "GET /drafts": pipeline(
      [
        errors(),
        serialize(pick("id", "text")),
        authUser({ model: Users }),
        loadQueryset(Posts, { queryset: mine }),
      ],
      async (_event, { queryset }) => (await queryset.filter({ state: "draft" }).page({ limit: 10 })).items,
    ),
    "POST /posts/{id}/publish": pipeline(
      [
        errors(),
        serialize(pick("id", "state")),
        authUser({ model: Users }),
        loadObject(Posts),
        permit(
          (_event, { user, object }: { user: { id: string }; object: { author: string } }) =>
            object.author === user.id,
        ),
      ],
      (_event, { object }) => Posts.update(object, { state: "published" }),
    ),
    "PATCH /posts/{id}/text": pipeline(
      [
        errors(),
        serialize(pick("id", "text")),
        authUser({ model: Users }),
        loadObject(Posts, { queryset: mine }),
        jsonBody<{ text: string }>(),
        requireKeys(["text"]),
      ],
      ({ body }, { object }) => Posts.update(object, { text: String(body.text) }),
    ),
  }) as unknown as AccessApi;
}

/** Tenants are in the path. */
function pathApi(forgets: boolean): AccessApi {
  const Users = memoryModel<User>({ name: "User" });
  const Files = memoryModel<{ id: string; org: string; name: string; key: string | null }>({
    name: "File",
    fields: { id: "text", org: "text", name: "text", key: "text" },
  });
  const files = {
    auth: { model: Users },
    serializer: pick("id", "name"),
    queryset: ({ pathParameters }: HttpEvent) => Files.objects.filter({ org: pathParameters?.org ?? "" }),
    permit: ({ pathParameters }: HttpEvent, { user }: { user: User }) =>
      forgets || user.org === pathParameters?.org,
  } as const;
  const { create, retrieve, update, list } = resource(Files, {
    ...files,
    required: ["name"],
    defaults: ({ event }: { event: HttpEvent }) => ({ org: event.pathParameters?.org ?? "" }),
  } as never) as Record<string, never>;
  return api({
    "POST /orgs/{org}/files": create,
    "GET /orgs/{org}/files": list,
    "GET /orgs/{org}/files/{id}": retrieve,
    "PATCH /orgs/{org}/files/{id}": update,
  } as never) as unknown as AccessApi;
}

/** Who makes a club is its first member, and says who else is: a membership is about somebody, whoever made it. */
function clubsApi(): AccessApi {
  const Users = memoryModel<User>({ name: "User" });
  interface Membership extends RelatedTo<{ user: User }> {
    id: string;
    club: string;
    who: string;
  }
  const Members = memoryModel<Membership>({
    name: "Member",
    fields: { id: "text", club: "text", who: "text" },
    relations: { user: one(Users, "who") },
  });
  const Clubs = memoryModel<{ id: string; name: string }>({
    name: "Club",
    fields: { id: "text", name: "text" },
  });
  const auth = { model: Users };
  const parent = {
    model: Members,
    param: "club",
    key: "club",
    references: "club",
    queryset: (_event: HttpEvent, { user }: { user: { id: string } }) =>
      Members.objects.filter({ who: user.id }),
  } as const;
  const clubs = resource(Clubs, {
    auth,
    serializer: pick("id", "name"),
    required: ["name"],
    create: {
      async create(data, { context }) {
        const club = await Clubs.create(data);
        await Members.create({ club: club.id, who: context.user.id });
        return club;
      },
    },
    retrieve: false,
    update: false,
    delete: false,
    list: false,
  });
  const serializer = pick("id", "who");
  const members = resource(Members, { auth, parent, serializer, required: ["who"], update: false });
  return api({ clubs, "clubs/{club}/members": members }) as unknown as AccessApi;
}

describe("an API in which nothing is wrong", () => {
  it.each([
    ["with roles", rolesApi, []],
    ["with drafts, and handlers without generics", draftsApi, []],
    ["with tenants in its paths", () => pathApi(false), []],
    ["with memberships", clubsApi, []],
  ])("%s has no crossing", async (_what, make, unproven) => {
    expect(await linesOf(proveAccess(make(), { users, sources: ["http", "alb"] }))).toEqual({ unproven });
  });

  it("has crossings as soon as a tenant in its paths is not compared with the user's", async () => {
    expect(await linesOf(proveAccess(pathApi(true), { users, sources: ["http"] }))).toMatch(
      /its org is of another tenant/,
    );
  });
});
