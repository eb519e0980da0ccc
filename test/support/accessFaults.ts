import { createHmac } from "node:crypto";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import { authUser } from "../../middlewares/authUser.ts";
import { errors } from "../../middlewares/errors.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { BadRequest, Unauthorized } from "../../src/core/errors.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../../src/core/middleware.ts";
import type { AuthMetadata } from "../../src/core/operationMetadata.ts";
import { secretKeys } from "../../src/core/settings.ts";
import { rawBody } from "../../src/http/body.ts";
import { readQuery } from "../../src/http/query.ts";
import { readHeader } from "../../src/http/read.ts";
import { respond } from "../../src/http/respond.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import type { AccessApi, Crossing } from "../../tools/testing/index.ts";
import { apiOf, type Note, type World } from "./accessWorld.ts";

/** One thing that is wrong with an API, and what must be found. */
export interface Fault {
  readonly title: string;
  readonly make: (world: World) => AccessApi;
  readonly kind: Crossing["kind"];
  readonly route: string;
  readonly what: RegExp;
}

type Json = Record<string, unknown>;
interface Request {
  event: object;
  context: Json & { user?: Json; object?: Note };
  response: { statusCode: number; headers: Record<string, string>; body: string };
}

const sent = (event: object): Json => JSON.parse(rawBody(event as never).toString() || "{}") as Json;
const queryOf = (event: object, name: string): string | undefined => readQuery(event)[name]?.[0];
const hook = (hooks: object): AnyMiddleware => hooks as AnyMiddleware;
const after = (change: (request: Request) => unknown): AnyMiddleware => hook({ after: change });
const before = (change: (request: Request) => unknown): AnyMiddleware => hook({ before: change });

/** What is shown though a serializer keeps it. */
export const shownFaults: Fault[] = [
  {
    title: "a middleware that puts the object in place of the response",
    make: world =>
      apiOf(world, {
        use: [
          after(request => {
            request.response.body = JSON.stringify(request.context.object ?? null);
          }),
        ],
      }),
    kind: "shown",
    route: "GET /notes/{id}",
    what: /secret of a Note, though the serializer keeps it/,
  },
  {
    title: "a middleware that wraps what a create step made, made secrets included",
    make: world =>
      apiOf(world, {
        create: {
          create: async (data: Note, { context }: { context: Json }) => {
            const made = await world.Notes.create({ ...data, secret: `made${Math.random()}` });
            return Object.assign(context, { made }).made;
          },
          use: [
            after(request => {
              request.response.body = JSON.stringify(request.context.made);
            }),
          ],
        },
      }),
    kind: "shown",
    route: "POST /notes",
    what: /secret of a Note/,
  },
  {
    title: "a header that holds a hidden value",
    make: world =>
      apiOf(world, {
        use: [
          after(({ response, context }) => {
            response.headers["X-Trace"] = Buffer.from(String(context.object?.secret)).toString("base64");
          }),
        ],
      }),
    kind: "shown",
    route: "GET /notes/{id}",
    what: /secret of a Note/,
  },
  {
    title: "an entity tag that is a hidden value",
    make: world => apiOf(world, { etag: ({ secret }: Note) => `"${secret}"` }),
    kind: "shown",
    route: "PATCH /notes/{id}",
    what: /secret of a Note/,
  },
  {
    title: "an error that names the object",
    make: world =>
      apiOf(world, {
        delete: {
          queryset: world.mine,
          remove: ({ secret }: Note) => {
            throw new BadRequest(`Can't delete ${secret}`);
          },
        },
      }),
    kind: "shown",
    route: "DELETE /notes/{id}",
    what: /secret of a Note/,
  },
  {
    title: "a serializer that lets everything out",
    make: world => apiOf(world, { serializer: (note: object) => note }),
    kind: "shown",
    route: "GET /notes",
    what: /secret of a Note.*its name says/,
  },
  {
    title: "a route that shows its user without a serializer",
    make: world =>
      apiOf(world, {}, {
        "GET /me": pipeline(
          [errors(), serialize(), authUser({ model: world.Users })],
          (_e, { user }) => user,
        ),
      } as never),
    kind: "shown",
    route: "GET /me",
    what: /password of a User/,
  },
  {
    title: "a response of its own that goes around the serializer",
    make: world =>
      apiOf(world, {
        retrieve: {
          around: [
            after(request => {
              request.response.body = JSON.stringify({ all: request.context.object });
            }),
          ],
        },
      }),
    kind: "shown",
    route: "GET /notes/{id}",
    what: /secret of a Note/,
  },
];

