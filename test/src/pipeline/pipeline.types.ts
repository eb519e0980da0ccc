import middy, { type MiddlewareObj } from "@middy/core";
import inputOutputLogger from "@middy/http-error-handler";
import type {
  ALBHandler,
  ALBResult,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyResultV2,
  Context,
  SQSHandler,
} from "aws-lambda";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import type { EndpointTypesOf } from "../../../src/core/endpoint.ts";
import {
  and,
  authUser,
  type Claims,
  cors,
  createHandler,
  defineMiddleware,
  errors,
  type FullQueryset,
  type HttpEvent,
  type HttpResult,
  httpPreset,
  jsonBody,
  type LambdaHandler,
  loadObject,
  loadQueryset,
  type Middleware,
  type Model,
  not,
  or,
  permit,
  pick,
  pipeline,
  type Queryset,
  queryParams,
  requireKeys,
  type S3File,
  type SqsJsonMessage,
  type SqsMessage,
  type SqsMessagesOptions,
  s3File,
  s3Preset,
  serialize,
  sqsHandler,
  sqsMessages,
  sqsPreset,
  validate,
  warmup,
} from "../../../src/index.ts";
import type { After, Checked, Misplaced } from "../../../src/pipeline/types.ts";

interface User {
  id: string;
  admin: boolean;
}
interface Post {
  id: string;
  author: string;
}
interface NewUser {
  email: string;
  password: string;
  age?: number;
}
declare const Users: Model<User>;
declare const Posts: Model<Post>;

/** `true` for `any` alone, which every other assertion would let pass. */
type IsAny<T> = 0 extends 1 & T ? true : false;

/** What a misplaced middleware is replaced by: the compiler shows the text. */
type Lacks<Path extends string> = Misplaced<`it needs ${Path}, which nothing before it in the chain adds`>;

/** Never called: the compiler is the test. */
export function whatIsAddedIsTypedForAllThatFollow(): void {
  pipeline(
    [
      warmup(),
      errors(),
      cors(),
      jsonBody<NewUser>(),
      authUser({ model: Users }),
      loadObject(Posts),
      loadQueryset(Posts),
      s3File(),
      sqsMessages(),
      serialize(),
    ],
    (event, context, { signal }) => {
      expectTypeOf(event.body).toEqualTypeOf<NewUser>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      expectTypeOf(context.claims).toEqualTypeOf<Claims>();
      expectTypeOf(context.object).toEqualTypeOf<Post>();
      expectTypeOf(context.queryset).toEqualTypeOf<FullQueryset<Post>>();
      expectTypeOf(context.file).toEqualTypeOf<S3File>();
      expectTypeOf(context.files).toEqualTypeOf<S3File[]>();
      expectTypeOf(context.messages).toEqualTypeOf<SqsMessage[]>();
      expectTypeOf(context.awsRequestId).toEqualTypeOf<string>();
      expectTypeOf(event.headers).toEqualTypeOf<HttpEvent["headers"]>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf<IsAny<typeof event>>().toEqualTypeOf<false>();
      expectTypeOf<IsAny<typeof context>>().toEqualTypeOf<false>();
      // @ts-expect-error nothing added it
      context.tenant;
    },
  );
  pipeline([], (event, context) => {
    expectTypeOf(event).toEqualTypeOf<HttpEvent<string | null>>();
    expectTypeOf(context).toEqualTypeOf<Context>();
  });
}

export function theBodyHasTheParsedType(): void {
  pipeline([jsonBody()], ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<Record<string, unknown>>();
    // @ts-expect-error it is parsed, and no longer text
    body.charCodeAt(0).toFixed();
  });
  pipeline([jsonBody<string[]>()], ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<string[]>();
    // @ts-expect-error it is a list, and no text
    body.toUpperCase();
  });
  pipeline([errors()], ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<string | null | undefined>();
  });
}

export function requireKeysNarrows(): void {
  pipeline([jsonBody<NewUser>(), requireKeys(["email", "age"], { optional: ["password"] })], ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<{ email: string; age: number; password?: string }>();
  });
  pipeline([jsonBody<NewUser>(), requireKeys(["email"])], ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<{ email: string }>();
    // @ts-expect-error it was dropped
    body.password;
  });
  pipeline([jsonBody(), requireKeys(["email"])], ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<{ email: unknown }>();
  });
  pipeline(
    [jsonBody(), validate({ body: z.object({ email: z.string(), x: z.number() }) }), requireKeys(["email"])],
    ({ body }) => {
      expectTypeOf(body).toEqualTypeOf<{ email: string }>();
    },
  );
  // @ts-expect-error the parsed type has no key "emial"
  pipeline([jsonBody<NewUser>(), requireKeys(["emial"])], () => 1);
}

