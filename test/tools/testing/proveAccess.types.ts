import { expectTypeOf } from "vitest";
import { api } from "../../../api/api.ts";
import { resource } from "../../../api/resource.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { pick } from "../../../src/serializers/pick.ts";
import {
  AccessError,
  type AccessReport,
  type Crossing,
  proveAccess,
  type TestClient,
} from "../../../tools/testing/index.ts";

interface Note {
  id: string;
  title: string;
}
const Notes = memoryModel<Note>({ name: "Note" });
const app = api({ notes: resource(Notes, { serializer: pick("id"), required: ["title"] }) });
const users = { ada: { id: "ada-1", org: "a" }, eve: { id: "eve-1", org: "b" } };

export async function whatApiMadeIsProved(): Promise<void> {
  expectTypeOf(await proveAccess(app, { users })).toEqualTypeOf<AccessReport>();
  await proveAccess(app, {
    users,
    tenant: "org",
    open: ["GET /notes"],
    bodies: { "POST /notes": { title: "Hello" } },
    sources: ["rest", "alb-multi"],
    thorough: true,
  });
  await proveAccess(app, { users, tenant: object => object.org });
}

export async function seedKnowsTheUsersByTheirNames(): Promise<void> {
  await proveAccess(app, {
    users,
    async seed({ ada }, clients) {
      expectTypeOf(ada.org).toEqualTypeOf<string>();
      expectTypeOf(clients.eve).toEqualTypeOf<TestClient>();
      await Notes.create({ id: "1", title: ada.id });
    },
  });
  await proveAccess(app, {
    users,
    // @ts-expect-error nobody is called so
    seed: ({ bob }) => bob,
  });
}

export function errorsHaveTheCrossings(error: unknown): readonly Crossing[] {
  return error instanceof AccessError ? error.crossings : [];
}

export function otherCallsDoNotCompile(): void {
  // @ts-expect-error somebody has to be there
  void proveAccess(app, {});
  // @ts-expect-error a handler alone has no routes
  void proveAccess(app.handler, { users });
  // @ts-expect-error a user is an object
  void proveAccess(app, { users: { ada: "ada" } });
  // @ts-expect-error there is no such source
  void proveAccess(app, { users, sources: ["v2"] });
}
