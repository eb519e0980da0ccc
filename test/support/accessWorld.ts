import { api } from "../../api/api.ts";
import type { AnyHandler } from "../../api/entries.ts";
import { resource } from "../../api/resource.ts";
import type { HttpEvent } from "../../src/http/types.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { one } from "../../src/models/relations/one.ts";
import type { Model, Queryset, RelatedTo } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import type { AccessApi } from "../../tools/testing/index.ts";

export interface User {
  id: string;
  org: string;
  email: string;
  password: string;
  role: string | null;
}
export interface Note extends RelatedTo<{ author: User }> {
  id: string;
  org: string;
  owner: string;
  title: string;
  text: string | null;
  secret: string | null;
}

/** Two tenants with two users in one of them. */
export const users: Record<"ada" | "amy" | "eve", { id: string; org: string }> = {
  ada: { id: "ada-1", org: "org-a" },
  amy: { id: "amy-1", org: "org-a" },
  eve: { id: "eve-1", org: "org-e" },
};

type Scope = (event: HttpEvent, context: { user: User }) => Queryset<Note>;

export interface World {
  Users: Model<User>;
  Notes: Model<Note>;
  /** All notes of the user's tenant, and the user's own. */
  inOrg: Scope;
  mine: Scope;
}

/** Users and notes of two tenants. */
export function accessWorld(): World {
  const Users: Model<User> = memoryModel<User>({
    name: "User",
    fields: { id: "text", org: "text", email: "text", password: "text", role: "text" },
  });
  const Notes: Model<Note> = memoryModel<Note>({
    name: "Note",
    fields: { id: "text", org: "text", owner: "text", title: "text", text: "text", secret: "text" },
    relations: { author: one(Users, "owner") },
  });
  return {
    Users,
    Notes,
    inOrg: (_event, { user }) => Notes.objects.filter({ org: user.org }),
    mine: (_event, { user }) => Notes.objects.filter({ org: user.org, owner: user.id }),
  };
}

/** The options of notes in which nothing is wrong. */
export function rightOptions({ Users, inOrg, mine }: World): Record<string, unknown> {
  return {
    auth: { model: Users },
    serializer: pick("id", "title", "text"),
    required: ["title"],
    optional: ["text"],
    queryset: inOrg,
    defaults: ({ context }: { context: { user: User } }) => ({
      owner: context.user.id,
      org: context.user.org,
    }),
    filters: ["title"],
    ordering: ["title"],
    search: ["title", "text"],
    update: { queryset: mine },
    delete: { queryset: mine },
  };
}

/** An API of notes, in which nothing is wrong but the options that are changed; and more routes. */
export function apiOf(
  world: World,
  changed: Readonly<Record<string, unknown>> = {},
  routes: Readonly<Record<string, AnyHandler>> = {},
): AccessApi {
  const notes = resource(world.Notes, { ...rightOptions(world), ...changed } as never);
  return api({ notes, ...routes } as never) as unknown as AccessApi;
}