export function validateGivesItsOutputs(): void {
  pipeline(
    [
      jsonBody(),
      validate({
        body: z.object({ at: z.string().transform(text => new Date(text)), n: z.number().default(1) }),
        query: z.object({ page: z.coerce.number() }),
        path: z.object({ id: z.coerce.bigint() }),
        headers: z.object({ "x-tenant": z.string() }),
      }),
    ],
    event => {
      expectTypeOf(event.body).toEqualTypeOf<{ at: Date; n: number }>();
      expectTypeOf(event.queryStringParameters).toEqualTypeOf<{ page: number }>();
      expectTypeOf(event.pathParameters).toEqualTypeOf<{ id: bigint }>();
      expectTypeOf(event.headers).toEqualTypeOf<{ "x-tenant": string }>();
    },
  );
}

export function messagesAreTyped(): void {
  const Order = z.object({ total: z.coerce.number() });
  pipeline([sqsMessages()], (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsMessage[]>();
  });
  pipeline([sqsMessages({ json: true })], (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsJsonMessage<unknown>[]>();
  });
  pipeline([sqsMessages({ json: Order })], (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsJsonMessage<{ total: number }>[]>();
  });
  const unknownOptions: SqsMessagesOptions = {};
  pipeline([sqsMessages(unknownOptions)], (_event, { messages }) => {
    expectTypeOf(messages[0]?.body).toEqualTypeOf<unknown>();
  });
  // @ts-expect-error text is not a schema
  sqsMessages({ json: "yes" });
}

export function whatComesTooEarlyDoesNotCompile(): void {
  // @ts-expect-error it needs event.body
  pipeline([requireKeys(["email"])], () => 1);
  // @ts-expect-error it needs event.body, which comes too late
  pipeline([requireKeys(["email"]), jsonBody<NewUser>()], () => 1);
  // @ts-expect-error it needs event.body
  pipeline([validate({ body: z.object({}) }), jsonBody()], () => 1);
  const isAdmin = (_event: unknown, { user }: { user: User }): boolean => user.admin;
  pipeline([authUser({ model: Users }), permit(isAdmin)], () => 1);
  // @ts-expect-error it needs context.user
  pipeline([permit(isAdmin), authUser({ model: Users })], () => 1);
  // @ts-expect-error the user may be undefined
  pipeline([authUser({ model: Users, optional: true }), permit(isAdmin)], () => 1);
  const own = (_event: unknown, { user }: { user: User }): Queryset<Post> =>
    Posts.objects.filter({ author: user.id });
  pipeline([authUser({ model: Users }), loadObject(Posts, { queryset: own })], () => 1);
  // @ts-expect-error it needs context.user
  pipeline([loadObject(Posts, { queryset: own }), authUser({ model: Users })], () => 1);
  // @ts-expect-error it needs context.user
  pipeline([loadQueryset(Posts, { queryset: own }), authUser({ model: Users })], () => 1);
  const tenant: Middleware<object, { context: { tenant: string } }> = defineMiddleware({ name: "tenant" });
  const theirs = (_event: unknown, context: { tenant: string }): Queryset<Post> =>
    Posts.objects.filter({ author: context.tenant });
  pipeline(
    [tenant, loadObject(Posts, { queryset: theirs }), loadQueryset(Posts, { queryset: theirs })],
    () => 1,
  );
  // @ts-expect-error it needs context.tenant
  pipeline([loadObject(Posts, { queryset: theirs }), tenant], () => 1);
  const isOwner = (_event: unknown, { object }: { object: Post }): boolean => object.author !== "";
  pipeline([loadObject(Posts), permit(isOwner)], () => 1);
  pipeline([loadObject(Posts), permit(and(isOwner, not(isOwner)), or(isOwner))], () => 1);
  pipeline([loadObject(Posts), authUser({ model: Users }), permit(isOwner, isAdmin)], () => 1);
  // @ts-expect-error it needs context.object
  pipeline([permit(isOwner), loadObject(Posts)], () => 1);
}

