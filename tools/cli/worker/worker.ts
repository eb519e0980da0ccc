import { subscribe } from "node:diagnostics_channel";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { isObject } from "../../../src/core/objects.ts";
import { contextOf } from "../../emulator/context.ts";
import { type AnyHandler, type EntryExports, inspect, NothingToRun, nothingToRun } from "./inspect.ts";
import { type MadeSchemas, withSchemas } from "./madeSchemas.ts";
import type { Asked, Call, HostData, LambdaError, Listing, RouteInfo, Said } from "./messages.ts";
import { type MadeModels, migrate } from "./migrations.ts";
import { type Modules, originsOf, settersAmong } from "./origins.ts";
import { traceOf } from "./trace.ts";

/** The file of a worker is this one, under the name that it has when it is built. */
export const workerFile: URL = new URL(import.meta.url);

/** The project's own copy of the package, as far as it is needed here. */
interface OwnCopy {
  settings: { secretKey: string | readonly string[] | undefined };
  configure(settings: { secretKey: string }): void;
  explain(handler: object): { name: string; files?: RouteInfo["files"] }[];
  answersPreflights?(handler: object): boolean | undefined;
}

/** What a bundle exports. */
interface Wrapper {
  tsverless(): Promise<OwnCopy | undefined>;
  entry(): Promise<Record<string, unknown>>;
  modules: Modules;
}

/** As the runtime of Lambda reports an error, without the lines of what stands in for the runtime here. */
function lambdaError(error: unknown): LambdaError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: traceOf(error.stack) };
}

/** Waits until what was printed has gone out, so that it stands before what is said of the result. */
async function flush(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise(resolve => stream.write("", resolve));
  }
}

function linksOf(ours: OwnCopy | undefined, handler: object): ReturnType<OwnCopy["explain"]> {
  try {
    return ours?.explain(handler) ?? [];
  } catch {
    return []; // It is not a handler of tsverless.
  }
}

const chainOf = (ours: OwnCopy | undefined, handler: object): string[] =>
  linksOf(ours, handler).map(({ name }) => name);

const filesOf = (ours: OwnCopy | undefined, handler: object): RouteInfo["files"] =>
  Object.assign({}, ...linksOf(ours, handler).map(({ files }) => files));

function listingOf(
  found: EntryExports,
  ours: OwnCopy | undefined,
  { usesLentKey, sqliteFiles }: Pick<Listing, "usesLentKey" | "sqliteFiles">,
): Listing {
  const { kind, functions, main, other, document } = found;
  const routes = found.routes.map(({ handler, ...route }) => ({
    ...route,
    chain: chainOf(ours, handler),
    files: filesOf(ours, handler),
    preflights: ours?.answersPreflights?.(handler) ?? true,
  }));
  return {
    kind,
    routes,
    functions: [...functions.keys()],
    main,
    other,
    hasDocument: document !== undefined,
    isWrapped: found.wrapper !== undefined,
    usesLentKey,
    sqliteFiles,
  };
}

/** An entry that is loaded. */
interface Loaded {
  found: EntryExports;
  listing: Listing;
  modules: Modules;
  setters: string[];
  schemas: MadeSchemas;
  /** The models that were made. */
  models: MadeModels;
}

async function load({ url, lentKey, schemasOnly }: HostData): Promise<Omit<Loaded, "schemas">> {
  const bundle = (await import(url)) as Wrapper;
  const ours = await bundle.tsverless();
  const isLent = lentKey !== undefined && ours !== undefined && ours.settings.secretKey === undefined;
  if (isLent) ours.configure({ secretKey: lentKey });
  const files = new Set<string>();
  subscribe("tsverless.sqlite.open", message => files.add((message as { path: string }).path));
  const models: MadeModels = { sql: [], dynamo: [] };
  subscribe("tsverless.model.made", message => {
    const { model, engine = "sql" } = message as { model: object; engine?: keyof MadeModels };
    models[engine]?.push(model);
  });
  const setters = await settersAmong(bundle.modules, ours?.settings);
  // `stream(app.handler)` has the very chain that it streams.
  const exported = await bundle.entry();
  const found = schemasOnly
    ? nothingToRun
    : inspect(exported, (handler, ofApi) => {
        const chain = chainOf(ours, handler);
        return chain.length > 0 && chain.join() !== chainOf(ours, ofApi).join();
      });
  const usesLentKey = isLent && ours.settings.secretKey === lentKey;
  const listing = listingOf(found, ours, { usesLentKey, sqliteFiles: [...files] });
  return { found, listing, modules: bundle.modules, setters, models };
}

const json = (value: unknown): string => JSON.stringify(value) ?? "null";

function handlerOf(
  { routes, functions, wrapper }: EntryExports,
  target: { route: string } | { name: string },
): AnyHandler {
  const route = "route" in target ? routes.find(({ key }) => key === target.route) : undefined;
  const handler = "route" in target ? route && (wrapper ?? route.handler) : functions.get(target.name);
  if (handler === undefined) throw new Error(`There is no handler ${json(target)}`);
  return handler;
}

async function perform({ found, modules, setters, schemas, models }: Loaded, call: Call): Promise<string> {
  if (call.type === "migrate") return json(await migrate(call, models, modules));
  if (call.type === "schemas") return json(schemas);
  if (call.type === "document") return json(await found.document?.(call.options));
  if (call.type === "origins") return json({ ...(await originsOf(found, modules)), setters });
  const handler = handlerOf(found, call.target);
  const context = { ...contextOf(call.context.functionName ?? "function", call.timeout), ...call.context };
  return json(await handler(call.event, context));
}

async function serve(port: MessagePort, data: HostData): Promise<void> {
  process.setSourceMapsEnabled(true);
  const say = (said: Said): void => port.postMessage(said);
  try {
    const { result, schemas } = await withSchemas(() => load(data));
    const loaded: Loaded = { ...result, schemas };
    const serveCall = async ({ id, ...call }: Asked): Promise<void> => {
      if (call.type === "end") process.exit();
      const said = await perform(loaded, call).then(
        (text): Said => ({ type: "result", id, json: text }),
        (error: unknown): Said => ({ type: "refusal", id, error: lambdaError(error) }),
      );
      await flush();
      say(said);
    };
    port.on("message", (asked: Asked) => void serveCall(asked));
    say({ type: "loaded", listing: loaded.listing });
  } catch (error) {
    const isOurs = error instanceof NothingToRun;
    say({ type: "failed", error: { ...lambdaError(error), ...(isOurs && { trace: [] }) } });
  }
}

if (parentPort !== null && isObject(workerData) && workerData.tsverlessHost === true) {
  void serve(parentPort, workerData as unknown as HostData);
}
