import type { HttpResult } from "../../src/http/types.ts";

/** Every kind of event that a function may be invoked with over HTTP. */
export const sources = ["rest", "http", "url", "alb", "alb-multi", "lattice-v1", "lattice-v2"] as const;
export type EventSource = (typeof sources)[number];

/** A request as a client sends it. */
export interface TestRequest {
  method?: string;
  /** Encoded, and without the stage. */
  path?: string;
  /** Decoded. */
  pathParameters?: Record<string, string>;
  /** Decoded, in order. */
  query?: readonly (readonly [name: string, value: string])[];
  headers?: Record<string, string | readonly string[]>;
  /** `name=value` each. */
  cookies?: readonly string[];
  body?: string | Uint8Array;
  /** Sends the body as base64. Bytes always are. */
  base64?: boolean;
  stage?: string;
  /** `$default` or a pattern such as `/users/{id}`. */
  route?: string;
}

type Lists = Record<string, string[]>;

const formEncode = (text: string): string => encodeURIComponent(text).replaceAll("%20", "+");
const mapLists = <T>(lists: Lists, change: (values: string[]) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, change(values)]));
const last = (values: string[]): string => values.at(-1) ?? "";
const orNull = <T extends object>(map: T): T | null => (Object.keys(map).length > 0 ? map : null);

function listsOf(pairs: Iterable<readonly [string, string]>): Lists {
  const lists = new Map<string, string[]>();
  for (const [name, value] of pairs) lists.set(name, [...(lists.get(name) ?? []), value]);
  return Object.fromEntries(lists);
}

function* headerPairs(headers: NonNullable<TestRequest["headers"]>): Generator<[string, string]> {
  for (const [name, given] of Object.entries(headers)) {
    for (const value of typeof given === "string" ? [given] : given) yield [name, value];
  }
}

/** Builds the event that AWS would invoke the function with. */
export function eventOf(source: EventSource, request: TestRequest = {}): Record<string, unknown> {
  const { method = "GET", path = "/", query = [], cookies = [], stage = "dev" } = request;
  const sent: [string, string][] = [...headerPairs(request.headers ?? {})];
  const withCookies: [string, string][] =
    cookies.length > 0 ? [...sent, ["Cookie", cookies.join("; ")]] : sent;
  const lower = (pairs: [string, string][]): Lists =>
    listsOf(pairs.map(([name, value]) => [name.toLowerCase(), value] as const));

  const base64 = request.base64 === true || request.body instanceof Uint8Array;
  const bytes = request.body === undefined ? undefined : Buffer.from(request.body as string);
  const body = bytes?.toString(base64 ? "base64" : "utf8");

  const parameters = listsOf(query);
  const raw = query.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join("&");
  const encoded = listsOf(query.map(([name, value]) => [formEncode(name), formEncode(value)] as const));
  const pathAndQuery = raw === "" ? path : `${path}?${raw}`;

  switch (source) {
    case "rest": {
      const headers = listsOf(withCookies);
      return {
        resource: request.route ?? path,
        path,
        httpMethod: method,
        headers: orNull(mapLists(headers, last)),
        multiValueHeaders: orNull(headers),
        queryStringParameters: orNull(mapLists(parameters, last)),
        multiValueQueryStringParameters: orNull(parameters),
        pathParameters: orNull(
          Object.fromEntries(
            Object.entries(request.pathParameters ?? {}).map(([name, value]) => [
              name,
              encodeURIComponent(value),
            ]),
          ),
        ),
        stageVariables: null,
        requestContext: {
          httpMethod: method,
          path: `/${stage}${path}`,
          stage,
          resourcePath: request.route ?? path,
          requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
          identity: { sourceIp: "192.0.2.1" },
        },
        body: body ?? null,
        isBase64Encoded: base64,
      };
    }
    case "http":
    case "url": {
      const named = source === "http" && request.stage !== undefined ? `/${request.stage}` : "";
      const rawPath = decodeURIComponent(named + path);
      const routeKey = source === "url" ? "$default" : `${method} ${request.route ?? path}`;
      return {
        version: "2.0",
        routeKey,
        rawPath,
        rawQueryString: raw,
        ...(cookies.length > 0 && { cookies: [...cookies] }),
        headers: mapLists(lower(sent), values => values.join(",")),
        ...(query.length > 0 && { queryStringParameters: mapLists(parameters, values => values.join(",")) }),
        ...(source === "http" &&
          request.pathParameters !== undefined && { pathParameters: { ...request.pathParameters } }),
        requestContext: {
          http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1" },
          routeKey,
          stage: source === "url" ? "$default" : (request.stage ?? "$default"),
          requestId: "JKJaXmPLvHcESHA=",
        },
        ...(body !== undefined && { body }),
        isBase64Encoded: base64,
      };
    }
    case "alb":
    case "alb-multi": {
      const multi = source === "alb-multi";
      const headers = lower(withCookies);
      return {
        requestContext: {
          elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t/1" },
        },
        httpMethod: method,
        path,
        ...(multi
          ? { multiValueQueryStringParameters: encoded, multiValueHeaders: headers }
          : { queryStringParameters: mapLists(encoded, last), headers: mapLists(headers, last) }),
        body: body ?? "",
        isBase64Encoded: base64,
      };
    }
    case "lattice-v1":
      return {
        raw_path: pathAndQuery,
        method,
        headers: mapLists(lower(withCookies), values => values.join(", ")),
        query_string_parameters: mapLists(parameters, last),
        body: body ?? "",
        is_base64_encoded: base64,
      };
    case "lattice-v2":
      return {
        version: "2.0",
        path,
        method,
        headers: lower(withCookies),
        ...(query.length > 0 && { queryStringParameters: parameters }),
        body: body ?? "",
        isBase64Encoded: base64,
        requestContext: {
          serviceNetworkArn: "arn:aws:vpc-lattice:eu-west-1:1:servicenetwork/sn-1",
          serviceArn: "arn:aws:vpc-lattice:eu-west-1:1:service/svc-1",
          targetGroupArn: "arn:aws:vpc-lattice:eu-west-1:1:targetgroup/tg-1",
          identity: {},
          region: "eu-west-1",
          timeEpoch: "1690497599177430",
        },
      };
  }
}