/** Objects of others that are within reach. */
export const reachFaults: Fault[] = [
  {
    title: "a list without the queryset of its siblings",
    make: world => apiOf(world, { list: { queryset: undefined } }),
    kind: "shown",
    route: "GET /notes",
    what: /of another tenant|keeps it from them/,
  },
  {
    title: "an update without the queryset of its siblings",
    make: world => apiOf(world, { update: { queryset: undefined } }),
    kind: "reached",
    route: "PATCH /notes/{id}",
    what: /changed a Note/,
  },
  {
    title: "a delete whose rule lets everybody",
    make: world => apiOf(world, { delete: { queryset: undefined, permit: () => true } }),
    kind: "reached",
    route: "DELETE /notes/{id}",
    what: /deleted a Note/,
  },
  {
    title: "a queryset of one's own that forgets the tenant, everywhere",
    make: world => apiOf(world, { queryset: () => world.Notes.objects, update: {}, delete: {} }),
    kind: "reached",
    route: "GET /notes/{id}",
    what: /tenant/,
  },
  {
    title: "writes that nothing keeps from those who did not make the object",
    make: world => apiOf(world, { queryset: undefined, update: {}, delete: {} }),
    kind: "reached",
    route: "PUT /notes/{id}",
    what: /it is ada's, and nothing keeps it from others|it is amy's, and nothing keeps it from others/,
  },
  {
    title: "a retrieve without auth beside siblings that have it",
    make: world => apiOf(world, { retrieve: { auth: undefined, queryset: undefined } }),
    kind: "reached",
    route: "GET /notes/{id}",
    what: /asks who calls/,
  },
  {
    title: "a handler that forgets its queryset",
    make: world =>
      apiOf(world, {
        delete: {
          queryset: world.mine,
          around: [
            before(async ({ event }) => {
              const { id = "" } = (event as { pathParameters?: Record<string, string> }).pathParameters ?? {};
              const found = await world.Notes.objects.get(id);
              if (found !== undefined) await world.Notes.delete(found);
            }),
          ],
        },
      }),
    kind: "reached",
    route: "DELETE /notes/{id}",
    what: /deleted a Note, though (nobody is signed in|it is out of what|its org)/,
  },
  {
    title: "a status that reveals that an object is there",
    make: world =>
      apiOf(world, {
        delete: {
          queryset: world.mine,
          around: [
            before(async ({ event }) => {
              const { id = "" } = (event as { pathParameters?: Record<string, string> }).pathParameters ?? {};
              const isThere = (await world.Notes.objects.get(id)) !== undefined;
              return isThere && readHeader(event, "if-match") ? { statusCode: 412, body: "" } : undefined;
            }),
          ],
        },
      }),
    kind: "reached",
    route: "DELETE /notes/{id}",
    what: /answers 412 where an object that is not there gets/,
  },
  {
    title: "a PUT that creates or overwrites, whosever it is, and responds by itself",
    make: world =>
      apiOf(world, {
        update: {
          upsert: true,
          replace: true,
          queryset: world.inOrg,
          create: async ({ id, title }: Note, { context }: Request) => {
            const found = await world.Notes.objects.get(id);
            if (found !== undefined) {
              await world.Notes.update(found, { title });
              return respond({ status: 204 });
            }
            const { id: owner, org } = context.user as unknown as Note;
            return world.Notes.create({ id, title, owner, org });
          },
        },
      }),
    kind: "reached",
    route: "PUT /notes/{id}",
    what: /eve (changed|deleted) a Note, though its org is of another tenant/,
  },
  {
    title: "deleting in bulk without the queryset of its siblings",
    make: world =>
      apiOf(world, {}, {
        "POST /notes/bulk-delete": bulkDeleteHandler(world.Notes, { auth: { model: world.Users } }),
      } as never),
    kind: "reached",
    route: "POST /notes/bulk-delete",
    what: /deleted a Note/,
  },
  {
    title: "changing in bulk without the queryset of its siblings",
    make: world => apiOf(world, {}, bulkChange(world, { optional: ["title"] })),
    kind: "reached",
    route: "PATCH /notes/bulk",
    what: /changed a Note/,
  },
];

const bulkChange = (world: Parameters<Fault["make"]>[0], options: object) =>
  ({
    "PATCH /notes/bulk": bulkUpdateHandler(world.Notes, {
      auth: { model: world.Users },
      ...options,
    } as never),
  }) as never;

const itemsOf = (event: object): Json[] => [sent(event)].flat();

