import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { Conflict } from "../../../../../src/core/errors.ts";
import { one } from "../../../../../src/models/relations/one.ts";
import { migrateDown, type PlanOptions, planMigration } from "../../../../../src/models/sql/migrate/index.ts";
import { type SqlModelOptions, sqlModel } from "../../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";
import type { FullModel, Model, RelatedTo } from "../../../../../src/models/types.ts";
import { type Changing, changingOn, runSteps } from "../../../../support/migrations.ts";
import { onSqlServers } from "../../../../support/sqlServers.ts";

interface Line {
  id: string;
  itemName: string | null;
  userID: string | null;
  note: string | null;
  madeAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}

const nothing = { steps: [], notes: [], renames: [] };

async function changed(at: Changing, model: object, plan: PlanOptions): Promise<string[]> {
  const { steps } = await planMigration([model], plan);
  await runSteps(at, [model], steps);
  return steps.flatMap(({ does }) => does.split(", ")).filter(words => words.startsWith("rename"));
}

function cases(of: () => Changing): void {
  const linesOf = (name: string, more: Partial<SqlModelOptions<Line>> = {}): FullModel<Line> =>
    sqlModel<Line>({
      db: of().db,
      name,
      columns: { itemName: "text", userID: "text", note: "text" },
      unique: [["userID", "itemName"]],
      indexes: ["itemName"],
      stamps: { createdAt: "madeAt", updatedAt: true },
      softDelete: "deletedAt",
      ...more,
    });
  const snake = { naming: "snake" } as const;

  async function keeps(model: FullModel<Line>, was: readonly Line[]): Promise<void> {
    expect(await model.objects.withDeleted?.().orderBy("id").all()).toEqual(was);
    const [first] = was as [Line];
    const again = { userID: first.userID, itemName: first.itemName };
    await expect(model.create(again)).rejects.toThrow(/^Duplicate (?:userID, itemName|itemName, userID)$/);
    await expect(model.create(again)).rejects.toThrow(Conflict);
  }

  async function seed(model: FullModel<Line>): Promise<readonly Line[]> {
    await model.create({ id: "a", userID: "u", itemName: "pen" });
    await model.delete(await model.create({ id: "b", userID: "v", itemName: "ink" }));
    return (await model.objects.withDeleted?.().orderBy("id").all()) as Line[];
  }

  async function back(model: object): Promise<void> {
    const { migrations } = of();
    const [last] = Object.keys(migrations).toReversed();
    expect(await migrateDown([model], migrations)).toBe(last);
    delete migrations[last as string];
  }

  it("a table whose columns get names in snake case keeps its rows and rules, when each is said to be renamed", async () => {
    const was = await seed(linesOf("kept_lines"));
    const Named = linesOf("kept_lines", snake);
    await expect(Named.objects.all()).rejects.toThrow(/column kept_lines.item_name is missing/);

    const renamed: Record<string, string> = {
      itemName: "item_name",
      userID: "user_id",
      madeAt: "made_at",
      updatedAt: "updated_at",
      deletedAt: "deleted_at",
    };
    const pairs = Object.entries(renamed).map(([from, to]) => ({ from: `kept_lines.${from}`, to }));
    const untold = await planMigration([Named]);
    const bySource = (a: { from: string }, b: { from: string }): number => (a.from < b.from ? -1 : 1);
    expect([...untold.renames].sort(bySource)).toEqual([...pairs].sort(bySource));
    const words = untold.steps.map(({ does }) => does).join("\n");
    expect(words).not.toMatch(/drop the column|rename/);
    for (const { from } of pairs)
      expect(untold.notes.join("\n")).toContain(`${from} is a column of no model; it stays`);

    const rename = Object.fromEntries(pairs.map(({ from, to }) => [from, to]));
    const done = await changed(of(), Named, { rename });
    expect(done.sort()).toEqual(
      Object.entries(renamed)
        .map(([from, to]) => `rename the column ${from} to ${to}`)
        .sort(),
    );
    expect(await planMigration([Named])).toEqual(nothing);
    await keeps(linesOf("kept_lines", snake), was);
    await back(Named);
    await keeps(linesOf("kept_lines"), was);
    expect(await planMigration([linesOf("kept_lines")])).toEqual(nothing);
  });

  it("a table that gets another name is not made anew beside its rows, which it keeps when it is said to be renamed", async () => {
    const was = await seed(linesOf("HiddenLine"));
    const Named = linesOf("HiddenLine", snake);
    const missing = /hidden_line is missing, and HiddenLine is there. Run "tsverless migrate plan"/;
    await expect(Named.objects.all()).rejects.toThrow(missing);
    await expect(Named.create({ itemName: "x" })).rejects.toThrow(missing);

    const untold = await planMigration([Named]);
    expect(untold.steps.map(({ does }) => does)).toEqual(["create the table"]);
    expect(untold.notes).toEqual([
      "HiddenLine is a table of no model; it stays, unless it is hidden_line (--rename HiddenLine=hidden_line)",
    ]);
    const rename = Object.fromEntries(untold.renames.map(({ from, to }) => [from, to]));
    expect(rename).toEqual({
      HiddenLine: "hidden_line",
      "hidden_line.itemName": "item_name",
      "hidden_line.userID": "user_id",
      "hidden_line.madeAt": "made_at",
      "hidden_line.updatedAt": "updated_at",
      "hidden_line.deletedAt": "deleted_at",
    });
    expect((await changed(of(), Named, { rename }))[0]).toBe("rename the table HiddenLine to hidden_line");
    expect(await planMigration([Named])).toEqual(nothing);
    await keeps(Named, was);
    await back(Named);
    await keeps(linesOf("HiddenLine"), was);
  });

  it("a table is renamed with all that SQLite makes again", async () => {
    const was = await seed(linesOf("old_lines"));
    const columns = { itemName: { kind: "text", required: true }, userID: "text", note: "text" } as const;
    const Renamed = linesOf("lines", { columns });
    const { steps } = await planMigration([Renamed], { rename: { old_lines: "lines" } });
    expect(steps.map(({ does }) => does)).toEqual([
      "rename the table old_lines to lines",
      "require the column itemName",
    ]);
    await runSteps(of(), [Renamed], steps);
    expect(await planMigration([Renamed])).toEqual(nothing);
    await keeps(Renamed, was);
    await back(Renamed);
    await keeps(linesOf("old_lines"), was);
  });

  it("foreign keys follow what they are of and what they lead to, when that gets other names", async () => {
    interface Named {
      userKey: string;
      fullName: string | null;
    }
    interface Letter extends RelatedTo<{ author: Named; answers: Letter }> {
      id: string;
      writtenBy: string | null;
      answerTo: string | null;
    }
    const made = (
      user: string,
      letter: string,
      more: { naming?: "snake" } = {},
    ): [FullModel<Named>, FullModel<Letter>] => {
      const { db } = of();
      const Users = sqlModel<Named>({
        db,
        name: user,
        idKey: "userKey",
        columns: { fullName: "text" },
        ...more,
      });
      const Letters: FullModel<Letter> = sqlModel<Letter>({
        db,
        name: letter,
        columns: { writtenBy: "text", answerTo: "text" },
        relations: {
          author: one(Users, "writtenBy"),
          answers: one((): Model<Letter> => Letters, "answerTo"),
        },
        ...more,
      });
      return [Users, Letters];
    };
    const old = made("AppUser", "LoveLetter");
    await old[0].create({ userKey: "ann" });
    await old[1].create({ id: "a", writtenBy: "ann", answerTo: "a" });
    const was = await old[1].objects.all();
    const through: [models: ReturnType<typeof made>, rename: Record<string, string>][] = [
      [
        made("AppUser", "LoveLetter", { naming: "snake" }),
        {
          AppUser: "app_user",
          LoveLetter: "love_letter",
          "app_user.userKey": "user_key",
          "app_user.fullName": "full_name",
          "love_letter.writtenBy": "written_by",
          "love_letter.answerTo": "answer_to",
        },
      ],
      [made("Person", "Letter", { naming: "snake" }), { app_user: "person", love_letter: "letter" }],
    ];
    for (const [models, rename] of through) {
      const { steps } = await planMigration(models, { rename });
      expect(steps.map(({ does }) => does).filter(does => !does.startsWith("rename"))).toEqual([]);
      await runSteps(of(), models, steps);
      expect(await planMigration(models)).toEqual(nothing);
      const [Users, Letters] = models;
      expect(await Letters.objects.all()).toEqual(was);
      await expect(Letters.create({ writtenBy: "nobody" })).rejects.toMatchObject({ field: "writtenBy" });
      await expect(Users.delete((await Users.objects.get("ann")) as Named)).rejects.toThrow(
        /still referred to/,
      );
    }
    for (let n = 0; n < through.length; n++) await back(through[1]?.[0][0] as object);
    expect(await planMigration(old)).toEqual(nothing);
    expect(await old[1].objects.all()).toEqual(was);
  });

  it("a rename of what is not there, or is there already, is refused", async () => {
    await seed(linesOf("there_lines"));
    const There = linesOf("there_lines");
    const pairs = [
      ["nowhere", "there_lines"],
      ["there_lines", "gone"],
      ["there_lines.x", "note"],
    ] as const;
    for (const [from, to] of pairs) {
      await expect(planMigration([There], { rename: { [from]: to } })).rejects.toThrow(
        `there is nothing to rename or drop that is called "${from}"`,
      );
    }
  });
}