/** What reaches the client. Names are in lower case; a header that is sent more than once is a list. */
export interface Received {
  status: number;
  headers: Record<string, string | string[]>;
  cookies: string[];
  body: Buffer;
}

const fields: Record<EventSource, readonly string[]> = {
  rest: ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"],
  http: ["statusCode", "headers", "cookies", "body", "isBase64Encoded"],
  url: ["statusCode", "headers", "cookies", "body", "isBase64Encoded"],
  alb: ["statusCode", "statusDescription", "headers", "body", "isBase64Encoded"],
  "alb-multi": ["statusCode", "statusDescription", "multiValueHeaders", "body", "isBase64Encoded"],
  "lattice-v1": ["statusCode", "statusDescription", "headers", "body", "isBase64Encoded"],
  "lattice-v2": ["statusCode", "statusDescription", "headers", "body", "isBase64Encoded"],
};

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`502: ${what}`);
}

function checkText(value: unknown, what: string): asserts value is string {
  demand(typeof value === "string", `${what} is no string`);
  demand(!/[^\P{Cc}\t]/u.test(value), `${what} holds a control character`);
}

/** Takes a result as the source does, and fails where it would answer 502 instead of passing it on. */
export function received(source: EventSource, result: unknown): Received {
  demand(typeof result === "object" && result !== null, "no object");
  // What the runtime does before anybody sees the result.
  const sent = JSON.parse(JSON.stringify(result)) as HttpResult;
  for (const field of Object.keys(sent)) demand(fields[source].includes(field), `unknown field ${field}`);

  const { statusCode, statusDescription, body, isBase64Encoded } = sent;
  demand(Number.isInteger(statusCode) && statusCode >= 100 && statusCode <= 599, "no status");
  demand(typeof body === "string", "the body is no string");
  const strict = source.startsWith("alb") || source.startsWith("lattice");
  demand(isBase64Encoded === undefined ? !strict : typeof isBase64Encoded === "boolean", "isBase64Encoded");
  if (isBase64Encoded) demand(/^[A-Za-z0-9+/]*={0,2}$/.test(body) && body.length % 4 === 0, "bad base64");
  if (statusDescription !== undefined) {
    demand(/^\d{3} [ -~]+$/.test(statusDescription), "bad statusDescription");
    demand(statusDescription.startsWith(`${statusCode} `), "statusDescription of another status");
  }

  const lists: Lists = {};
  const add = (name: string, value: unknown): void => {
    demand(/^[\w!#$%&'*+.^`|~-]+$/.test(name), `bad header name ${JSON.stringify(name)}`);
    checkText(value, `header ${name}`);
    const lower = name.toLowerCase();
    lists[lower] = [...(lists[lower] ?? []), value];
  };
  for (const [name, value] of Object.entries(sent.headers ?? {})) add(name, value);
  for (const [name, values] of Object.entries(sent.multiValueHeaders ?? {})) {
    demand(Array.isArray(values), `header ${name} is no list`);
    for (const value of values) add(name, value);
  }
  const { "set-cookie": setCookies = [], ...others } = lists;
  if (source === "http" || source === "url") demand(setCookies.length === 0, "a cookie outside of cookies");
  demand(sent.cookies === undefined || Array.isArray(sent.cookies), "cookies is no list");
  for (const cookie of sent.cookies ?? []) checkText(cookie, "a cookie");
  return {
    status: statusCode,
    headers: mapLists(others, values =>
      values.length === 1 ? (values[0] as string) : values,
    ) as Received["headers"],
    cookies: sent.cookies ?? setCookies,
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}