/** Keys and objects that are written though they may not be. */
export const writeFaults: Fault[] = [
  {
    title: "a create step that stores the body as it came",
    make: world =>
      apiOf(world, {
        create: {
          create: (data: object, { event }: Request) =>
            world.Notes.create({ ...data, ...sent(event), org: (data as Note).org }),
        },
      }),
    kind: "written",
    route: "POST /notes",
    what: /is stored as it was sent/,
  },
  {
    title: "an update step that stores the body as it came",
    make: world =>
      apiOf(world, {
        update: {
          queryset: world.mine,
          update: (object: Note, _changes: object, { event }: Request) => {
            const { secret } = sent(event);
            return world.Notes.update(object, secret === undefined ? {} : { secret: String(secret) });
          },
        },
      }),
    kind: "written",
    route: "PATCH /notes/{id}",
    what: /secret is stored as it was sent/,
  },
  {
    title: "creating in bulk with ids of the client's",
    make: world =>
      apiOf(world, {}, {
        "POST /notes/bulk": bulkCreateHandler(world.Notes, {
          auth: { model: world.Users },
          required: ["title"],
          queryset: world.inOrg as never,
          defaults: ({ context }) => {
            const { id, org } = context.user;
            return { owner: id, org };
          },
          create: (data, { event }) => {
            const item = itemsOf(event).find(({ title }) => title === data.title);
            return world.Notes.create({ ...data, ...(item?.id ? { id: String(item.id) } : {}) });
          },
        }),
      } as never),
    kind: "written",
    route: "POST /notes/bulk",
    what: /id is stored as it was sent/,
  },
  {
    title: "creating in the tenant of others",
    make: world =>
      apiOf(world, {
        optional: ["text", "org"],
        create: { queryset: undefined },
        defaults: ({ context, event }: Request) => ({
          owner: context.user?.id,
          org: (event as { body: Json }).body.org ?? context.user?.org,
        }),
      }),
    kind: "moved",
    route: "POST /notes",
    what: /created a Note, and now/,
  },
  {
    title: "creating in the name of others",
    make: world =>
      apiOf(world, {
        optional: ["text", "owner"],
        defaults: ({ context, event }: Request) => ({
          owner: (event as { body: Json }).body.owner ?? context.user?.id,
          org: context.user?.org,
        }),
      }),
    kind: "moved",
    route: "POST /notes",
    what: /created a Note, and now (PUT|PATCH|DELETE) .* keeps it from them/,
  },
  {
    title: "moving an object to the tenant of others, where a rule stands for the queryset",
    make: world =>
      apiOf(world, {
        update: {
          queryset: undefined,
          optional: ["text", "org"],
          permit: (_event: object, { user, object }: { user: Note; object: Note }) =>
            object.owner === user.id,
        },
      }),
    kind: "moved",
    route: "PATCH /notes/{id}",
    what: /changed a Note, and now its org is of another tenant/,
  },
];

/** Applies a JSON Patch to all of an object, and shows what may be shown. */
const wholePatch = (world: World): AnyMiddleware =>
  before(async ({ event }) => {
    if (!readHeader(event, "content-type")?.includes("json-patch")) return undefined;
    const { id = "" } = (event as { pathParameters?: Record<string, string> }).pathParameters ?? {};
    const note = await world.Notes.objects.get(id);
    if (note === undefined) return { statusCode: 404, body: "" };
    const changed: Json = { ...note };
    for (const { op, path, from = "", value } of itemsOf(event) as Record<string, string>[]) {
      const key = path?.slice(1) ?? "";
      if (op === "test" && changed[key] !== value) return { statusCode: 409, body: "" };
      if (op === "copy") changed[key] = changed[from.slice(1)];
      if (op === "replace" && (key === "title" || key === "text")) changed[key] = value;
    }
    const { title, text } = changed as unknown as Note;
    await world.Notes.update(note, { title, text });
    return { statusCode: 200, body: JSON.stringify({ id, title, text }) };
  });

const listed = (world: World, allow: readonly string[], list: unknown, more: object = {}): AccessApi =>
  apiOf(world, { list: { allow, list, ...more } });

type Found = ReturnType<World["inOrg"]>;

