import { expectTypeOf } from "vitest";
import {
  type AuthorizerEvent,
  type AuthorizerResult,
  authorizerHandler,
  type Claims,
  isAuthenticated,
  type LambdaHandler,
  type Model,
  or,
} from "../../src/index.ts";
import { events } from "../../tools/testing/index.ts";

interface User {
  id: string;
  role: "admin" | "reader";
}
declare const Users: Model<User>;

export function userTypes(): void {
  const handler = authorizerHandler({
    model: Users,
    permit: (_event, { user, claims }) => {
      expectTypeOf(user).toEqualTypeOf<User>();
      expectTypeOf(claims).toEqualTypeOf<Claims>();
      return user.role === "admin";
    },
    resources: ({ user, event }) => {
      expectTypeOf(user).toEqualTypeOf<User>();
      expectTypeOf(event).toEqualTypeOf<AuthorizerEvent>();
      return user.role === "admin" ? ["*/*"] : ["GET/*"];
    },
    claims: ({ user, claims }) => ({ ...claims, role: user.role }),
    usageIdentifierKey: async ({ user }) => user.id,
  });
  expectTypeOf(handler).toEqualTypeOf<LambdaHandler<AuthorizerResult>>();
  authorizerHandler({
    loadUser: async (id, claims) => {
      expectTypeOf(id).toEqualTypeOf<string>();
      return claims.plan === "gone" ? undefined : { id, plan: 1 };
    },
    permit: [(_event, { user }) => user.plan > 0, or(isAuthenticated)],
  });
  handler(events.authorizer.restToken({ headers: { Authorization: "Bearer x" } }), {});
  handler(events.authorizer.http({}, { routeKey: "GET /x" }), {});
}

export function wrongOptions(): void {
  // @ts-expect-error the user has no such field
  authorizerHandler({ model: Users, permit: (_event, { user }) => user.age > 1 });
  // @ts-expect-error strangers are never let through
  authorizerHandler({ model: Users, optional: true });
  // @ts-expect-error nobody else's word counts
  authorizerHandler({ model: Users, gateway: true });
  // @ts-expect-error resources are a list
  authorizerHandler({ model: Users, resources: () => "GET/*" });
  // @ts-expect-error a rule says true or false
  authorizerHandler({ model: Users, permit: () => "yes" });
  // @ts-expect-error a TOKEN authorizer has no headers
  events.authorizer.restToken({}, { headers: {} });
}
