import type { Contender, Handler } from "./contenders/contender.ts";
import { seeds, tokenOf, type User } from "./users.ts";

/** A request as it differs from the others. */
interface Asked {
  method: "GET" | "POST";
  path: string;
  id?: string;
  limit?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What is measured, of contenders of a kind. */
export interface Case<C extends Pick<Contender<unknown>, "forget"> = Contender<unknown>> {
  readonly name: string;
  /** Invocations in one batch: few enough that their events are still young garbage. */
  readonly batch: number;
  handler(contender: C): Handler;
  /** The event of one invocation, which the handler may change. */
  event(serial: number): object;
  /** Further events, of which the responses are compared as well. */
  readonly others: readonly (() => object)[];
}

const usualHeaders: Readonly<Record<string, string>> = {
  accept: "application/json, text/plain, */*",
  "accept-encoding": "gzip, deflate, br",
  "accept-language": "en-GB,en;q=0.9",
  "content-type": "application/json",
  host: "abc123.execute-api.eu-west-1.amazonaws.com",
  origin: "https://www.example.com",
  referer: "https://www.example.com/",
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "x-amzn-trace-id": "Root=1-66a00000-000000000000000000000000",
  "x-forwarded-for": "192.0.2.1",
  "x-forwarded-port": "443",
  "x-forwarded-proto": "https",
};

/** An event of an HTTP API. */
function eventOf({ method, path, id, limit, headers, body }: Asked): object {
  const routeKey = `${method} ${id === undefined ? path : "/users/{id}"}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: limit === undefined ? "" : `limit=${limit}`,
    headers: { ...usualHeaders, ...headers },
    ...(limit !== undefined && { queryStringParameters: { limit } }),
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      domainName: "abc123.execute-api.eu-west-1.amazonaws.com",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "Firefox" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey,
      stage: "$default",
    },
    ...(id !== undefined && { pathParameters: { id } }),
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

const ada = { email: "ada@example.com", name: "Ada Lovelace", age: 36, password: "x".repeat(12) };
const bodyOf = (value: object): string => JSON.stringify(value);
export const post = (body: string, headers?: Record<string, string>): object =>
  eventOf({ method: "POST", path: "/users", body, headers });
export const get = (id: string, headers?: Record<string, string>): object =>
  eventOf({ method: "GET", path: `/users/${id}`, id, headers });
export const page = (limit: string, headers?: Record<string, string>): object =>
  eventOf({ method: "GET", path: "/users", limit, headers });

const someone = (seeds[7] as User).id;
const malformed = `${bodyOf(ada)}}`;

const kinds = [
  {
    name: "create",
    batch: 200,
    make: (contender: Contender<unknown>, guard: unknown) => contender.create(guard),
    event: (headers?: Record<string, string>) => post(bodyOf(ada), headers),
    others: [
      () => post(malformed),
      () => post(bodyOf({ email: "a@example.com" })),
      () => post("[]"),
      () => post("{}"),
      () => post(bodyOf({ ...ada, age: undefined, admin: true })),
    ],
  },
  {
    name: "retrieve",
    batch: 400,
    make: (contender: Contender<unknown>, guard: unknown) => contender.retrieve(guard),
    event: (headers?: Record<string, string>) => get(someone, headers),
    others: [
      () => get("nobody"),
      () => get(someone, { "if-none-match": '"old"' }),
      () => get(someone, { "if-none-match": '"wPIoPfBb8bMpFp3jQKfUDZ8gJN0"' }),
    ],
  },
  {
    name: "list of 50",
    batch: 100,
    make: (contender: Contender<unknown>, guard: unknown) => contender.list(guard),
    event: (headers?: Record<string, string>) => page("50", headers),
    others: [() => page("100"), () => page("0"), () => page("many")],
  },
] as const;

const bearer = (serial: number): Record<string, string> => ({ authorization: `Bearer ${tokenOf(serial)}` });

function casesOf({ name, batch, make, event, others }: (typeof kinds)[number]): Case[] {
  const refused = [
    () => event(),
    () => event({ authorization: "Bearer a.b.c" }),
    () => event({ authorization: `Bearer ${tokenOf(0).slice(0, -4)}AAAA` }),
  ];
  const known = bearer(0);
  return [
    { name, batch, handler: contender => make(contender, undefined), event: () => event(), others },
    {
      name: `${name}, known token`,
      batch: 100,
      handler: contender => make(contender, contender.guard),
      event: () => event(known),
      others: refused,
    },
    {
      name: `${name}, new token`,
      batch: 50,
      handler: contender => make(contender, contender.guard),
      event: serial => event(bearer(serial + 1)),
      others: refused,
    },
  ];
}

function messagesOf(count: number, broken: number): object {
  const Records = Array.from({ length: count }, (_, index) => ({
    messageId: `059f36b4-87a3-44ab-83d2-${String(index).padStart(12, "0")}`,
    receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
    body: index === broken ? "{" : bodyOf({ ...ada, id: (seeds[index] as User).id }),
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" },
    messageAttributes: {},
    md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:users",
    awsRegion: "eu-west-1",
  }));
  return { Records };
}

export const cases: readonly Case[] = [
  ...kinds.flatMap(casesOf),
  {
    name: "malformed body",
    batch: 200,
    handler: contender => contender.create(),
    event: () => post(malformed),
    others: [],
  },
  {
    name: "SQS of 10",
    batch: 100,
    handler: contender => contender.queue(),
    event: () => messagesOf(10, -1),
    others: [() => messagesOf(10, 3), () => messagesOf(1, -1)],
  },
];
