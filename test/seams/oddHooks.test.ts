import middy from "@middy/core";
import httpSecurityHeaders from "@middy/http-security-headers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import * as face from "../../src/index.ts";
import type { EventSource } from "../support/events.ts";
import { sources } from "../support/events.ts";
import {
  call,
  eventFor,
  genericPlaces,
  modelOf,
  type Place,
  pipelinePlaces,
  pipelineTarget,
  type Row,
  readable,
  row,
  secret,
  shown,
  type Target,
  type TestResponse,
  targets,
} from "../support/middyPlaces.ts";

interface Hooked {
  response: Record<string, unknown>;
}

/** A response as classes of other packages hold it. */
class OwnResponse {
  readonly statusCode: number;
  readonly body: unknown;
  readonly headers = { "x-odd": "1" };
  constructor(statusCode: number, body: unknown) {
    this.statusCode = statusCode;
    this.body = body;
  }
}

/** What the client must get: as without the hook, the object as it is serialized, nothing, or a status. */
type Expected = "same" | "shown" | "nothing" | number;

const failing = (): never => {
  throw new Error("no");
};
const hook = (definition: object): AnyMiddleware => definition as AnyMiddleware;
const after = (change: (request: Hooked) => unknown): AnyMiddleware => hook({ after: change });
const replace = (value: (response: Record<string, unknown>) => unknown): AnyMiddleware =>
  after(request => {
    request.response = value(request.response) as never;
  });
const responding = (value: unknown): AnyMiddleware =>
  hook({
    before: failing,
    onError(request: Hooked) {
      request.response = value as never;
    },
  });
const frozen = (response: Record<string, unknown>): unknown =>
  Object.freeze({ ...response, headers: Object.freeze({ ...(response.headers as object) }) });

const hooks: [what: string, hook: AnyMiddleware, expected: Expected][] = [
  ["copies the response", replace(response => ({ ...response })), "same"],
  ["returns a copy of the response", after(({ response }) => ({ ...response })), "same"],
  ["clones the response", replace(response => structuredClone(response)), "same"],
  ["takes the response through JSON", replace(response => JSON.parse(JSON.stringify(response))), "same"],
  ["puts a proxy around the response", replace(response => new Proxy(response, {})), "same"],
  ["leaves nothing", replace(() => undefined), "nothing"],
  ["leaves null", replace(() => null), "nothing"],
  ["leaves an object in place of the response", replace(() => ({ ...row })), "shown"],
  ["leaves a list of objects", replace(() => [{ ...row }]), "shown"],
  ["returns an object", after(() => ({ ...row })), "shown"],
  [
    "wraps an object as a success",
    replace(() => ({ statusCode: 200, headers: { "x-odd": "1" }, body: { ...row } })),
    "shown",
  ],
  ["wraps an object in a class", replace(() => new OwnResponse(200, { ...row })), "shown"],
  [
    "puts an object into the response as its body",
    after(({ response }) => {
      if (Number(response?.statusCode) < 400) response.body = { ...row };
    }),
    "shown",
  ],
  ["makes of an error an object", responding({ ...row }), "shown"],
  ["returns an object for an error", hook({ before: failing, onError: () => ({ ...row }) }), "shown"],
  ["makes of an error a wrapped object", responding({ statusCode: 200, body: { ...row } }), "shown"],
  [
    "makes of an error text",
    responding({ statusCode: 503, headers: { "retry-after": "1" }, body: "later" }),
    503,
  ],
  ["responds early with a class of its own", hook({ before: () => new OwnResponse(403, "no") }), 403],
  ["responds early with respond()", hook({ before: () => face.respond({ status: 418, body: "no" }) }), 418],
  ["throws behind the function", after(failing), 500],
  [
    "throws nothing",
    after(() => {
      throw undefined;
    }),
    500,
  ],
  [
    "throws the object",
    after(() => {
      throw { ...row };
    }),
    500,
  ],
  [
    "throws a text",
    hook({
      before() {
        throw secret;
      },
    }),
    500,
  ],
  ["fails to make a response of an error", hook({ before: failing, onError: failing }), 500],
];

