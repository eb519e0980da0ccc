import { stripVTControlCharacters } from "node:util";
import type { Context } from "aws-lambda";
import { docsHandlers } from "../../../api/docs/docsHandlers.ts";
import { toResult } from "../../../src/http/result.ts";
import type { Handler, ServeSource } from "../../dev/routes.ts";
import { UserError } from "../shell/command.ts";
import type { Listing } from "../worker/messages.ts";
import type { EntryWorker } from "../worker/startWorker.ts";

/** What {@link devRoutes} makes routes of. */
export interface DevRoutesOptions {
  source: ServeSource;
  /** Whether `/docs` and `/openapi.json` are served. */
  docs: boolean;
  /** Milliseconds that a handler may take. */
  timeout: number;
  /** The host in force when a request is invoked, or why there is none. */
  current(): EntryWorker | UserError;
}

type Routes = Record<string, Handler<ServeSource>>;

/** What every request gets when the entry can't be loaded. */
function problemResponse(event: unknown, { message }: UserError): Promise<object> | object {
  const body = { code: 500, message: stripVTControlCharacters(message) };
  return toResult(event, body, { status: 500 });
}

function invoking(
  target: { route: string } | { name: string },
  functionName: string,
  { current, timeout }: DevRoutesOptions,
): Handler<ServeSource> {
  return async function invoke(event, { awsRequestId }: Context) {
    const host = current();
    if (host instanceof UserError) return problemResponse(event, host);
    const context = { functionName, awsRequestId };
    return JSON.parse(await host.call({ type: "invoke", target, event, context, timeout }));
  };
}

/** A load balancer and a function URL call one function for all; gateways know routes. */
export const isOneFunction = (source: ServeSource): boolean => source === "alb" || source === "url";

function ownRoutes({ routes, main }: Listing, options: DevRoutesOptions): Routes {
  if (main !== undefined && isOneFunction(options.source)) {
    return { $default: invoking({ name: main }, main, options) };
  }
  return Object.fromEntries(
    routes.map(({ key, name }) => [key, invoking({ route: key }, name, options)] as const),
  );
}

function docsRoutes({ routes }: Listing, { current }: DevRoutesOptions): Routes {
  const has = (path: string): boolean => routes.some(route => `${route.path}/`.startsWith(`${path}/`));
  const { page, asset } = docsHandlers();
  const document: Handler<ServeSource> = async event => {
    const host = current();
    if (host instanceof UserError) return problemResponse(event, host);
    const body = await host.call({ type: "document", options: { servers: [{ url: "/" }] } });
    return toResult(event, { statusCode: 200, headers: { "Content-Type": "application/json" }, body });
  };
  return {
    ...(!has("/openapi.json") && { "GET /openapi.json": document }),
    ...(!has("/docs") && {
      "GET /docs": page as Handler<ServeSource>,
      "GET /docs/{asset}": asset as Handler<ServeSource>,
    }),
  };
}

/** The routes of the server, for what is loaded. */
export function devRoutes(loaded: EntryWorker | UserError, options: DevRoutesOptions): Routes {
  if (loaded instanceof UserError) return { $default: async event => problemResponse(event, loaded) };
  const { listing } = loaded;
  return {
    ...(options.docs && listing.hasDocument && docsRoutes(listing, options)),
    ...ownRoutes(listing, options),
  };
}
