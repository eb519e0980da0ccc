import { expectTypeOf } from "vitest";
import { z } from "zod";
import type { EndpointTypesOf } from "../../src/core/endpoint.ts";
import {
  bulkCreateHandler,
  bulkDeleteHandler,
  bulkUpdateHandler,
  createHandler,
  deleteHandler,
  errors,
  fields,
  httpPreset,
  jsonBody,
  listHandler,
  type Model,
  pick,
  pipeline,
  queryParams,
  requireKeys,
  resource,
  retrieveHandler,
  serialize,
  updateHandler,
  validate,
} from "../../src/index.ts";

interface User {
  id: string;
  email: string;
  age: number | null;
  role: "admin" | "editor";
  born: Date;
  tags: string[];
}
declare const Users: Model<User>;

const serializer = pick("id", "email", "born");
type Sent = { id: string; email: string; born: string };

export function genericsTellTheirCalls(): void {
  const create = createHandler(Users, { required: ["email", "born"], optional: ["age"], serializer });
  expectTypeOf<EndpointTypesOf<typeof create>["body"]>().toEqualTypeOf<{
    email: string;
    born: Date | string;
    age?: number | null;
  }>();
  expectTypeOf<EndpointTypesOf<typeof create>["output"]>().toEqualTypeOf<Sent>();
  expectTypeOf<EndpointTypesOf<typeof create>["query"]>().toEqualTypeOf<undefined>();

  const silent = createHandler(Users, { required: ["email"] });
  expectTypeOf<EndpointTypesOf<typeof silent>["output"]>().toEqualTypeOf<string>();

  const retrieve = retrieveHandler(Users, {
    serializer: fields({ id: true, at: "born", old: user => (user.age ?? 0) > 60 }),
  });
  expectTypeOf<EndpointTypesOf<typeof retrieve>["output"]>().toEqualTypeOf<{
    id: string;
    at: string;
    old: boolean;
  }>();
  expectTypeOf<EndpointTypesOf<typeof retrieve>["body"]>().toEqualTypeOf<undefined>();

  const update = updateHandler(Users, {
    body: z.object({ email: z.string(), age: z.coerce.number<string>() }),
    serializer: ({ id, born }) => ({ id, born }),
  });
  expectTypeOf<EndpointTypesOf<typeof update>["body"]>().toEqualTypeOf<{
    email: string;
    age: string;
  }>();
  expectTypeOf<EndpointTypesOf<typeof update>["changes"]>().toEqualTypeOf<{
    email?: string | null;
    age?: string | null;
  }>();
  expectTypeOf<EndpointTypesOf<typeof update>["output"]>().toEqualTypeOf<{ id: string; born: string }>();

  const remove = deleteHandler(Users);
  expectTypeOf<EndpointTypesOf<typeof remove>["output"]>().toEqualTypeOf<undefined>();
}