const many: readonly EventSource[] = sources;
const few: readonly EventSource[] = ["rest", "http", "alb-multi"];
/** Middy's own order of hooks has nothing of ours outside. */
const ours = genericPlaces.filter(({ isBare }) => !isBare);

/** The results of bulk generics are none of an object. */
const canShow = ({ name }: Target): boolean => !name.startsWith("bulk");

function demand(
  expected: Expected,
  response: TestResponse,
  plain: TestResponse,
  place: Place,
  target: Target,
): void {
  if (expected === "same") expect(response).toEqual(plain);
  else if (expected === "nothing") expect([response.status, response.text]).toEqual([200, "null"]);
  else if (typeof expected === "number") expect(response.status).toBe(expected);
  else if (place.isRouted) expect(response.status).toBeLessThan(500);
  else if (!canShow(target)) expect(response.status).toBe(500);
  else {
    expect(response.status).toBe(plain.status);
    expect([target.isEmpty ? shown : JSON.parse(response.text)].flat()[0]).toEqual(shown);
  }
}

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

describe.each(hooks)("a hook that %s", (_, foreign, expected) => {
  it.each([...ours, ...pipelinePlaces].map(place => [place.name, place] as const))(
    "lets nothing out in %s that was not serialized",
    async (_place, place) => {
      for (const target of ours.includes(place) ? targets : [pipelineTarget]) {
        for (const source of target.name === "retrieveHandler" ? many : few) {
          const where = `${target.name} on ${source}`;
          const send = (chain: AnyMiddleware[]): Promise<TestResponse> =>
            call(place.put(target, chain, {}, {}), source, eventFor(target, source));
          const plain = await send([]);
          const response = await send([foreign]);
          // An api has no serializer of its own: what a hook around it leaves is its own affair.
          if (!(place.isRouted && expected === "shown")) {
            expect(readable(response), where).not.toContain(secret);
          }
          // Inside of serialize a hook that makes something of the value is a change of the value.
          if (place.column === "inside" && expected === "same") continue;
          demand(expected, response, plain, place, target);
        }
      }
    },
  );

  it("lets nothing out that others wrap once more, nor behind CORS", async () => {
    for (const use of [
      [httpSecurityHeaders() as AnyMiddleware, foreign],
      [foreign, httpSecurityHeaders() as AnyMiddleware],
    ]) {
      for (const handler of [
        face.retrieveHandler(modelOf(), { serializer: face.omit("password"), use }),
        face.retrieveHandler(modelOf(), { serializer: face.omit("password"), around: use }),
        face.pipeline([face.errors(), face.cors(), ...use, face.serialize(omitting)] as never, () => row),
        face.pipeline([face.errors(), face.cors(), face.serialize(omitting), ...use] as never, () => row),
        face.pipeline([face.errors(), ...use, face.cors(), face.serialize(omitting)] as never, () => row),
      ]) {
        for (const source of few) {
          const response = await call(handler as never, source, eventFor(targets[1] as Target, source));
          expect(readable(response)).not.toContain(secret);
        }
      }
    }
  });
});

const omitting = face.omit("password") as never;

describe("a middleware of one's own", () => {
  const own = face.defineMiddleware({
    name: "own",
    after({ response }) {
      const { headers } = response as { headers: Record<string, string> };
      headers["x-own"] = "1";
    },
  });
  it.each(ours.map(place => [place.name, place] as const))(
    "finds headers in `headers` in %s on every source, like one of another package",
    async (_, place) => {
      for (const source of many) {
        const [, target] = targets as [Target, Target];
        const response = await call(place.put(target, [own], {}, {}), source, eventFor(target, source));
        expect([response.status, response.headers["x-own"]], source).toEqual([200, "1"]);
      }
    },
  );

  it("that leaves an object has it serialized", async () => {
    const leaving = face.defineMiddleware({ name: "own", after: () => ({ ...row }) });
    for (const place of ours.filter(({ isRouted }) => !isRouted)) {
      for (const target of targets) {
        const response = await call(place.put(target, [leaving], {}, {}), "rest", eventFor(target, "rest"));
        expect(readable(response), `${target.name} in ${place.name}`).not.toContain(secret);
      }
    }
  });
});

