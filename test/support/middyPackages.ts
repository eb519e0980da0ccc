import doNotWait from "@middy/do-not-wait-for-empty-event-loop";
import errorLogger from "@middy/error-logger";
import eventNormalizer from "@middy/event-normalizer";
import httpContentEncoding from "@middy/http-content-encoding";
import httpContentNegotiation from "@middy/http-content-negotiation";
import httpCors from "@middy/http-cors";
import httpErrorHandler from "@middy/http-error-handler";
import httpEventNormalizer from "@middy/http-event-normalizer";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import httpJsonBodyParser from "@middy/http-json-body-parser";
import httpMultipartBodyParser from "@middy/http-multipart-body-parser";
import httpPartialResponse from "@middy/http-partial-response";
import httpResponseSerializer from "@middy/http-response-serializer";
import httpSecurityHeaders from "@middy/http-security-headers";
import httpUrlencodeBodyParser from "@middy/http-urlencode-body-parser";
import httpUrlencodePathParser from "@middy/http-urlencode-path-parser";
import inputOutputLogger from "@middy/input-output-logger";
import validator from "@middy/validator";
import warmup from "@middy/warmup";
import { expect } from "vitest";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import { StubClient, stubAwsClients } from "./awsStubs.ts";
import type { TestRequest } from "./events.ts";
import { type Place, type Probe, row, type Target, type TestResponse } from "./middyPlaces.ts";

stubAwsClients();
// Metrics go to the standard output, as they do in Lambda.
process.env.AWS_EMF_ENVIRONMENT = "Lambda";
const { default: cloudwatchMetrics } = await import("@middy/cloudwatch-metrics");
const { default: ssm } = await import("@middy/ssm");
const { default: secretsManager } = await import("@middy/secrets-manager");
const { default: sts } = await import("@middy/sts");

/** What came of a request with a middleware in place. */
export interface Outcome extends Probe {
  response: TestResponse;
  /** The same request's response without it. */
  plain: TestResponse;
  target: Target;
  place: Place;
  /** What the middleware logged. */
  logs: unknown[];
}

/** A package of Middy's, and the effect that its own manual promises. */
export interface MiddyPackage {
  /** As the manual's table has it. */
  name: string;
  make(logs: unknown[]): AnyMiddleware | AnyMiddleware[];
  /** What the client sends besides. */
  request?(target: Target): TestRequest;
  /** Whether it ends the request by itself, so that Middy's own order of hooks leaves the chain with it. */
  ends?: boolean;
  /** Whether there is something to see with a target; without it there always is. */
  on?(target: Target): boolean;
  /** Options of the generic, such as those that leave out what the package does instead. */
  options?: object;
  /** What of the response is another one with it. */
  changes?: readonly ("status" | "body" | "location" | "etag")[];
  /** Fails where the effect is not there. */
  effect(outcome: Outcome): void;
}

const any = (middleware: unknown): AnyMiddleware => middleware as AnyMiddleware;
const hasBody = ({ isEmpty }: Target): boolean => isEmpty !== true;
const isObject = (body: unknown): boolean =>
  typeof body === "object" && body !== null && !Array.isArray(body);
const takesEmail = ({ body }: Target): boolean => isObject(body) && Object.hasOwn(body as object, "email");
const boundary = "frontier";
const form = `--${boundary}\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.c\r\n--${boundary}--\r\n`;
const emails = { email: "a@b.c" };
const stub = { AwsClient: StubClient as never, setToContext: true };

