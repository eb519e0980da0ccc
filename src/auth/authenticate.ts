import { Unauthorized } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { settings } from "../core/settings.ts";
import type { CurrentUser } from "../http/rules.ts";
import { firstObjects, type Paged } from "../models/query/reading.ts";
import type { Model } from "../models/types.ts";
import { checkIterations, defaultIterations, spendTime, verifyPassword } from "./password.ts";

export interface AuthenticateOptions<User> {
  /** Where the users live. @default settings.userModel */
  model?: Model<User>;
  /** The field that holds what the user is known by. @default "email" */
  field?: keyof User & string;
  /** The field that holds the password's hash. @default "password" */
  passwordKey?: keyof User & string;
  /** The rounds that the stored hashes have; every failure takes as long as these. @default 1_500_000 */
  iterations?: number;
}

/** The one use that is made of a model here; its own fields are not known. */
interface Lookup {
  objects: { filter(where: object): Paged<unknown> };
}

async function find(model: Lookup, field: string, value: unknown): Promise<unknown> {
  if (typeof value !== "string" || value === "") return undefined;
  const users = await firstObjects(model.objects.filter({ [field]: value }), 2);
  // Two users of one name: nobody can say which of them is signing in.
  return users.length === 1 ? users[0] : undefined;
}

/**
 * Checks an email address and a password. A failure takes as long whatever its reason (no such user, a wrong
 * password, a user without one), so that nobody learns who has an account.
 *
 * @param email what the user is known by; anything but a string is refused
 * @param password what the user typed; anything but a string is refused
 * @param options `model`, `field`, `passwordKey`, and the `iterations` of the stored hashes
 * @returns the user
 * @throws Unauthorized 401 `Unauthorized`, always the same
 * @throws TypeError when there is no model, or an option is wrong
 * @example
 * const user = await authenticate(event.body.email, event.body.password, { model: Users });
 * return { token: await signJwt({ sub: user.id }) };
 */
export async function authenticate<User = CurrentUser>(
  email: unknown,
  password: unknown,
  options: AuthenticateOptions<User> = {},
): Promise<User> {
  checkOptions("authenticate", options, {
    model: "model",
    field: "string",
    passwordKey: "string",
    iterations: "count",
  });
  const { model = settings.userModel, field = "email", passwordKey = "password" } = options;
  const { iterations = defaultIterations } = options;
  checkIterations("authenticate", iterations);
  if (model === undefined) throw new TypeError('authenticate: give option "model", or settings.userModel');

  const user = await find(model as Lookup, field, email);
  const encoded = (user as Record<string, unknown> | undefined)?.[passwordKey];
  const typed = typeof password === "string" ? password : "";
  const right = await verifyPassword(typed, encoded as string);
  if (right && typeof password === "string") return user as User;
  await spendTime(typed, encoded, iterations);
  throw new Unauthorized();
}
