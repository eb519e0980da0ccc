/** Events as AWS makes them. */
import { seeds, tokenOf, type User } from "./users.ts";

/** A request as it differs from the others. */
export interface Asked {
  method: "GET" | "POST";
  path: string;
  id?: string;
  limit?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Makes the event of a request. */
export type EventOf = (asked: Asked) => object;

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

/** An event of an HTTP API, payload format 2.0. */
export const httpEvent: EventOf = ({ method, path, id, limit, headers, body }) => {
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
      domainPrefix: "abc123",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "Firefox" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey,
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1767225600000,
    },
    ...(id !== undefined && { pathParameters: { id } }),
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
};

const multi = (values: Readonly<Record<string, string>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));

const cased = (name: string): string => name.replace(/(?:^|-)./g, letter => letter.toUpperCase());

/** An event of a REST API, whose headers have the case that they were sent in. */
export const restEvent: EventOf = ({ method, path, id, limit, headers, body }) => {
  const sent = Object.fromEntries(
    Object.entries({ ...usualHeaders, ...headers }).map(([name, value]) => [cased(name), value]),
  );
  const query = limit === undefined ? null : { limit };
  return {
    resource: id === undefined ? path : "/users/{id}",
    path,
    httpMethod: method,
    headers: sent,
    multiValueHeaders: multi(sent),
    queryStringParameters: query,
    multiValueQueryStringParameters: query && multi(query),
    pathParameters: id === undefined ? null : { id },
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      apiId: "abc123",
      authorizer: null,
      domainName: "abc123.execute-api.eu-west-1.amazonaws.com",
      domainPrefix: "abc123",
      httpMethod: method,
      identity: { sourceIp: "192.0.2.1", userAgent: "Firefox" },
      path,
      protocol: "HTTP/1.1",
      requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
      requestTimeEpoch: 1767225600000,
      resourceId: "abc",
      resourcePath: id === undefined ? path : "/users/{id}",
      stage: "prod",
    },
    body: body ?? null,
    isBase64Encoded: false,
  };
};

export const ada: Omit<User, "id"> = {
  email: "ada@example.com",
  name: "Ada Lovelace",
  age: 36,
  password: "x".repeat(12),
};

/** `POST /users` */
export const post = (body: string, headers?: Record<string, string>, eventOf: EventOf = httpEvent): object =>
  eventOf({ method: "POST", path: "/users", body, headers });

/** `GET /users/{id}` */
export const get = (id: string, headers?: Record<string, string>, eventOf: EventOf = httpEvent): object =>
  eventOf({ method: "GET", path: `/users/${id}`, id, headers });

/** `GET /users?limit=` */
export const page = (limit: string, eventOf: EventOf = httpEvent): object =>
  eventOf({ method: "GET", path: "/users", limit });

export const bearer = (serial: number): Record<string, string> => ({
  authorization: `Bearer ${tokenOf(serial)}`,
});

/** So many messages, of which one may be broken. */
export function messagesOf(count: number, broken?: string): object {
  const Records = Array.from({ length: count }, (_, index) => ({
    messageId: `059f36b4-87a3-44ab-83d2-${String(index).padStart(12, "0")}`,
    receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
    body:
      index === 3 && broken !== undefined
        ? broken
        : JSON.stringify({ ...ada, id: (seeds[index] as User).id }),
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" },
    messageAttributes: {},
    md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:users",
    awsRegion: "eu-west-1",
  }));
  return { Records };
}
