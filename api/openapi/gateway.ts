import { isObject } from "../../src/core/objects.ts";
import { checkOptions } from "../../src/core/options.ts";
import { metadataOf } from "../../src/pipeline/explain.ts";
import { mayTakePreflights, preflightRoutes } from "../routes/preflight.ts";
import { gather } from "./gather.ts";
import { summaryOf } from "./naming.ts";
import type { DocumentedRoute } from "./paths.ts";
import type { InfoObject, Json, OpenApiOptions } from "./types.ts";

/** What the definition of an API in API Gateway needs to know. */
export interface ApiGatewayOptions {
  /**
   * The ARN of the function of all routes, or those of the functions by the names of their routes. An object is taken for
   * the whole `uri`, such as `{ "Fn::Sub": "arn:…" }`.
   */
  lambda: string | Readonly<Json> | Readonly<Record<string, string | Readonly<Json>>>;
  /** The kind of API. @default "http" */
  type?: "http" | "rest";
  /** The form of events; REST APIs have but one. @default "2.0" */
  payloadFormatVersion?: "1.0" | "2.0";
  /** After how many milliseconds the gateway gives up. @default the gateway's own */
  timeoutInMillis?: number;
  /**
   * What answers preflight requests: `true` has them sent to the functions whose chains answer them, by `cors` or by
   * `@middy/http-cors`, and to those of which nothing is known; an object is the
   * `x-amazon-apigateway-cors` of an HTTP API; `false` leaves them to nobody.
   * @default true
   */
  cors?: boolean | Readonly<Json>;
}

/** An OpenAPI 3.0 document, which is what API Gateway imports; it takes neither 3.1 nor most of JSON Schema. */
export interface ApiGatewayDocument {
  openapi: "3.0.1";
  info: InfoObject;
  paths: Record<string, Record<string, Json>>;
  components?: { securitySchemes: Record<string, Readonly<Json>> };
  "x-amazon-apigateway-cors"?: Readonly<Json>;
}

const lambdaArn = /^arn:([\w-]+):lambda:([\w-]+):\d+:function:\S+$/;
const anyMethod = "x-amazon-apigateway-any-method";

function checkGateway(options: ApiGatewayOptions): void {
  checkOptions("openapi", options, {
    lambda: ["string", "object"],
    type: "string",
    payloadFormatVersion: "string",
    timeoutInMillis: "count",
    cors: ["boolean", "object"],
  });
  if (options.lambda === undefined) throw new TypeError('openapi: option "apiGateway" needs "lambda"');
  const { type = "http", payloadFormatVersion = "2.0", cors } = options;
  if (type !== "http" && type !== "rest")
    throw new TypeError('openapi: option "type" must be "http" or "rest"');
  if (payloadFormatVersion !== "1.0" && payloadFormatVersion !== "2.0") {
    throw new TypeError('openapi: option "payloadFormatVersion" must be "1.0" or "2.0"');
  }
  if (type === "rest" && isObject(cors))
    throw new TypeError('openapi: option "cors" of a REST API must be true or false');
}

const isExpression = (value: object): boolean =>
  Object.keys(value).some(key => key === "Ref" || key.startsWith("Fn::"));

/** The function of a route, as an integration names it. */
function uriOf({ lambda }: ApiGatewayOptions, { name }: DocumentedRoute): string | Readonly<Json> {
  const own = isObject(lambda) && !isExpression(lambda) ? (lambda as Json)[name] : lambda;
  if (isObject(own)) return own as Json;
  const [arn, partition, region] = lambdaArn.exec(String(own)) ?? [];
  if (arn === undefined) {
    throw new TypeError(`openapi: option "lambda" must have the ARN of a Lambda function for ${name}`);
  }
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
function integrationOf(options: ApiGatewayOptions, route: DocumentedRoute): Json {
  const { type = "http", payloadFormatVersion = "2.0", timeoutInMillis } = options;
  return {
    type: "aws_proxy",
    httpMethod: "POST",
    uri: uriOf(options, route),
    ...(type === "http" ? { payloadFormatVersion } : { passthroughBehavior: "when_no_match" }),
    ...(timeoutInMillis !== undefined && { timeoutInMillis }),
  };
}

const parametersOf = (path: string): Json[] =>
  [...path.matchAll(/\{([^{}+]+)\+?\}/g)].map(([, name]) => {
    return { name, in: "path", required: true, schema: { type: "string" } };
  });

/**
 * Makes the definition of an API that API Gateway imports: its routes, each with the integration of its Lambda function. It
 * is lean, since HTTP APIs take no notice of schemas, and REST APIs do not understand those of OpenAPI 3.1.
 *
 * @param routes the routes of the API
 * @param options the functions, and what kind of API it is
 * @param document what it says besides; security schemes need the `x-amazon-apigateway-authorizer` of the gateway
 * @throws TypeError when a route has no function, or a REST API has `$default`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 */
export function gatewayDocument(
  routes: readonly DocumentedRoute[],
  options: ApiGatewayOptions,
  { securitySchemes = {} }: Pick<OpenApiOptions, "securitySchemes">,
  info: InfoObject,
): ApiGatewayDocument {
  checkGateway(options);
  const { type = "http", cors = true } = options;
  const paths: ApiGatewayDocument["paths"] = {};

  function add(path: string, method: string, operation: Json): void {
    paths[path] ??= {};
    paths[path][method] ??= operation;
  }
  function operationOf(route: DocumentedRoute, path: string): Json {
    const { kind: does, operation } = gather(metadataOf(route.handler), route.method);
    const security = (operation.security ?? []).filter(each =>
      Object.keys(each).every(name => name in securitySchemes),
    );
    const parameters = parametersOf(path);
    return {
      summary: operation.summary ?? summaryOf(does, route.name),
      ...(parameters.length > 0 && { parameters }),
      ...(security.length > 0 && { security }),
      responses: { default: { description: "What the function answers" } },
      "x-amazon-apigateway-integration": integrationOf(options, route),
    };
  }
  for (const route of routes) {
    if (route.method === "") {
      if (type === "rest") throw new TypeError("openapi: a REST API has no route $default");
      add("/$default", anyMethod, { ...operationOf(route, ""), isDefaultRoute: true });
    } else {
      const method = route.method === "ANY" ? anyMethod : route.method.toLowerCase();
      add(route.path, method, operationOf(route, route.path));
    }
  }
  const asked = cors === true ? preflightRoutes(routes, ({ handler }) => mayTakePreflights(handler)) : [];
  for (const route of asked) {
    add(route.path, "options", {
      ...operationOf(route, route.path),
      summary: "Answer preflight requests",
      security: [],
    });
  }
  const { summary, license, ...plain } = info;
  return {
    openapi: "3.0.1",
    // 3.0 has no summary, and names no licence by its identifier.
    info: {
      ...plain,
      ...(license && { license: { name: license.name, ...(license.url && { url: license.url }) } }),
    },
    paths,
    ...(Object.keys(securitySchemes).length > 0 && { components: { securitySchemes } }),
    ...(isObject(cors) && { "x-amazon-apigateway-cors": cors as Json }),
  };
}
