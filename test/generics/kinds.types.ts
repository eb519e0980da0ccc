import { expectTypeOf } from "vitest";
import type { resource } from "../../api/resource.ts";
import type { BulkDeleteOptions } from "../../generics/bulkDeleteHandler.ts";
import type { CreateOptions, createHandler } from "../../generics/createHandler.ts";
import {
  bodyKinds,
  commonKinds,
  type GenericTable,
  messageKinds,
  objectKinds,
  queueKinds,
} from "../../generics/parts/kinds.ts";
import type { QueueOptions } from "../../generics/parts/queue.ts";
import type { retrieveHandler } from "../../generics/retrieveHandler.ts";
import type { OptionsOf } from "../../src/core/options.ts";

type Create = OptionsOf<typeof createHandler>;
type Retrieve = OptionsOf<typeof retrieveHandler>;

export function theOptionsOfAFactoryAreThoseOfItsInterfaceAndTheCommonOnes(): void {
  type Interface = CreateOptions<unknown, never, never, unknown, unknown, readonly []>;
  expectTypeOf<keyof Create>().toEqualTypeOf<keyof Interface | "auth" | "parent">();
  expectTypeOf<keyof Retrieve & ("serializer" | "etag" | "auth" | "status")>().toEqualTypeOf<
    "serializer" | "etag" | "auth" | "status"
  >();
  expectTypeOf<"status" & keyof OptionsOf<typeof resource>>().toEqualTypeOf<never>();
}

export function aForgottenOptionDoesNotCompile(): void {
  const own = {
    serializer: "any",
    include: "names",
    queryset: "function",
    defaults: "function",
    create: "function",
    location: "function",
  } as const;
  // @ts-expect-error: the table lacks `basePath`
  const forgotten: GenericTable<Create> = { ...commonKinds, ...bodyKinds, ...own };
  // @ts-expect-error: the table lacks what every generic takes
  const bare: GenericTable<Create> = { ...bodyKinds, ...own, basePath: "string" };
  const whole: GenericTable<Create> = { ...commonKinds, ...bodyKinds, ...own, basePath: "string" };
  expectTypeOf([forgotten, bare, whole]).toEqualTypeOf<GenericTable<Create>[]>();
}

export function anOptionThatIsNotTakenDoesNotCompile(): void {
  // @ts-expect-error: no object is loaded by `key`
  const invented: GenericTable<Retrieve> = { ...commonKinds, ...objectKinds, key: "string" };
  // @ts-expect-error: nothing reads a body
  const spread: GenericTable<Retrieve> = { ...commonKinds, ...objectKinds, ...bodyKinds };
  // @ts-expect-error: a bucket has no messages
  const messages: GenericTable<QueueOptions> = { ...queueKinds, ...messageKinds };
  type BulkDelete = BulkDeleteOptions<unknown, unknown, readonly []>;
  // @ts-expect-error: the options alone have no `auth`, which the common ones bring
  const open: GenericTable<BulkDelete> = {
    ...commonKinds,
    queryset: "function",
    remove: "function",
    maxItems: "count",
  };
  expectTypeOf([invented, spread]).toEqualTypeOf<GenericTable<Retrieve>[]>();
  expectTypeOf([messages, open]).not.toBeAny();
}
