import type { Kysely } from "kysely";
import { expectTypeOf } from "vitest";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";

interface Post {
  id: string;
  title: string;
}
interface Tables {
  posts: Post;
}

export async function transactionsAreTyped(db: Kysely<Tables>): Promise<void> {
  const Posts = sqlModel<Post>({ db, table: "posts", columns: { title: "text" } });
  const made = await transaction(db, async (bind, inner) => {
    expectTypeOf(inner.selectFrom("posts").selectAll().execute()).resolves.toEqualTypeOf<Post[]>();
    return bind(Posts).create({ title: "a" });
  });
  expectTypeOf(made).toEqualTypeOf<Post>();
  // @ts-expect-error there is no such field
  await transaction(db, bind => bind(Posts).create({ name: "a" }));
  // @ts-expect-error there is no such isolation
  await transaction(db, async () => 1, { isolation: "snapshot" });
  // @ts-expect-error there is no such dialect
  sqlModel<Post>({ db, table: "posts", columns: { title: "text" }, dialect: "oracle" });
}
