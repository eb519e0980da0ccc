/** Who is compared: where the handlers of each are, and what they are made of. */
import type { Checks, Contender, Handler, Kind, Parts } from "./contender.ts";
import { arePeersInstalled } from "./peers.ts";

/** The modules of a contender, from the folder `bench`. */
export interface Entry {
  readonly module: string;
  readonly guard: string;
  readonly checks: string;
  /** Where the handler of a queue is elsewhere. */
  readonly queue?: string;
  readonly isPeer?: boolean;
  /** Whether its validators are generated when it is bundled. */
  readonly isPrecompiled?: boolean;
  /** Kinds that it has no handler for. */
  readonly lacks?: readonly Kind[];
}

const jose = "contenders/joseGuard.ts";
const ajv = "contenders/ajvChecks.ts";
const peer = { guard: jose, checks: ajv, isPeer: true, lacks: ["queue"] } as const;
const middy = {
  module: "contenders/middy.ts",
  guard: jose,
  queue: "peers/middyQueue.ts",
} as const;

const table: Readonly<Record<string, Entry>> = {
  raw: { module: "contenders/raw.ts", guard: jose, checks: ajv },
  limit: {
    module: "contenders/limit.ts",
    guard: "contenders/limitGuard.ts",
    checks: "contenders/precompiledChecks.ts",
    isPrecompiled: true,
  },
  tsverless: {
    module: "contenders/tsverless.ts",
    guard: "contenders/tsverlessModel.ts",
    checks: "contenders/tsverlessChecks.ts",
  },
  middy: { ...middy, checks: "contenders/middyChecks.ts" },
  "middy-pre": { ...middy, checks: "contenders/middyPrecompiledChecks.ts", isPrecompiled: true },
  powertools: { ...peer, module: "peers/powertools.ts", lacks: [] },
  hono: { ...peer, module: "peers/hono.ts" },
  "lambda-api": { ...peer, module: "peers/lambdaApi.ts" },
  fastify: { ...peer, module: "peers/fastify.ts", checks: "peers/fastifyChecks.ts" },
};

/** All that can be compared here, raw first. */
export const entries: Readonly<Record<string, Entry>> = arePeersInstalled()
  ? table
  : Object.fromEntries(
      Object.entries(table)
        .filter(([, { isPeer }]) => !isPeer)
        .map(([name, { queue, ...entry }]) => [
          name,
          queue === undefined ? entry : { ...entry, lacks: ["queue"] as const },
        ]),
    );

export const hasKind = ({ lacks = [] }: Entry, kind: Kind): boolean => !lacks.includes(kind);

/** What a handler is asked to be. */
export interface Wanted {
  readonly kind: Kind;
  readonly guarded?: boolean;
  readonly etag?: boolean;
}

const check = { create: "newUser", queue: "rename", retrieve: undefined, list: undefined } as const;

/** A module that exports such a handler of ours, as users write it: what is not asked for is not named. */
export function ourSource({ kind, guarded = false }: Wanted): string {
  if (kind === "queue") {
    return `
      import { sqsHandler } from "tsverless";
      import { take } from "../contenders/tsverlessQueue.ts";
      import { rename } from "../contenders/tsverlessChecks.ts";
      export const handler = sqsHandler(take, { json: rename() });`;
  }
  const body = kind === "create" ? ", body: newUser()" : "";
  return `
    import { ${kind}Handler } from "tsverless";
    import { ${guarded ? "guard, " : ""}serializer, Users } from "../contenders/tsverlessModel.ts";
    ${body && 'import { newUser } from "../contenders/tsverlessChecks.ts";'}
    export const handler = ${kind}Handler(Users, { serializer${body}${guarded ? ", auth: guard" : ""} });`;
}

/** A module that exports such a handler of a contender, for a bundle; it is in a folder beside `contenders`. */
export function sourceOf(entry: Entry, { kind, guarded = false, etag = false }: Wanted): string {
  const module = (kind === "queue" && entry.queue) || entry.module;
  const name = check[kind];
  const parts = [
    ...(guarded ? ["guard"] : []),
    ...(name ? [`check: ${name}()`] : []),
    ...(etag ? ["etag: true"] : []),
  ];
  return [
    `import { ${kind} } from "../${module}";`,
    ...(guarded ? [`import { guard } from "../${entry.guard}";`] : []),
    ...(name ? [`import { ${name} } from "../${entry.checks}";`] : []),
    `export const handler = ${kind}({ ${parts.join(", ")} });`,
    "",
  ].join("\n");
}

/** Loads what peers' types need not be there for. */
const load = async (path: string): Promise<object> =>
  (await import(new URL(`../${path}`, import.meta.url).href)) as object;

/** Makes such a handler in this process. */
export async function handlerOf(
  entry: Entry,
  { kind, guarded, etag }: Wanted,
): Promise<{ handle: Handler; forget: Contender["forget"] } | undefined> {
  if (!hasKind(entry, kind)) return undefined;
  const home = (await load(entry.module)) as Contender;
  const made = kind === "queue" && entry.queue ? ((await load(entry.queue)) as Contender) : home;
  const name = check[kind];
  const parts: Parts = {
    guard: guarded ? ((await load(entry.guard)) as { guard: unknown }).guard : undefined,
    check: name && ((await load(entry.checks)) as Checks)[name](),
    etag,
  };
  const handle = made[kind]?.(parts);
  return handle && { handle, forget: home.forget };
}