describe("on SQLite", () => {
  const db = sqlite(":memory:");
  const at: Changing = { engine: "SQLite", db, migrations: {}, tables: 0 };
  afterAll(() => db.destroy());
  cases(() => at);

  it("a table whose name differs in capitals is the same, and keeps its triggers and the count of its ids", async () => {
    interface Note {
      id: number;
      text: string;
    }
    const options = { db, name: "CountedNote", columns: { id: "integer", text: "text" } } as const;
    const Notes = sqlModel<Note>({ ...options, table: "COUNTED_NOTE" });
    await sql`create table note_log (text text)`.execute(db);
    await Notes.create({ text: "a" });
    await Notes.delete(await Notes.create({ text: "b" }));
    await sql`create trigger logs after insert on counted_note begin insert into note_log values (new.text); end`.execute(
      db,
    );
    const columns = { id: "integer", text: { kind: "text", required: true } } as const;
    const Named = sqlModel<Note>({ ...options, naming: "snake", columns });
    await changed(at, Named, {});
    expect(await planMigration([Named])).toEqual(nothing);
    expect((await Named.create({ text: "c" })).id).toBe(3);
    expect((await sql`select * from note_log`.execute(db)).rows).toEqual([{ text: "c" }]);
  });
});

onSqlServers(
  place => place,
  (db, engine) => cases(changingOn(engine, db)),
);