/** The very types whose text the compiler prints. */
export function theErrorNamesWhatIsMissing(): void {
  const keys = [requireKeys(["email"])] as const;
  expectTypeOf<Checked<typeof keys>>().toEqualTypeOf<readonly [Lacks<"event.body">]>();
  const misspelt = [jsonBody<NewUser>(), requireKeys(["emial"])] as const;
  expectTypeOf<Checked<typeof misspelt>[1]>().toEqualTypeOf<Lacks<"event.body.emial">>();
  const rules = [permit((_event: unknown, { user }: { user: User }) => user.admin)] as const;
  expectTypeOf<Checked<typeof rules>>().toEqualTypeOf<readonly [Lacks<"context.user">]>();
  const both = [permit((_event, context: { user: User; object: Post }) => context.user.admin)] as const;
  expectTypeOf<Checked<typeof both>[0]["misplaced"]>().toEqualTypeOf<
    Lacks<"context.user">["misplaced"] | Lacks<"context.object">["misplaced"]
  >();
  const scoped = [
    errors(),
    loadObject(Posts, { queryset: (_event, { user }: { user: User }) => [{ id: "", author: user.id }] }),
  ] as const;
  expectTypeOf<Checked<typeof scoped>[1]>().toEqualTypeOf<Lacks<"context.user">>();
  expectTypeOf<Checked<typeof scoped>[0]>().toEqualTypeOf<Middleware>();
  const message: Checked<typeof rules>[0]["misplaced"] =
    "it needs context.user, which nothing before it in the chain adds";
  expectTypeOf(message).toBeString();
  // @ts-expect-error any other text is not what the compiler says
  const other: Checked<typeof rules>[0]["misplaced"] = "it needs context.object";
  expectTypeOf(other).toBeString();
  const right = [jsonBody<NewUser>(), requireKeys(["email"])] as const;
  const checked: Checked<typeof right> = right;
  expectTypeOf(checked).toExtend<typeof right>();
}

export function aChainMayBeLong(): void {
  const five = [errors(), errors(), errors(), errors(), errors()] as const;
  const fifteen = [...five, ...five, ...five] as const;
  const sixty = [...fifteen, ...fifteen, ...fifteen, ...fifteen] as const;
  const handler = pipeline(
    [serialize(), jsonBody<NewUser>(), ...sixty, requireKeys(["email"])],
    ({ body }) => body.email,
  );
  expectTypeOf<EndpointTypesOf<typeof handler>["output"]>().toEqualTypeOf<string>();
  const early = [...sixty, requireKeys(["email"])] as const;
  expectTypeOf<Checked<typeof early>[60]>().toEqualTypeOf<Lacks<"event.body">>();
}

export function ownMiddlewareIsTyped(): void {
  interface Tenant {
    name: string;
  }
  const tenant = () =>
    defineMiddleware<{ context: { user: User } }, { context: { tenant: Tenant } }>({
      name: "tenant",
      needs: ["context.user"],
      adds: ["context.tenant"],
      before: ({ context }) => {
        expectTypeOf(context.tenant).toEqualTypeOf<Tenant>();
      },
    });
  expectTypeOf(tenant()).toEqualTypeOf<
    Middleware<{ context: { user: User } }, { context: { tenant: Tenant } }>
  >();
  pipeline([authUser({ model: Users }), tenant()], (_event, context) => {
    expectTypeOf(context.tenant).toEqualTypeOf<Tenant>();
    expectTypeOf(context.user).toEqualTypeOf<User>();
  });
  // @ts-expect-error it needs context.user
  pipeline([tenant()], () => 1);
  const early = [tenant()] as const;
  expectTypeOf<Checked<typeof early>>().toEqualTypeOf<readonly [Lacks<"context.user">]>();
  // @ts-expect-error a middleware has a name
  defineMiddleware({ before() {} });
}

export function theSameMiddlewaresKeepTheirTypesInMiddy(): void {
  middy()
    .use([errors(), jsonBody<NewUser>(), authUser({ model: Users }), loadObject(Posts)])
    .handler((event, context) => {
      expectTypeOf(event.body).toEqualTypeOf<NewUser>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      expectTypeOf(context.object).toEqualTypeOf<Post>();
      expectTypeOf(context.awsRequestId).toEqualTypeOf<string>();
    });
  middy()
    .use(jsonBody<NewUser>())
    .use(authUser({ model: Users }))
    .use(sqsMessages({ json: true }))
    .handler((event, context) => {
      expectTypeOf(event.body).toEqualTypeOf<NewUser>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      expectTypeOf(context.messages).toEqualTypeOf<SqsJsonMessage<unknown>[]>();
    });
}

