import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { checkOptions } from "../../src/core/options.ts";
import { type Authorizer, checkAuthorizer } from "../emulator/authorizer.ts";
import { type GatewayOptions, passThrough } from "./gateway.ts";
import { hostGuard, isHostName } from "./hosts.ts";
import { linesOf, type RequestLog } from "./log.ts";
import { type Handler, routeTable, type ServeSource, serveSources } from "./routes.ts";

/** What {@link serve} may be given. */
export interface ServeOptions<Source extends ServeSource = "v2"> {
  /**
   * Whose events the handlers get: those of a REST API (`v1`), an HTTP API (`v2`; `http-v1` with payload format 1.0), a
   * load balancer (`alb`) or a function URL (`url`). The last two know no routes: the server finds the handler, and the event has no path parameters.
   * @default "v2"
   */
  source?: Source;
  /** Who calls, as an authorizer of AWS says it, on every request: `{ jwt: { claims } }`, `{ lambda }` or `{ iam }`. @default nobody */
  authorizer?: Authorizer;
  /**
   * A named stage, on `v1`, `v2` and `http-v1`. Paths may begin with it, as they do on AWS's own domain.
   * @default "prod" on v1 and "$default" on v2 and http-v1, which no path begins with
   */
  stage?: string;
  /** 0 takes any port that is free. @default 3000 */
  port?: number;
  /** The name or address to listen on; `localhost` is 127.0.0.1. @default "localhost" */
  host?: string;
  /**
   * Names that the server answers to besides those of the loopback (`localhost`, `*.localhost`, 127.0.0.1, `[::1]`) and
   * `host`, without a port: `"app.test"`, `"*.app.test"`. Any other is 421, since a web site could let its own name lead
   * here. With an authorizer, pages of other hosts are 403. A server that listens on 0.0.0.0 answers to addresses as well.
   * @default none
   */
  allowHosts?: readonly string[];
  /** Takes one line for each request, and the stack of what a handler throws; `false` for silence. @default console.log */
  log?: ((line: string) => void) | false;
  /** Takes what the log has of each request, for logs of your own; give `log: false` then. */
  onRequest?: (entry: RequestLog) => void;
  /** Milliseconds that a handler may take before it counts as failed, up to 15 minutes. @default 30000, the limit of HTTP APIs */
  timeout?: number;
  /** Waited for at each request before its route is looked for: `replaceRoutes` may come in between. @default nothing */
  ready?: () => Promise<unknown>;
}

/** A server that is listening. */
export interface DevServer<Source extends ServeSource = "v2"> {
  /** `http://localhost:3000` */
  readonly url: string;
  readonly port: number;
  /**
   * Serves other routes from the next request on; those in flight keep theirs.
   *
   * @throws TypeError naming a wrong route; the routes stay as they were
   */
  replaceRoutes(routes: Readonly<Record<string, Handler<Source>>>): void;
  /** Takes no more requests, waits for those in flight, and ends all connections. */
  close(): Promise<void>;
}

const stageForm = /^(\$default|[\w-]+)$/;

type Checked = Omit<GatewayOptions, "table"> & { port: number; host: string };