/** What is hidden and revealed nonetheless. */
export const revealedFaults: Fault[] = [
  {
    title: "a JSON Patch that copies what is hidden",
    make: world => apiOf(world, { update: { queryset: world.mine, around: [wholePatch(world)] } }),
    kind: "shown",
    route: "PATCH /notes/{id}",
    what: /copy reads (owner|org|secret), which the route does not show/,
  },
  {
    title: "a JSON Patch that tests what is hidden",
    make: world =>
      apiOf(world, {
        update: {
          queryset: world.mine,
          around: [
            before(({ event }) => {
              const isTest = JSON.stringify(itemsOf(event)).includes('"test"');
              return isTest ? wholePatch(world).before?.({ event } as never) : undefined;
            }),
          ],
        },
      }),
    kind: "revealed",
    route: "PATCH /notes/{id}",
    what: /test reveals what is in (secret|owner|org)/,
  },
  {
    title: "a filter by the beginning of what is hidden",
    make: world =>
      listed(world, ["secret[startsWith]"], (found: Found, { event }: Request) => {
        const startsWith = queryOf(event, "secret[startsWith]");
        return startsWith === undefined ? found : found.filter({ secret: { startsWith } });
      }),
    kind: "revealed",
    route: "GET /notes",
    what: /secret\[startsWith\] reveals/,
  },
  {
    title: "an order by what is hidden",
    make: world =>
      apiOf(world, {
        list: {
          ordering: [],
          allow: ["order"],
          list: (found: Found, { event }: Request) => {
            const order = queryOf(event, "order");
            return order?.endsWith("secret") ? found.orderBy(order as "secret") : found;
          },
        },
      }),
    kind: "revealed",
    route: "GET /notes",
    what: /the order by it reveals what is in secret/,
  },
  {
    title: "a cursor that holds what is hidden",
    make: world =>
      listed(world, [], async (found: Found, { event }: Request) => {
        const { items } = await found.page({ limit: Number(queryOf(event, "limit") ?? 50) });
        const nextCursor = Buffer.from(JSON.stringify([items.at(-1)?.secret])).toString("base64url");
        return { items, nextCursor };
      }),
    kind: "shown",
    route: "GET /notes",
    what: /secret of a Note/,
  },
  {
    title: "a cursor that leads into the tenant of others",
    make: world =>
      listed(world, [], async (found: Found, { event }: Request) => {
        const cursor = queryOf(event, "cursor");
        const org = cursor && Buffer.from(cursor, "base64url").toString();
        const { items } = await (org ? world.Notes.objects.filter({ org }) : found).page({ limit: 50 });
        return { items, nextCursor: Buffer.from(items[0]?.org ?? "").toString("base64url") };
      }),
    kind: "shown",
    route: "GET /notes",
    what: /title of a Note, though its org is of another tenant/,
  },
  {
    title: "a count of all that there is",
    make: world =>
      apiOf(world, {
        list: {
          count: true,
          list: async (found: Found) => ({
            items: (await found.page({ limit: 1 })).items,
            total: await world.Notes.objects.count(),
          }),
        },
      }),
    kind: "revealed",
    route: "GET /notes",
    what: /objects are counted, of which/,
  },
];

type Skipped = "user" | "signature" | "exp" | "aud" | "typ" | "origin" | "everything" | "header" | "gateway";

/** An `authUser` that leaves one thing out. */
function lax(world: World, skipped: Skipped, more: Partial<AuthMetadata> = {}): AnyMiddleware {
  const options = { model: world.Users, ...more.options };
  const cookie = more.cookie;

  function tokenOf(event: object): string {
    const found = cookie && new RegExp(`${cookie}=([^;]+)`).exec(cookieText(event))?.[1];
    return found ?? /^Bearer (.+)$/.exec(readHeader(event, "authorization") ?? "")?.[1] ?? "";
  }
  function idIn(token: string): string | undefined {
    const [head = "", payload = "", signature] = token.split(".");
    const read = (part: string): Json => JSON.parse(Buffer.from(part, "base64url").toString()) as Json;
    const own = createHmac("sha256", secretKeys()[0] ?? "")
      .update(`${head}.${payload}`)
      .digest("base64url");
    if (skipped !== "signature" && own !== signature) return undefined;
    const { exp, nbf, aud, sub } = read(payload);
    const now = Date.now() / 1000;
    if (skipped !== "exp" && !(Number(exp) > now)) return undefined;
    if (Number(nbf ?? 0) > now || (skipped !== "aud" && aud !== undefined)) return undefined;
    if (skipped !== "typ" && read(head).typ !== "JWT") return undefined;
    return typeof sub === "string" ? sub : undefined;
  }
  async function authUserBefore({ event, context }: HookRequest): Promise<void> {
    const known = event as { requestContext?: { authorizer?: { jwt?: { claims?: Json } } } };
    const sub = skipped === "gateway" ? known.requestContext?.authorizer?.jwt?.claims?.sub : undefined;
    const named = skipped === "header" ? readHeader(event, "x-user-id") : undefined;
    let id: string | undefined;
    try {
      id = skipped === "everything" ? "ada-1" : ((sub as string) ?? named ?? idIn(tokenOf(event as object)));
    } catch {
      throw new Unauthorized();
    }
    const user = id === undefined ? undefined : await world.Users.objects.get(id);
    if (user === undefined && !(skipped === "user" && id !== undefined)) throw new Unauthorized();
    Object.assign(context as object, { user: user ?? { id, org: "none" }, claims: { sub: id } });
  }
  return defineMiddleware({
    name: "authUser",
    adds: ["context.user", "context.claims"],
    openapi: () => ({ auth: { optional: false, ...more, options }, errors: [401] }),
    before: authUserBefore as never,
  });
}

