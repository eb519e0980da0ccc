import type { User } from "../users.ts";
import type { Contender } from "./contender.ts";

/** A table of users, asked directly. */
export interface Users {
  get(id: string): Promise<User | undefined>;
  create(data: Omit<User, "id">): Promise<User>;
  /** Gives the first ones by their ids, and how many there are where all are among them. */
  page(request: { limit: number }): Promise<{ items: readonly User[]; total?: number }>;
}

/** Keeps users in an SQLite database of its own, in memory. */
export interface SqliteContender extends Pick<Contender<unknown>, "create" | "retrieve" | "list" | "forget"> {
  readonly users: Users;
}
