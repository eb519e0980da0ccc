import type { User } from "../common/users.ts";
import type { Handler } from "../contenders/contender.ts";

/** A table of users, asked directly. */
export interface Users {
  get(id: string): Promise<User | undefined>;
  create(data: Omit<User, "id">): Promise<User>;
  /** Gives the first ones, and how many there are where all are among them. */
  page(request: { limit: number }): Promise<{ items: readonly User[]; total?: number }>;
}

/** Keeps users in a database of its own. */
export interface StoreContender {
  readonly users: Users;
  create?(): Handler;
  retrieve?(): Handler;
  list?(): Handler;
  forget(): void | Promise<void>;
  /** Ends what the database needs. */
  stop?(): void | Promise<void>;
}
