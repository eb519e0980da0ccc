import { CamelCasePlugin, type Kysely, sql } from "kysely";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { transaction } from "../../src/models/sql/transaction.ts";
import type { Model } from "../../src/models/types.ts";
import type { Refusals, RefusedAttempt } from "../../tools/testing/conformance/refusals.ts";

/** Text that no other value holds. */
let made = 0;
export const unique = (): string => `secret-${made++}-${Math.random().toString(36).slice(2, 10)}`;

/** What others refer to, by its id and by its code. */
export interface Owner {
  id: string;
  code: string | null;
}

/** An object with every constraint that a table may have. */
export interface Member {
  id: string;
  email: string | null;
  nick: string | null;
  fullName: string;
  score: number | null;
  owner: string | null;
  ownerCode: string | null;
}

/** Models of one pair of tables. */
export interface Members {
  owners: Model<Owner>;
  members: Model<Member>;
}

/** The same, and the database as the models reach it. */
export interface SqlMembers extends Members {
  db: Kysely<unknown>;
  /** The table of the owners. */
  table: string;
}

/** What engines don't have in common. */
export interface RefusingEngine {
  /** Whether its columns know lengths and ranges. */
  hasLimits: boolean;
  /** Whether it takes an index over an expression. */
  hasExpressions: boolean;
}

/** The statements that make the tables. */
export function membersTables(prefix: string, { hasExpressions }: RefusingEngine): string[] {
  const owners = `${prefix}_owners`;
  const members = `${prefix}_members`;
  return [
    `create table ${owners} (id varchar(60) primary key, code varchar(60) unique)`,
    `create table ${members} (id varchar(60) primary key, email varchar(60) unique, nick varchar(60),
      full_name varchar(30) not null, score smallint check (score > 0), owner varchar(60), owner_code varchar(60),
      foreign key (owner) references ${owners} (id), foreign key (owner_code) references ${owners} (code))`,
    ...(hasExpressions ? [`create unique index ${prefix}_nicks on ${members} (lower(nick))`] : []),
  ];
}

/** The situations that constraints make, whichever adapter speaks to the database. */
export function constraintRefusals(engine: RefusingEngine, open: () => Promise<Members> | Members): Refusals {
  async function seeded(): Promise<Members & { owner: Owner; member: Member; secrets: string[] }> {
    const { owners, members } = await open();
    const secrets = Array.from({ length: 6 }, unique);
    const [ownerId, code, id, email, nick, fullName] = secrets as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const owner = await owners.create({ id: ownerId, code });
    const member = await members.create({
      id,
      email,
      nick,
      fullName: fullName.slice(0, 30),
      score: 31_337,
      owner: ownerId,
      ownerCode: code,
    });
    return { owners, members, owner, member, secrets: [...secrets, "31337"] };
  }

  const creating = (given: (member: Member) => Partial<Member>, field?: string) => async () => {
    const { members, member, secrets } = await seeded();
    const plain = { id: unique(), email: unique(), nick: unique(), owner: null, ownerCode: null };
    const data = { ...member, ...plain, ...given(member) };
    const texts = Object.values(data).filter(value => typeof value === "string");
    const attempt: RefusedAttempt = {
      run: () => members.create(data),
      secrets: [...secrets, ...texts].filter(text => text.length > 3),
    };
    return field === undefined ? attempt : { ...attempt, field };
  };

  return {
    duplicate: creating(({ email }) => ({ email }), "email"),
    ...(engine.hasExpressions && {
      duplicateExpression: creating(({ nick }) => ({ nick: String(nick).toUpperCase() }), "nick"),
    }),
    async referred() {
      const { owners, owner, secrets } = await seeded();
      return { run: () => owners.delete(owner), secrets };
    },
    async referredValue() {
      const { owners, owner, secrets } = await seeded();
      return { run: () => owners.update(owner, { code: `${owner.code}-other` }), secrets };
    },
    reference: creating(() => ({ owner: unique() }), "owner"),
    missing: creating(() => ({ fullName: null as never }), "fullName"),
    impossible: creating(() => ({ score: -12_345 }), "score"),
    ...(engine.hasLimits && {
      tooLong: creating(() => ({ fullName: `${unique()}${"x".repeat(40)}` }), "fullName"),
      outOfRange: creating(() => ({ score: 7_654_321 }), "score"),
    }),
  };
}

/** `sqlModel` on the tables, whose columns are named in another way than the fields. */
export async function sqlMembers(db: Kysely<unknown>, engine: RefusingEngine): Promise<SqlMembers> {
  const camel = db.withPlugin(new CamelCasePlugin());
  const prefix = `refusing${made++}`;
  for (const text of membersTables(prefix, engine)) await sql.raw(text).execute(db);
  const text = "text" as const;
  const columns = {
    email: text,
    nick: text,
    fullName: text,
    score: "integer",
    owner: text,
    ownerCode: text,
  } as const;
  return {
    db: camel,
    table: `${prefix}_owners`,
    owners: sqlModel<Owner>({ db: camel, name: "Owner", table: `${prefix}_owners`, columns: { code: text } }),
    members: sqlModel<Member>({ db: camel, name: "Member", table: `${prefix}_members`, columns }),
  };
}

/** Two transactions, each of which wants what the other has. */
export async function deadlock({ db, owners }: SqlMembers): Promise<RefusedAttempt> {
  const ids = [unique(), unique()] as const;
  const [first, second] = await Promise.all(ids.map(id => owners.create({ id, code: null })));
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  const cross = (mine: Owner, other: Owner): Promise<unknown> =>
    transaction(db, async bind => {
      await bind(owners).update(mine, { code: unique() });
      if (++arrived === 2) both.resolve();
      await both.promise;
      await bind(owners).update(other, { code: unique() });
    });
  return {
    async run() {
      const settled = await Promise.allSettled([
        cross(first as Owner, second as Owner),
        cross(second as Owner, first as Owner),
      ]);
      const failed = settled.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
    secrets: ids,
  };
}

/** A row that another connection has changed and not committed yet. */
export async function locked({ owners, table }: SqlMembers, other: Kysely<unknown>): Promise<RefusedAttempt> {
  const owner = await owners.create({ id: unique(), code: null });
  const isHeld = Promise.withResolvers<void>();
  const isOver = Promise.withResolvers<void>();
  const holding = other.transaction().execute(async on => {
    await sql`update ${sql.table(table)} set code = ${unique()} where id = ${owner.id}`.execute(on);
    isHeld.resolve();
    await isOver.promise;
  });
  await Promise.race([isHeld.promise, holding]);
  return {
    run: () => owners.update(owner, { code: unique() }),
    secrets: [owner.id],
    async end() {
      isOver.resolve();
      await holding;
    },
  };
}