class Entity {
  id = "1";
  email = "a@b.c";
  bio = shown.bio;
  password = secret;
  get statusCode(): number {
    return 200;
  }
  toJSON(): object {
    return { ...this };
  }
}
const values: [what: string, value: () => unknown][] = [
  ["is frozen", () => Object.freeze({ ...row })],
  [
    "is frozen and has the fields of a response",
    () => Object.freeze({ ...row, statusCode: 200, body: secret }),
  ],
  ["has frozen headers", () => ({ ...row, headers: Object.freeze({ "x-secret": secret }) })],
  [
    "has getters",
    () => ({
      ...row,
      get statusCode() {
        return 200;
      },
      get body() {
        return secret;
      },
    }),
  ],
  ["is of a class", () => new Entity()],
  ["is a proxy", () => new Proxy({ ...row }, {})],
  ["has no prototype", () => Object.assign(Object.create(null) as object, row)],
  ["has a status that is none", () => ({ ...row, statusCode: "nope", body: secret })],
];

describe.each(values)("an object that %s", (_, make) => {
  const serializer = face.pick("id", "email", "bio");
  const security = httpSecurityHeaders() as AnyMiddleware;
  const copying = replace(response => ({ ...response }));
  const chains: [string, AnyMiddleware[]][] = [
    ["none", []],
    ["security headers", [security]],
    ["one that copies", [copying]],
    ["one that freezes", [replace(frozen)]],
    ["several", [security, copying, security]],
  ];

  it.each(chains)("is serialized, and keeps status and headers, with hooks: %s", async (_name, use) => {
    const more = { serializer, errors: { logger: false } } as const;
    const value = make as () => Row;
    const handlers: [Target, object, number][] = [
      [targets[1] as Target, face.retrieveHandler(modelOf(value()), { ...more, use }), 200],
      [targets[1] as Target, face.retrieveHandler(modelOf(value()), { ...more, around: use }), 200],
      [targets[0] as Target, face.createHandler(modelOf(), { ...more, use, create: value }), 201],
      [targets[2] as Target, face.updateHandler(modelOf(), { ...more, use, update: value }), 200],
      [targets[5] as Target, face.listHandler(modelOf(), { ...more, use, list: () => [value()] }), 200],
      [
        pipelineTarget,
        face.pipeline([face.errors(), ...use, face.serialize(serializer)] as never, value),
        200,
      ],
      [
        pipelineTarget,
        face.pipeline([face.errors(), face.serialize(serializer), ...use] as never, value),
        200,
      ],
    ];
    for (const [target, handler, status] of handlers) {
      for (const source of few) {
        const response = await call(
          handler as never,
          source,
          eventFor({ ...target, body: target.body && {} }, source),
        );
        expect([response.status, [JSON.parse(response.text)].flat()]).toEqual([status, [shown]]);
        if (use.includes(security)) expect(response.headers["x-frame-options"]).toBe("DENY");
      }
    }
  });
});

/** What a hook returns or throws there on the way out ends the chain: no other hook is asked. */
describe("in a plain middy()", () => {
  it.each(hooks.filter(([what]) => !/^(?:returns|fails)/.test(what)))(
    "a hook inside of serialize that %s lets nothing out that was not serialized",
    async (_, foreign) => {
      for (const serializer of [omitting, face.pick("id") as never]) {
        const handler = middy(() => ({ ...row })).use([
          face.errors({ logger: false }),
          face.serialize(serializer),
          foreign,
        ] as never);
        const response = await call(handler as never, "rest", eventFor(pipelineTarget, "rest"));
        expect(readable(response)).not.toContain(secret);
      }
    },
  );

  it("what may be a response or data is 500, and the log says what to do", async () => {
    const logger = vi.fn();
    const handler = middy(() => ({ ...row })).use([
      face.errors({ logger }),
      face.serialize(omitting),
      replace(response => ({ statusCode: 200, headers: {}, body: response, more: 1 })),
    ] as never);
    const sent = await call(handler as never, "rest", eventFor(pipelineTarget, "rest"));
    expect([sent.status, sent.text]).toEqual([500, '{"code":500,"message":"Internal Server Error"}']);
    expect(String(logger.mock.lastCall?.[0].cause)).toContain("respond({ status, headers, body })");
  });
});
