import { createHandler } from "../../generics/createHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { authUser } from "../../middlewares/authUser.ts";
import { idempotent } from "../../middlewares/idempotent.ts";
import { serialize } from "../../middlewares/serialize.ts";
import type { IdempotencyStore } from "../../src/idempotency/types.ts";
import type { Model } from "../../src/models/types.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";

interface Order {
  id: string;
  item: string;
}
interface User {
  id: string;
  tenant: string;
}

export function standsInUseOfTheGenerics(
  Orders: Model<Order>,
  Users: Model<User>,
  store: IdempotencyStore,
): void {
  createHandler(Orders, { required: ["item"], use: [idempotent({ store, ttl: 60 })] });
  createHandler(Orders, {
    auth: { model: Users },
    required: ["item"],
    use: [idempotent({ store, scope: (_event, { user }: { user: User }) => user.tenant })],
    create: (data, { context }) => Orders.create({ ...data, id: context.user.tenant }),
  });
  updateHandler(Orders, {
    auth: { model: Users },
    optional: ["item"],
    serializer: pick("id"),
    use: [idempotent({ store, scope: "orders" })],
  });
  createHandler(Orders, {
    required: ["item"],
    // @ts-expect-error nobody is signed in
    use: [idempotent({ store, scope: (_event, { user }: { user: User }) => user.tenant })],
  });
}

export function isPlacedBehindWhatItsScopeNeeds(Users: Model<User>, store: IdempotencyStore): void {
  const own = idempotent({ store, scope: (_event, { user }: { user: User }) => user.tenant });
  pipeline([serialize(), authUser({ model: Users }), own], (_event, { user }) => user.tenant);
  // @ts-expect-error nothing before it signs anybody in
  pipeline([serialize(), own, authUser({ model: Users })], () => null);
  pipeline(
    [idempotent({ store, scope: (event, context) => `${event.path}${context.awsRequestId}` })],
    () => 1,
  );
  // @ts-expect-error a scope is text
  idempotent({ store, scope: () => 5 });
  // @ts-expect-error without a store there is nothing to ask
  idempotent({ ttl: 60 });
}