function cookieText(event: object): string {
  const { cookies } = event as { cookies?: string[] };
  return cookies?.join(";") ?? readHeader(event, "cookie") ?? "";
}

const laxFault = (
  skipped: Skipped,
  title: string,
  what: RegExp,
  more: Partial<AuthMetadata> = {},
): Fault => ({
  title,
  make: world => apiOf(world, { auth: undefined, around: [lax(world, skipped, more)] }),
  kind: "signed in",
  route: more.cookie === undefined ? "GET /notes" : "DELETE /notes/{id}",
  what,
});

/** A response for each key and whatever else callers differ by. */
function sharedKeys(idOf: (context: object) => unknown = () => ""): AnyMiddleware {
  const kept = new Map<string, Request["response"]>();
  return defineMiddleware({
    name: "keys",
    openapi: () => ({
      parameters: [{ in: "header", name: "Idempotency-Key" }],
      headers: { "Idempotent-Replayed": "true" },
    }),
    before: ({ event, context }: HookRequest) => {
      const found = kept.get(`${idOf(context as object)} ${readHeader(event, "idempotency-key")}`);
      return found && { ...found, headers: { ...found.headers, "Idempotent-Replayed": "true" } };
    },
    after: request => {
      const key = readHeader(request.event, "idempotency-key");
      const owner = idOf(request.context as object);
      if (key !== undefined) kept.set(`${owner} ${key}`, request.response as never);
    },
  }) as AnyMiddleware;
}

/** Callers who are taken for others. */
export const callerFaults: Fault[] = [
  laxFault("everything", "an authUser that takes everyone", /nobody is signed in, and the route answers/),
  laxFault(
    "signature",
    "signatures that are not checked",
    /a token (that nobody signed|of another key) counts/,
  ),
  laxFault("exp", "tokens that have expired", /a token that has expired counts/),
  laxFault("aud", "tokens for another audience", /a token for another audience counts/),
  laxFault("typ", "tokens of another type", /a token of another type counts/),
  laxFault("user", "users who are not there", /a token of a user who is not there counts/),
  laxFault("header", "a header that anybody can send", /a header that anybody can send counts/),
  laxFault("gateway", "an authorizer that is switched off", /authorizer, which is switched off, counts/, {
    options: { gateway: false },
  }),
  laxFault("origin", "a cookie that pages of other sites have sent", /a page of another site/, {
    cookie: "session",
  }),
  {
    title: "keys that callers share",
    make: world => apiOf(world, { create: { use: [sharedKeys()] } }),
    kind: "shared",
    route: "POST /notes",
    what: /the response that was kept for ada is given to/,
  },
  {
    title: "keys that callers of equal ids share, in whatever tenant",
    make: world =>
      apiOf(world, { create: { use: [sharedKeys(context => (context as { user?: Json }).user?.id)] } }),
    kind: "shared",
    route: "POST /notes",
    what: /the response that was kept for ada is given to eve with the id of ada/,
  },
  {
    title: "credentials that pages of any site may use",
    make: world =>
      apiOf(world, {
        cors: false,
        around: [
          after(({ event, response }) => {
            Object.assign(response.headers, {
              "Access-Control-Allow-Origin": readHeader(event, "origin") ?? "*",
              "Access-Control-Allow-Credentials": "true",
            });
          }),
        ],
      }),
    kind: "shared",
    route: "GET /notes",
    what: /pages of any site/,
  },
  {
    title: "guarded responses that caches may keep",
    make: world =>
      apiOf(world, {
        around: [
          after(({ response }) => {
            for (const name of Object.keys(response.headers))
              if (name.toLowerCase() === "cache-control") delete response.headers[name];
          }),
        ],
      }),
    kind: "shared",
    route: "GET /notes/{id}",
    what: /there is no Cache-Control/,
  },
];
