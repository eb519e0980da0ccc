import { brotliDecompressSync, gunzipSync } from "node:zlib";
import middy from "@middy/core";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import * as face from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { type EventSource, eventOf, type Received, received, type TestRequest } from "./events.ts";
import { getting } from "./getting.ts";

/** An object as it is stored; `password` never goes out. */
export interface Row {
  id: string;
  email: string;
  bio: string;
  password: string;
}

/** What must occur in no response. */
export const secret = "pbkdf2_sha256$secret";
/** What a serializer lets out of {@link row}. It is long, so that it can be compressed. */
export const shown: Omit<Row, "password"> = { id: "1", email: "a@b.c", bio: "word ".repeat(200) };
export const row: Row = { ...shown, password: secret };

/** What a function or a step was called with. */
export interface Probe {
  event?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

type Handler = ((event: unknown, context: object) => Promise<unknown>) & face.LambdaHandler;
type Request = { event: unknown; context: unknown };

/** A handler to put a middleware into, and a request that it answers with success. */
export interface Target {
  name: string;
  method: string;
  path: string;
  route: string;
  status: number;
  /** JSON that is sent as the body. */
  body?: unknown;
  /** Whether the response has no body. */
  isEmpty?: boolean;
  make(options: object, probe: Probe): Handler;
}

function look(probe: Probe, { event, context }: Request): void {
  Object.assign(probe, { event, context });
}

/** A model that always has the same object. */
export function modelOf(stored: Row = row): Model<Row> {
  const model = memoryModel<Row>({ name: "Row" });
  const stay = async (): Promise<Row> => stored;
  return {
    ...model,
    objects: getting(model.objects, stored),
    create: stay,
    update: stay,
    delete: async () => {},
  };
}

function serializerOf(probe: Probe): (given: object, request: Request) => unknown {
  return function serializer(given: object, request: Request): unknown {
    look(probe, request);
    const { password: _, ...rest } = given as Row;
    return rest;
  };
}

/** `allow` is an option of lists alone. */
function options(probe: Probe, more: object): never {
  const { allow: _, ...rest } = more as { allow?: unknown };
  return { serializer: serializerOf(probe), errors: { logger: false }, ...rest } as never;
}

const many = Array.from({ length: 40 }, (_, index) => index);

/** One of each generic of HTTP requests. */
export const targets: readonly Target[] = [
  {
    name: "createHandler",
    method: "POST",
    path: "/rows",
    route: "POST /rows",
    status: 201,
    body: { email: "a@b.c" },
    make: (more, probe) =>
      face.createHandler(modelOf(), {
        ...(options(probe, more) as object),
        required: ["email"],
        create(_data: unknown, request: Request) {
          look(probe, request);
          return row;
        },
      } as never) as Handler,
  },
  {
    name: "retrieveHandler",
    method: "GET",
    path: "/rows/1",
    route: "GET /rows/{id}",
    status: 200,
    make: (more, probe) => face.retrieveHandler(modelOf(), options(probe, more)) as Handler,
  },
  {
    name: "updateHandler",
    method: "PATCH",
    path: "/rows/1",
    route: "PATCH /rows/{id}",
    status: 200,
    body: { email: "a@b.c" },
    make: (more, probe) =>
      face.updateHandler(modelOf(), {
        ...(options(probe, more) as object),
        optional: ["email"],
      } as never) as Handler,
  },
  {
    name: "deleteHandler",
    method: "DELETE",
    path: "/rows/1",
    route: "DELETE /rows/{id}",
    status: 204,
    isEmpty: true,
    make: (more, probe) =>
      face.deleteHandler(modelOf(), {
        ...(options(probe, more) as object),
        remove: (_row: Row, request: Request) => look(probe, request),
      } as never) as Handler,
  },
  {
    name: "deleteHandler with a body",
    method: "DELETE",
    path: "/rows/1",
    route: "DELETE /rows/{id}",
    status: 202,
    make: (more, probe) =>
      face.deleteHandler(modelOf(), {
        ...(options(probe, more) as object),
        status: 202,
        remove: (removed: Row) => removed,
      } as never) as Handler,
  },
  {
    name: "listHandler",
    method: "GET",
    path: "/rows",
    route: "GET /rows",
    status: 200,
    make: (more, probe) =>
      face.listHandler(modelOf(), {
        ...(options(probe, more) as object),
        ...more,
        list: () => [row, row],
      } as never) as Handler,
  },
  {
    name: "bulkCreateHandler",
    method: "POST",
    path: "/rows/bulk",
    route: "POST /rows/bulk",
    status: 201,
    body: many.map(() => ({ email: "a@b.c" })),
    make(more, probe) {
      const { serializer: _, ...rest } = options(probe, more) as Record<string, unknown>;
      return face.bulkCreateHandler(modelOf(), {
        ...rest,
        required: ["email"],
        create(_data: unknown, request: Request) {
          look(probe, request);
          return row;
        },
      } as never) as unknown as Handler;
    },
  },
  {
    name: "bulkUpdateHandler",
    method: "PATCH",
    path: "/rows/bulk",
    route: "PATCH /rows/bulk",
    status: 200,
    body: many.map(id => ({ id, email: "a@b.c" })),
    make(more, probe) {
      const { serializer: _, ...rest } = options(probe, more) as Record<string, unknown>;
      return face.bulkUpdateHandler(modelOf(), {
        ...rest,
        optional: ["email"],
        update(_row: Row, _changes: unknown, request: Request) {
          look(probe, request);
          return row;
        },
      } as never) as unknown as Handler;
    },
  },
  {
    name: "bulkDeleteHandler",
    method: "POST",
    path: "/rows/bulk-delete",
    route: "POST /rows/bulk-delete",
    status: 200,
    body: { ids: many },
    make(more, probe) {
      const { serializer: _, ...rest } = options(probe, more) as Record<string, unknown>;
      return face.bulkDeleteHandler(modelOf(), {
        ...rest,
        remove: (_row: Row, request: Request) => look(probe, request),
      } as never) as unknown as Handler;
    },
  },
  {
    name: "restoreHandler",
    method: "POST",
    path: "/rows/1",
    route: "POST /rows/{id}",
    status: 200,
    make(more, probe) {
      const model = modelOf();
      const objects = Object.assign(model.objects, { onlyDeleted: () => model.objects });
      return face.restoreHandler({ ...model, objects, softDelete: "bio" }, {
        ...(options(probe, more) as object),
        restore(_row: Row, request: Request) {
          look(probe, request);
          return row;
        },
      } as never) as unknown as Handler;
    },
  },
];

/** A pipeline that responds with the object, and with what of the request was read. */
export const pipelineTarget: Target = {
  name: "pipeline",
  method: "POST",
  path: "/rows/1",
  route: "POST /rows/{id}",
  status: 200,
  body: { email: "a@b.c" },
  make: (given, probe) => pipelineOf(probe, (given as { chain: readonly AnyMiddleware[] }).chain),
};

function pipelineOf(probe: Probe, chain: readonly AnyMiddleware[]): Handler {
  return face.pipeline(chain as never, (event: unknown, context: unknown) => {
    look(probe, { event, context });
    return { ...row };
  }) as unknown as Handler;
}

const noErrors = (): AnyMiddleware => face.errors({ logger: false });
const picking = (): AnyMiddleware => face.serialize(face.pick("id", "email", "bio") as never);

/** Columns of the manual's table. */
export type Column = "around" | "use" | "outside" | "inside";

/** A place where a middleware of another package can stand. */
export interface Place {
  name: string;
  column: Column;
  /** Whether Middy's own order of hooks holds there, with nothing of ours outside. */
  isBare?: boolean;
  /** Whether the route is found behind it. */
  isRouted?: boolean;
  put(target: Target, foreign: readonly AnyMiddleware[], probe: Probe, more: object): Handler;
}

function apiOf(
  target: Target,
  probe: Probe,
  more: { cors?: false },
  rest: object,
): { handler: face.LambdaHandler } {
  const { cors } = more;
  const entries = { [target.route]: target.make(more, probe) } as never;
  return face.api(entries, { errors: { logger: false }, ...(cors === false && { cors }), ...rest });
}

/** All places within and around what a generic makes. */
export const genericPlaces: readonly Place[] = [
  {
    name: "around",
    column: "around",
    put: (target, around, probe, more) => target.make({ ...more, around }, probe),
  },
  {
    name: "around of api",
    column: "around",
    isRouted: true,
    put: (target, around, probe, more) =>
      apiOf(target, probe, more, { around }).handler as unknown as Handler,
  },
  {
    name: "api(...).handler.use()",
    column: "around",
    isRouted: true,
    put: (target, foreign, probe, more) =>
      apiOf(target, probe, more, {}).handler.use(foreign) as unknown as Handler,
  },
  {
    name: "middy(handler).use()",
    column: "around",
    isBare: true,
    put: (target, foreign, probe, more) =>
      middy(target.make(more, probe) as never).use(foreign as never) as unknown as Handler,
  },
  { name: "use", column: "use", put: (target, use, probe, more) => target.make({ ...more, use }, probe) },
  {
    name: ".use()",
    column: "use",
    put: (target, foreign, probe, more) => target.make(more, probe).use(foreign),
  },
];

/** Both sides of `serialize`. */
export const pipelinePlaces: readonly Place[] = [
  {
    name: "outside of serialize",
    column: "outside",
    put: (target, foreign, probe) => target.make({ chain: [noErrors(), ...foreign, picking()] }, probe),
  },
  {
    name: "inside of serialize",
    column: "inside",
    put: (target, foreign, probe) => target.make({ chain: [noErrors(), picking(), ...foreign] }, probe),
  },
  {
    name: ".use() of a pipeline",
    column: "inside",
    put: (target, foreign, probe) => target.make({ chain: [noErrors(), picking()] }, probe).use(foreign),
  },
];

/** The request of a target, as a source sends it. */
export function eventFor(
  target: Target,
  source: EventSource,
  more: TestRequest = {},
): Record<string, unknown> {
  const isById = target.route.endsWith("{id}");
  return eventOf(source, {
    method: target.method,
    path: target.path,
    route: target.route.replace(/^\w+ /, ""),
    ...(isById && { pathParameters: { id: "1" } }),
    ...(target.body !== undefined && { body: JSON.stringify(target.body) }),
    ...more,
    headers: {
      ...(target.body !== undefined && { "content-type": "application/json" }),
      ...more.headers,
    },
  });
}

/** What reached the client, with its body as text. */
export interface TestResponse extends Received {
  text: string;
}

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
};

/** Sends an event to a handler, and undoes the encoding of what comes back. */
export async function call(
  handler: (event: unknown, context: object) => Promise<unknown>,
  source: EventSource,
  event: object,
  context: object = { awsRequestId: "r" },
): Promise<TestResponse> {
  const got = received(source, await handler(event, context));
  const encoding = got.headers["content-encoding"];
  const decode = typeof encoding === "string" ? decoders[encoding] : undefined;
  return { ...got, text: (decode ? decode(got.body) : got.body).toString() };
}

/** All that a client could read in a response. */
export const readable = ({ headers, cookies, text }: TestResponse): string =>
  `${JSON.stringify([headers, cookies])}${text}`;