export function listsTellWhatTheyMayBeAskedFor(): void {
  const list = listHandler(Users, {
    filters: { age: ["gte", "isNull"], role: true, born: "date", email: { operators: ["eq"] } },
    ordering: ["born", "email"],
    search: ["email"],
    allow: ["tenant"],
    count: true,
    serializer,
  });
  type Query = NonNullable<EndpointTypesOf<typeof list>["query"]>;
  expectTypeOf<EndpointTypesOf<typeof list>["output"]>().toEqualTypeOf<Sent[]>();
  expectTypeOf<Query["role"]>().toEqualTypeOf<
    "admin" | "editor" | readonly ("admin" | "editor")[] | undefined
  >();
  expectTypeOf<Query["age[gte]"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Query["born[lt]"]>().toEqualTypeOf<Date | string | undefined>();
  expectTypeOf<Query["age[isNull]"]>().toEqualTypeOf<boolean | undefined>();
  type Order = "born" | "-born" | "email" | "-email";
  expectTypeOf<Query["order"]>().toEqualTypeOf<Order | readonly Order[] | undefined>();
  expectTypeOf<Query["q"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Query["limit"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Query["count"]>().toEqualTypeOf<boolean | undefined>();
  type NamesOf<Field extends string> = Extract<keyof Query, Field | `${Field}[${string}`>;
  expectTypeOf<NamesOf<"age">>().toEqualTypeOf<"age[gte]" | "age[isNull]">();
  expectTypeOf<NamesOf<"email">>().toEqualTypeOf<"email" | "email[eq]">();
  expectTypeOf<Query["email"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<NamesOf<"role">>().toEqualTypeOf<
    "role" | `role[${"eq" | "ne" | "in" | "notIn" | "isNull"}]`
  >();
  expectTypeOf<"born[contains]" | "born[lt]">().toExtend<keyof Query>();
  expectTypeOf<Query["role[notIn]"]>().toEqualTypeOf<Query["role"]>();
  type Ends = readonly [from: Date | string, to: Date | string];
  expectTypeOf<Query["born[between]"]>().toEqualTypeOf<Ends | undefined>();
  expectTypeOf<Query["born[icontains]"]>().toEqualTypeOf<string | undefined>();
  // @ts-expect-error no filter
  expectTypeOf<Query["tags"]>();

  const plain = listHandler(Users, { serializer, envelope: true });
  type Plain = EndpointTypesOf<typeof plain>;
  expectTypeOf<keyof NonNullable<Plain["query"]>>().toEqualTypeOf<"limit" | "offset" | "cursor">();
  expectTypeOf<Plain["output"]>().toEqualTypeOf<{ items: Sent[]; next: string | null; total?: number }>();
}

export function bulksTellTheirCalls(): void {
  const create = bulkCreateHandler(Users, { required: ["email"] });
  expectTypeOf<EndpointTypesOf<typeof create>["body"]>().toEqualTypeOf<readonly { email: string }[]>();
  expectTypeOf<EndpointTypesOf<typeof create>["output"][number]["status"]>().toEqualTypeOf<number>();
  const update = bulkUpdateHandler(Users, { required: ["email"], optional: ["age"] });
  expectTypeOf<EndpointTypesOf<typeof update>["body"][number]>().toExtend<{ id: string; email: string }>();
  expectTypeOf<EndpointTypesOf<typeof update>["body"][number]["age"]>().toEqualTypeOf<
    number | null | undefined
  >();
  // @ts-expect-error nobody may change it
  expectTypeOf<EndpointTypesOf<typeof update>["body"][number]["role"]>();
  const remove = bulkDeleteHandler(Users);
  expectTypeOf<EndpointTypesOf<typeof remove>["output"][number]["status"]>().toEqualTypeOf<number>();
}

export function resourcesTellTheCallsOfTheirVerbs(): void {
  const users = resource(Users, {
    serializer,
    required: ["email"],
    create: { optional: ["age"], create: data => Users.create(data) },
    update: { serializer: user => ({ mail: user.email }) },
    list: { filters: ["role"], envelope: true },
    delete: false,
  });
  expectTypeOf<EndpointTypesOf<typeof users.create>["body"]>().toEqualTypeOf<{
    email: string;
    age?: number | null;
  }>();
  expectTypeOf<EndpointTypesOf<typeof users.create>["output"]>().toEqualTypeOf<Sent>();
  expectTypeOf<EndpointTypesOf<typeof users.retrieve>["output"]>().toEqualTypeOf<Sent>();
  expectTypeOf<EndpointTypesOf<typeof users.update>["output"]>().toEqualTypeOf<{ mail: string }>();
  expectTypeOf<EndpointTypesOf<typeof users.update>["changes"]>().toEqualTypeOf<{
    email?: string | null;
  }>();
  expectTypeOf<EndpointTypesOf<typeof users.list>["output"]["items"]>().toEqualTypeOf<Sent[]>();
  expectTypeOf<NonNullable<EndpointTypesOf<typeof users.list>["query"]>["role[ne]"]>().toEqualTypeOf<
    "admin" | "editor" | undefined
  >();
}

export function pipelinesTellTheirCalls(): void {
  const login = pipeline(
    [...httpPreset<{ email: string; password: string; extra: number }>(), requireKeys(["email", "password"])],
    async ({ body }) => ({ token: body.email, at: new Date() }),
  );
  expectTypeOf<EndpointTypesOf<typeof login>["body"]>().toEqualTypeOf<{
    email: string;
    password: string;
  }>();
  expectTypeOf<EndpointTypesOf<typeof login>["output"]>().toEqualTypeOf<{ token: string; at: string }>();

  const search = pipeline(
    [
      errors(),
      serialize(pick("id", "born")),
      jsonBody(),
      validate({
        body: z.object({ at: z.string().transform(Number) }),
        query: z.object({ page: z.string() }),
      }),
    ],
    async () => [] as User[],
  );
  expectTypeOf<EndpointTypesOf<typeof search>["body"]>().toEqualTypeOf<{ at: string }>();
  expectTypeOf<EndpointTypesOf<typeof search>["query"]>().toEqualTypeOf<{ page: string }>();
  expectTypeOf<EndpointTypesOf<typeof search>["output"]>().toEqualTypeOf<{ id: string; born: string }[]>();

  const silent = pipeline([errors(), serialize(), queryParams({ optional: ["a"] })], () => undefined);
  expectTypeOf<EndpointTypesOf<typeof silent>["output"]>().toEqualTypeOf<null>();
  expectTypeOf<NonNullable<EndpointTypesOf<typeof silent>["query"]>["a"]>().toEqualTypeOf<
    string | undefined
  >();
  expectTypeOf<EndpointTypesOf<typeof silent>["body"]>().toEqualTypeOf<undefined>();

  const picked = pipeline(httpPreset({ serialize: { serializer: pick("id") } }), async () => ({
    id: "1",
    secret: "x",
  }));
  expectTypeOf<EndpointTypesOf<typeof picked>["output"]>().toEqualTypeOf<{ id: string }>();

  const ready = pipeline([errors(), serialize()], () => ({ statusCode: 204 }));
  expectTypeOf<EndpointTypesOf<typeof ready>["output"]>().toBeUnknown();
  expectTypeOf<EndpointTypesOf<() => void>["output"]>().toBeUnknown();
}