function checked(options: ServeOptions<ServeSource>): Checked {
  const { port = 3000, host = "localhost", timeout = 30_000, source = "v2", stage, authorizer } = options;
  const { log, onRequest, ready, allowHosts = [] } = options;
  if (port > 65_535) throw new TypeError('serve: option "port" must be at most 65535');
  if (timeout < 1 || timeout > 900_000) {
    throw new TypeError('serve: option "timeout" must be from 1 to 900000, which is 15 minutes');
  }
  if (!Object.hasOwn(serveSources, source)) {
    throw new TypeError(`serve: option "source" must be one of ${Object.keys(serveSources).join(", ")}`);
  }
  if (stage !== undefined && (!stageForm.test(stage) || source === "alb" || source === "url")) {
    throw new TypeError(
      'serve: option "stage" must be the name of a stage, and only v1, v2 and http-v1 have stages',
    );
  }
  if (!allowHosts.every(isHostName)) {
    throw new TypeError(
      'serve: option "allowHosts" must be names of hosts without a port, such as "app.test" or "*.app.test"',
    );
  }
  const gatewaySource = serveSources[source];
  if (authorizer !== undefined) checkAuthorizer("serve", gatewaySource, authorizer);
  const write = log === false ? undefined : (log ?? console.log);
  return {
    port,
    host,
    timeout,
    source: gatewaySource,
    stage,
    authorizer,
    ready,
    refusalOf: hostGuard({ host, allowHosts }, authorizer !== undefined),
    log(entry) {
      onRequest?.(entry);
      if (write !== undefined) for (const line of linesOf(entry)) write(line);
    },
  };
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use; set PORT to another`,
    EACCES: `Port ${port} needs permissions that this user lacks; set PORT to another`,
  };
  return new Error(reasons[error.code ?? ""] ?? `Cannot listen on ${host}:${port} (${error.code})`, {
    cause: error,
  });
}

function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** Ends connections as soon as they have no request in flight; they are kept alive until `end` is called. */
function trackConnections(server: Server): { end: () => void } {
  const requests = new Map<Socket, number>();
  let ending = false;
  const endIfIdle = (socket: Socket): void => {
    if (ending && requests.get(socket) === 0) socket.destroySoon();
  };
  server.on("connection", (socket: Socket) => {
    requests.set(socket, 0);
    socket.on("close", () => requests.delete(socket));
  });
  server.prependListener("request", ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
    response.on("close", () => {
      if (!requests.has(socket)) return;
      requests.set(socket, (requests.get(socket) as number) - 1);
      endIfIdle(socket);
    });
  });
  return {
    end() {
      ending = true;
      for (const socket of requests.keys()) endIfIdle(socket);
    },
  };
}

/**
 * Serves Lambda handlers on a local port. Each HTTP request becomes the event that AWS makes of it (an API Gateway HTTP
 * API, payload format 2.0, unless `source` says otherwise), and what the handler returns becomes the response, by the same rules:
 * on HTTP APIs 404 without a route, 500 when a handler throws or returns what is not a response, 413 for bodies over Lambda's
 * 6 MB (base64 counts); REST APIs, load balancers and function URLs answer in their own ways.
 *
 * A preflight (`OPTIONS` with `Origin` and `Access-Control-Request-Method`) that has no route of its own goes to a
 * handler on the same path, so that `cors()` answers it; a chain without CORS is never run for one.
 *
 * @param routes handlers by route key: `"GET /users/{id}"`, `"ANY /files/{path+}"`, `"$default"`
 * @param options the port, the source, who calls, and the log
 * @returns the server, once it listens
 * @throws TypeError naming a wrong route or option; an Error with one line when the port can't be had
 * @example
 * const server = await serve({ "GET /users/{id}": getUser, "POST /users": createUser }, { port: 3000 });
 * console.log(server.url);
 */
export async function serve<Source extends ServeSource = "v2">(
  routes: Readonly<Record<string, Handler<Source>>>,
  options: ServeOptions<Source> = {},
): Promise<DevServer<Source>> {
  checkOptions("serve", options, {
    port: "count",
    host: "string",
    allowHosts: "names",
    log: ["function", "false"],
    onRequest: "function",
    ready: "function",
    timeout: "count",
    source: "string",
    authorizer: "object",
    stage: "string",
  });
  const { port, host, ...gateway } = checked(options);
  let table = routeTable(routes);
  const server = createServer((request, response) => {
    void passThrough(request, response, { ...gateway, table: () => table });
  });
  const connections = trackConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", error => reject(listenError(error, port, host)));
    server.listen(port, host === "localhost" ? "127.0.0.1" : host, resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${hostInUrl(host)}:${actual}`,
    port: actual,
    replaceRoutes(other) {
      table = routeTable(other);
    },
    close() {
      closed ??= new Promise(resolve => {
        server.close(() => resolve());
        connections.end();
      });
      return closed;
    },
  };
}