export function anotherPackagesMiddlewareIsAccepted(): void {
  interface Database {
    query(text: string): Promise<unknown[]>;
  }
  const database = (): MiddlewareObj<unknown, unknown, Error, Context & { db: Database }> => ({});
  pipeline(
    [inputOutputLogger(), jsonBody<NewUser>(), database(), authUser({ model: Users })],
    (event, context) => {
      expectTypeOf(event.body).toEqualTypeOf<NewUser>();
      expectTypeOf(context.db).toEqualTypeOf<Database>();
      expectTypeOf(context.user).toEqualTypeOf<User>();
      expectTypeOf(context.awsRequestId).toEqualTypeOf<string>();
      expectTypeOf<IsAny<typeof context>>().toEqualTypeOf<false>();
    },
  );
  const usesDb = defineMiddleware<{ context: { db: Database } }>({ name: "usesDb", before() {} });
  pipeline([database(), usesDb], () => 1);
  // @ts-expect-error it needs context.db
  pipeline([usesDb, database()], () => 1);
  // @ts-expect-error this is not a middleware
  pipeline([{ before: 5 }], () => 1);
}

export function presetsKeepTheirTypes(): void {
  const responses = pipeline([...httpPreset<NewUser>(), authUser({ model: Users })], (event, context) => {
    expectTypeOf(event.body).toEqualTypeOf<NewUser>();
    expectTypeOf(context.user).toEqualTypeOf<User>();
    return { id: context.user.id };
  });
  expectTypeOf(responses).toExtend<LambdaHandler<HttpResult>>();
  pipeline([...httpPreset(), requireKeys(["email"])], ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<{ email: unknown }>();
  });
  pipeline(httpPreset({ jsonBody: false }), ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<string | null | undefined>();
  });
  pipeline([...sqsPreset()], (_event, { messages }) => {
    expectTypeOf(messages[0]?.messageId).toEqualTypeOf<string | undefined>();
  });
  pipeline(sqsPreset<SqsJsonMessage<NewUser>>({ json: true }), (_event, { messages }) => {
    expectTypeOf(messages).toEqualTypeOf<SqsJsonMessage<NewUser>[]>();
  });
  pipeline(s3Preset(), (_event, { file, files }) => {
    expectTypeOf(file).toEqualTypeOf<S3File>();
    expectTypeOf(files).toEqualTypeOf<S3File[]>();
  });
  middy()
    .use(httpPreset<NewUser>())
    .handler(event => {
      expectTypeOf(event.body).toEqualTypeOf<NewUser>();
    });
}

export function resultsAreTyped(): void {
  expectTypeOf(pipeline([errors()], async () => 5)({})).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pipeline([errors(), serialize()], async () => 5)({})).toEqualTypeOf<Promise<HttpResult>>();
  expectTypeOf(pipeline([], () => undefined)({})).toEqualTypeOf<Promise<undefined>>();
}

export function handlersFitWhatLambdaRuns(): void {
  const http = pipeline([errors(), serialize(pick("id"))], () => ({ id: "1" }));
  const v2: APIGatewayProxyHandlerV2 = http;
  const v1: APIGatewayProxyHandler = http;
  const alb: ALBHandler = http;
  expectTypeOf(createHandler(Users)).toExtend<APIGatewayProxyHandlerV2>();
  expectTypeOf(sqsHandler(() => 1)).toExtend<SQSHandler>();
  expectTypeOf<HttpResult>().toExtend<APIGatewayProxyResultV2>();
  expectTypeOf<HttpResult>().toExtend<ALBResult>();
  for (const handler of [v2, v1, alb]) expectTypeOf(handler).toBeFunction();
  // @ts-expect-error a number is not a batch result
  const queue: SQSHandler = pipeline([], () => 5);
  expectTypeOf(queue).toBeFunction();
}

export function laterMiddlewareReplacesWhatEarlierAdded(): void {
  const chain = [
    jsonBody<NewUser>(),
    validate({ body: z.object({ n: z.number() }) }),
    queryParams({ required: ["page"] }),
  ] as const;
  expectTypeOf<After<typeof chain>["event"]["body"]>().toEqualTypeOf<{ n: number }>();
}