/** All of them that have to do with HTTP. */
export const middyPackages: readonly MiddyPackage[] = [
  {
    name: "cloudwatch-metrics",
    make: () => [
      any(cloudwatchMetrics({ namespace: "shop" })),
      {
        before({ context }: { context: { metrics: { putMetric(name: string, value: number): void } } }) {
          context.metrics.putMetric("orders", 1);
        },
      },
    ],
    effect({ logs }) {
      const lines = logs.map(line => JSON.parse(String(line)) as Record<string, unknown>);
      expect(lines).toMatchObject([{ orders: 1, _aws: { CloudWatchMetrics: [{ Namespace: "shop" }] } }]);
    },
  },
  {
    name: "do-not-wait-for-empty-event-loop",
    make: () => any(doNotWait({ runOnBefore: false, runOnAfter: true, runOnError: true })),
    effect: ({ context }) => expect(context).toHaveProperty("callbackWaitsForEmptyEventLoop", false),
  },
  {
    name: "error-logger",
    ends: true,
    make: logs => [
      any(errorLogger({ logger: ({ error }: { error: unknown }) => logs.push(error) } as never)),
      {
        before() {
          throw Object.assign(new Error("no"), { statusCode: 418, expose: true });
        },
      },
    ],
    changes: ["status", "body", "location", "etag"],
    effect({ response, logs }) {
      expect(logs).toMatchObject([{ message: "no" }]);
      expect([response.status, JSON.parse(response.text)]).toEqual([418, { code: 418, message: "no" }]);
    },
  },
  {
    name: "event-normalizer",
    make: () => any(eventNormalizer()),
    effect: ({ response, plain }) => expect(response.text).toBe(plain.text),
  },
  {
    name: "http-content-encoding",
    make: () => [any(httpContentNegotiation()), any(httpContentEncoding())],
    request: () => ({ headers: { "accept-encoding": "gzip" } }),
    on: hasBody,
    effect({ response, plain }) {
      expect(response.headers).toMatchObject({ "content-encoding": "gzip" });
      expect([response.headers.vary].flat().join()).toContain("Accept-Encoding");
      expect(response.text).toBe(plain.text);
      expect(response.body.length).toBeLessThan(plain.body.length);
    },
  },
  {
    name: "http-content-negotiation",
    make: () => any(httpContentNegotiation({ availableLanguages: ["en", "fr"] })),
    request: () => ({ headers: { "accept-language": "fr", accept: "application/json" } }),
    effect: ({ context }) =>
      expect(context).toMatchObject({ preferredLanguage: "fr", preferredMediaTypes: ["application/json"] }),
  },
  {
    name: "http-content-negotiation (no match)",
    ends: true,
    make: () => any(httpContentNegotiation({ availableMediaTypes: ["text/csv"] })),
    request: () => ({ headers: { accept: "application/json" } }),
    changes: ["status", "body", "location", "etag"],
    effect({ response }) {
      expect(response.status).toBe(406);
      expect(JSON.parse(response.text)).toMatchObject({
        code: 406,
        message: expect.stringMatching("text/csv"),
      });
    },
  },
  {
    name: "http-cors",
    make: () => any(httpCors({ origin: "https://a.example", exposeHeaders: "ETag" })),
    options: { cors: false },
    request: () => ({ headers: { origin: "https://a.example" } }),
    effect: ({ response }) =>
      expect(response.headers).toMatchObject({
        "access-control-allow-origin": "https://a.example",
        "access-control-expose-headers": "ETag",
      }),
  },
  {
    name: "http-error-handler",
    ends: true,
    make: () => [
      any(httpErrorHandler({ logger: false } as never)),
      {
        before() {
          throw Object.assign(new Error("no"), { statusCode: 418, expose: true });
        },
      },
    ],
    changes: ["status", "body", "location", "etag"],
    effect({ response }) {
      expect(response.status).toBe(418);
      expect(response.text).toContain("no");
    },
  },
  {
    name: "http-event-normalizer",
    make: () => any(httpEventNormalizer()),
    effect: ({ event }) => expect(event).toMatchObject({ pathParameters: {}, queryStringParameters: {} }),
  },
  {
    name: "http-header-normalizer",
    make: () => any(httpHeaderNormalizer({ canonical: true })),
    request: () => ({ headers: { "x-some-word": "a" } }),
    effect: ({ event }) => expect(event?.headers).toMatchObject({ "X-Some-Word": "a" }),
  },
  {
    name: "http-json-body-parser",
    make: () => any(httpJsonBodyParser({ disableContentTypeError: true })),
    on: ({ body }) => body !== undefined,
    effect: ({ response, plain, target, event }) => {
      if (takesEmail(target)) expect(event?.body).toEqual(emails);
      expect(response.text).toBe(plain.text);
    },
  },
  {
    name: "http-multipart-body-parser",
    make: () => any(httpMultipartBodyParser({ disableContentTypeError: true })),
    request: target =>
      takesEmail(target)
        ? { headers: { "content-type": `multipart/form-data; boundary=${boundary}` }, body: form }
        : {},
    on: takesEmail,
    changes: ["status", "body", "location", "etag"],
    effect({ response, event, target }) {
      expect(response.status).toBe(target.status);
      expect(event?.body).toMatchObject(emails);
    },
  },
  {
    name: "http-partial-response",
    make: () => any(httpPartialResponse()),
    request: ({ name }) => (name.startsWith("bulk") ? {} : { query: [["fields", "email"]] }),
    options: { allow: ["fields"] },
    on: ({ name, isEmpty }) => isEmpty !== true && !name.startsWith("bulk"),
    changes: ["body"],
    effect({ response }) {
      const item = { email: "a@b.c" };
      const got = JSON.parse(response.text) as unknown;
      expect(got).toEqual(Array.isArray(got) ? [item, item] : item);
    },
  },
  {
    name: "http-response-serializer",
    make: () =>
      any(
        httpResponseSerializer({
          serializers: [
            {
              regex: /^application\/xml$/,
              serializer: ({ body }: { body: unknown }) => `<a>${String(body)}</a>`,
            },
          ],
          defaultContentType: "application/xml",
        } as never),
      ),
    on: hasBody,
    effect({ response }) {
      expect(response.headers["content-type"]).toBe("application/xml");
    },
  },
  {
    name: "http-security-headers",
    make: () => any(httpSecurityHeaders()),
    effect: ({ response }) =>
      expect(response.headers).toMatchObject({
        "x-frame-options": "DENY",
        "strict-transport-security": expect.stringMatching("max-age"),
      }),
  },
  {
    name: "http-urlencode-body-parser",
    make: () => any(httpUrlencodeBodyParser({ disableContentTypeError: true })),
    request: target =>
      takesEmail(target)
        ? { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "email=a%40b.c" }
        : {},
    on: takesEmail,
    changes: ["status", "body", "location", "etag"],
    effect({ response, event, target }) {
      expect(response.status).toBe(target.status);
      expect({ ...(event?.body as object) }).toEqual(emails);
    },
  },
  {
    name: "http-urlencode-path-parser",
    make: () => any(httpUrlencodePathParser()),
    request: ({ route }) =>
      route.endsWith("{id}") ? { path: "/rows/a%25b", pathParameters: { id: "a%b" } } : {},
    on: ({ route }) => route.endsWith("{id}"),
    effect({ response, plain, place, event }) {
      expect([response.status, response.text]).toEqual([plain.status, plain.text]);
      // Routes of an api are matched behind it.
      if (!place.isRouted) expect(event?.pathParameters).toEqual({ id: "a%b" });
    },
  },
  {
    name: "input-output-logger",
    make: logs => any(inputOutputLogger({ logger: (message: unknown) => void logs.push(message) } as never)),
    effect({ response, logs, target, place }) {
      const logged = place.column === "inside" ? row : { statusCode: target.status, body: response.text };
      expect(logs).toMatchObject([{ event: expect.anything() }, { response: logged }]);
    },
  },
  {
    name: "secrets-manager",
    make: () => any(secretsManager({ ...stub, cacheKey: "sm", fetchData: { found: "key" } } as never)),
    effect: ({ context }) => expect(context).toHaveProperty("found", "found"),
  },
  {
    name: "ssm",
    make: () => any(ssm({ ...stub, cacheKey: "ssm", fetchData: { found: "/key" } } as never)),
    effect: ({ context }) => expect(context).toHaveProperty("found", "found"),
  },
  {
    name: "sts",
    make: () => any(sts({ ...stub, cacheKey: "sts", fetchData: { found: { RoleArn: "arn" } } } as never)),
    effect: ({ context }) => expect(context).toMatchObject({ found: { accessKeyId: "found" } }),
  },
  {
    name: "validator (event)",
    ends: true,
    make: () => any(validator({ eventSchema: Object.assign(() => false, { errors: [] }) } as never)),
    changes: ["status", "body", "location", "etag"],
    effect({ response }) {
      expect([response.status, JSON.parse(response.text)]).toEqual([
        400,
        { code: 400, message: "Event object failed validation" },
      ]);
    },
  },
  {
    name: "validator (response)",
    ends: true,
    make: logs =>
      any(
        validator({
          responseSchema: Object.assign(
            (response: unknown) => {
              logs.push(response);
              return false;
            },
            { errors: [] },
          ),
        } as never),
      ),
    changes: ["status", "body", "location", "etag"],
    effect({ response, logs }) {
      expect(logs.length).toBeGreaterThan(0);
      expect([response.status, JSON.parse(response.text)]).toEqual([
        500,
        { code: 500, message: "Internal Server Error" },
      ]);
    },
  },
  {
    name: "warmup",
    ends: true,
    make: () =>
      any(
        warmup({ isWarmingUp: (event: { headers?: object }) => "x-warm" in (event.headers ?? {}) } as never),
      ),
    request: () => ({ headers: { "x-warm": "1" } }),
    changes: ["status", "body", "location", "etag"],
    effect({ response }) {
      expect([response.status, response.text]).toEqual([200, "warmup"]);
    },
  },
];
