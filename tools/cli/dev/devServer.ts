import { randomBytes } from "node:crypto";
import type { RequestLog } from "../../dev/log.ts";
import type { ServeSource } from "../../dev/routes.ts";
import { type DevServer, type ServeOptions, serve } from "../../dev/serve.ts";
import { loadEsbuild } from "../entry/esbuild.ts";
import { type Entry, shownPath } from "../entry/findEntry.ts";
import { UsageError, UserError } from "../shell/command.ts";
import type { Io } from "../shell/io.ts";
import type { EntryWorker } from "../worker/startWorker.ts";
import { announcePlace, announceRoutes } from "./announce.ts";
import { devRoutes, isOneFunction } from "./devRoutes.ts";
import { type DevWorker, devWorker } from "./devWorker.ts";
import { logRequest } from "./requestLog.ts";

/** How {@link devServer} serves. */
export interface DevOptions
  extends Pick<ServeOptions<ServeSource>, "host" | "allowHosts" | "stage" | "authorizer"> {
  entry: Entry;
  port: number;
  source: ServeSource;
  /** Milliseconds that a handler may take. */
  timeout: number;
  watch: boolean;
  docs: boolean;
  /** The environment of the handlers, asked for at each load. */
  env(): NodeJS.ProcessEnv;
}

/** The gateway waits longer than the worker, which ends by itself; in milliseconds. */
const patience = 5000;
const longest = 900_000;

async function listen(options: ServeOptions<ServeSource>): Promise<DevServer<ServeSource>> {
  try {
    return await serve<ServeSource>({}, options);
  } catch (error) {
    const { message, cause } = error as Error;
    // What `serve` does not like was on the command line.
    if (error instanceof TypeError)
      throw new UsageError(
        message
          .replace(/^serve: option "allowHosts"/, "--allow-host")
          .replace(/^serve: option "(\w+)"/, "--$1"),
      );
    if (cause === undefined) throw error;
    throw new UserError(message.replace("set PORT to another", "choose another with --port"));
  }
}

/**
 * Serves an entry over HTTP, and loads it again whenever its files change.
 *
 * @returns how to stop it
 * @throws UserError when the port can't be had, or an option is wrong
 */
export async function devServer(options: DevOptions, io: Io): Promise<{ close(): Promise<void> }> {
  const { entry, source, timeout, watch, docs, port, host, allowHosts, stage, authorizer } = options;
  const { out, err } = io;
  const name = shownPath(io.cwd, entry.file);
  const lentKey = randomBytes(48).toString("base64url");
  await loadEsbuild();

  const isOne = isOneFunction(source);
  let isAnnounced = false;
  let problem: string | undefined;
  function nameOf(routeKey: string | undefined): string | undefined {
    const host = live.current();
    if (host instanceof UserError) return undefined;
    return isOne ? host.listing.main : host.listing.routes.find(({ key }) => key === routeKey)?.name;
  }
  const onRequest = (request: RequestLog): void => logRequest(out, request, nameOf(request.routeKey));
  const server = await listen({
    port,
    source,
    ...(host !== undefined && { host }),
    ...(allowHosts !== undefined && { allowHosts }),
    ...(stage !== undefined && { stage }),
    ...(authorizer !== undefined && { authorizer }),
    timeout: Math.min(timeout + patience, longest),
    log: false,
    onRequest,
    ready: () => live.ready(),
  });
  function loaded(current: EntryWorker | UserError, ms: number): void {
    const currently = (): EntryWorker | UserError => live.current();
    server.replaceRoutes(devRoutes(current, { source, docs, timeout, current: currently }));
    const said = problem;
    problem = current instanceof UserError ? current.message : undefined;
    if (current instanceof UserError) {
      if (problem !== said) err.line(`${err.style("red", "tsverless:")} ${problem}`);
      return;
    }
    if (isAnnounced) out.line(out.style("dim", `${name} is loaded again (${Math.round(ms)} ms)`));
    else announceRoutes(out, current.listing, docs ? `${server.url}/docs` : undefined);
    isAnnounced = true;
  }
  announcePlace(out, name, server.url, source);
  const live: DevWorker = devWorker(entry, {
    watch,
    color: err.hasColors,
    host: () => ({ entry: name, env: options.env(), out, err, timeout, lentKey }),
    loaded,
  });
  return {
    async close() {
      await live.settle();
      await server.close();
      await live.close();
    },
  };
}
