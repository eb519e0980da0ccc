import middy from "@middy/core";
import { expectTypeOf } from "vitest";
import { authUser } from "../../middlewares/authUser.ts";
import { permit } from "../../middlewares/permit.ts";
import { authenticate } from "../../src/auth/authenticate.ts";
import type { Claims } from "../../src/auth/claims.ts";
import { and, type CurrentUser, isAuthenticated, not, or } from "../../src/http/rules.ts";
import type { Model } from "../../src/models/types.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";

interface User {
  id: string;
  admin: boolean;
}
declare const Users: Model<User>;
declare const yes: boolean;

export function userTypes(): void {
  pipeline([authUser({ model: Users })], (_event, context) => {
    expectTypeOf(context.user).toEqualTypeOf<User>();
    expectTypeOf(context.claims).toEqualTypeOf<Claims>();
  });
  pipeline([authUser({ model: Users, optional: true })], (_event, context) => {
    expectTypeOf(context.user).toEqualTypeOf<User | undefined>();
    expectTypeOf(context.claims).toEqualTypeOf<Claims | undefined>();
  });
  pipeline([authUser({ model: Users, optional: false })], (_event, { user }) => {
    expectTypeOf(user).toEqualTypeOf<User>();
  });
  pipeline([authUser({ model: Users, optional: yes })], (_event, { user }) => {
    expectTypeOf(user).toEqualTypeOf<User | undefined>();
  });
  pipeline([authUser()], (_event, { user }) => {
    expectTypeOf(user).toEqualTypeOf<CurrentUser>();
  });
  pipeline([authUser({ loadUser: id => ({ id, age: 5 }) })], (_event, { user }) => {
    expectTypeOf(user).toEqualTypeOf<{ id: string; age: number }>();
  });
  pipeline([authUser({ loadUser: async id => (yes ? { id } : undefined) })], (_event, { user }) => {
    expectTypeOf(user).toEqualTypeOf<{ id: string }>();
  });
  pipeline(
    [authUser({ loadUser: (id, claims) => Users.objects.get(`${claims.iss}${id}`) })],
    (_event, { user }) => {
      expectTypeOf(user).toEqualTypeOf<User>();
    },
  );
  middy()
    .use(authUser({ model: Users }))
    .handler((_event, context) => {
      expectTypeOf(context.user).toEqualTypeOf<User>();
    });
  // @ts-expect-error an unknown option
  authUser({ model: Users, secrets: "x" });
  // @ts-expect-error not a model
  authUser({ model: {} });
}

const isAdmin = (_event: unknown, { user }: { user: User }): boolean => user.admin;
const isOwner = async (_event: unknown, { object }: { object: { author: string } }): Promise<boolean> =>
  object.author !== "";

export function ruleTypes(): void {
  pipeline([permit(() => true)], () => 1);
  pipeline([authUser({ model: Users }), permit(isAdmin)], (_event, { user }) => {
    expectTypeOf(user).toEqualTypeOf<User>();
  });
  pipeline([authUser({ model: Users }), permit(and(isAdmin, not(or(isAdmin, isAuthenticated))))], () => 1);
  pipeline([authUser({ model: Users, optional: true }), permit(isAuthenticated)], () => 1);
  pipeline([authUser({ model: Users }), permit((_event, context) => context.user !== undefined)], () => 1);

  // @ts-expect-error it needs context.user
  pipeline([permit(isAdmin)], () => 1);
  // @ts-expect-error it needs context.user
  pipeline([permit((_event, context) => context.user !== undefined)], () => 1);
  // @ts-expect-error it needs context.user
  pipeline([permit(and(not(isAdmin)))], () => 1);
  // @ts-expect-error the user may be undefined
  pipeline([authUser({ model: Users, optional: true }), permit(isAdmin)], () => 1);
  // @ts-expect-error it needs context.object
  pipeline([authUser({ model: Users }), permit(or(isAdmin, isOwner))], () => 1);
  // @ts-expect-error another user
  pipeline([authUser({ loadUser: id => ({ id }) }), permit(isAdmin)], () => 1);
  // @ts-expect-error a rule says true or false
  permit(() => "yes");
  permit((_event, context) => {
    expectTypeOf(context.user).toEqualTypeOf<CurrentUser>();
    return true;
  });
}

export async function authenticateTypes(): Promise<void> {
  expectTypeOf(await authenticate("a", "b", { model: Users })).toEqualTypeOf<User>();
  expectTypeOf(await authenticate("a", "b")).toEqualTypeOf<CurrentUser>();
  // @ts-expect-error no such field
  await authenticate("a", "b", { model: Users, field: "mail" });
}
