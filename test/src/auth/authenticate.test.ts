import { describe, expect, it } from "vitest";
import { authenticate } from "../../../src/auth/authenticate.ts";
import { hashPassword } from "../../../src/auth/password.ts";
import { Unauthorized } from "../../../src/core/errors.ts";
import { configure } from "../../../src/core/settings.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { shortPages } from "../../support/shortPages.ts";

interface User {
  id: string;
  email: string;
  password: string | null;
  login?: string;
}

const rounds = 200_000;
const Users = memoryModel<User>({ name: "User" });
const ann = await Users.create({
  email: "ann@example.com",
  password: await hashPassword("right", { iterations: rounds }),
  login: "ann",
});
await Users.create({ email: "weak@example.com", password: await hashPassword("right", { iterations: 1 }) });
await Users.create({ email: "none@example.com", password: null });
await Users.create({ email: "unusable@example.com", password: "!abc" });
for (const id of ["1", "2"]) {
  const password = await hashPassword("right", { iterations: 1 });
  await Users.create({ id, email: "twice@example.com", password });
}
const options = { model: Users, iterations: rounds };

describe("authenticate", () => {
  it("resolves to the user of this email address and password", async () => {
    expect(await authenticate("ann@example.com", "right", options)).toEqual(ann);
    expect(await authenticate("ann", "right", { ...options, field: "login" })).toEqual(ann);
  });

  it("finds the user behind a page that is short, and still tells two of one name", async () => {
    const model = shortPages(Users);
    expect(await authenticate("ann@example.com", "right", { ...options, model })).toEqual(ann);
    const twice = authenticate("twice@example.com", "right", { ...options, model });
    await expect(twice).rejects.toThrow(new Unauthorized());
  });

  it("looks in settings.userModel unless given another", async () => {
    await expect(authenticate("ann@example.com", "right")).rejects.toThrow(
      new TypeError('authenticate: give option "model", or settings.userModel'),
    );
    configure({ userModel: Users });
    expect(await authenticate("ann@example.com", "right", { iterations: rounds })).toEqual(ann);
    configure({ userModel: undefined });
  });

  const failures: [string, unknown, unknown][] = [
    ["a wrong password", "ann@example.com", "wrong"],
    ["an unknown user", "bob@example.com", "right"],
    ["a password that was hashed weakly", "weak@example.com", "wrong"],
    ["a user without a password", "none@example.com", "right"],
    ["a user with an unusable password", "unusable@example.com", "right"],
    ["an address that two users have", "twice@example.com", "right"],
    ["an empty address", "", "right"],
    ["an empty password", "ann@example.com", ""],
    ["an address that is an object", { contains: "@" }, "right"],
    ["an address that is a list", ["ann@example.com"], "right"],
    ["no address", undefined, "right"],
    ["no password", "ann@example.com", undefined],
    ["a password that is a list", "ann@example.com", ["right"]],
  ];

  it.each(failures)("is 401, always the same, for %s", async (_title, email, password) => {
    await expect(authenticate(email, password, options)).rejects.toThrow(new Unauthorized());
  });

  // Processor time, which a busy machine does not stretch as it does the clock.
  it("takes as long for every failure", { retry: 3 }, async () => {
    const times = [];
    for (const [, email, password] of failures) {
      const runs = [];
      for (let run = 0; run < 3; run++) {
        const started = process.cpuUsage();
        await authenticate(email, password, options).catch(() => undefined);
        runs.push(process.cpuUsage(started).user);
      }
      times.push(Math.min(...runs));
    }
    expect(Math.max(...times) / Math.min(...times)).toBeLessThan(1.6);
  });

  it("refuses wrong options", async () => {
    for (const [wrong, message] of [
      [{ model: {} }, 'authenticate: option "model" must be a model'],
      [{ iterations: 0, model: Users }, 'authenticate: option "iterations" must be from 1 to 10000000'],
    ] as const) {
      await expect(authenticate("a", "b", wrong as never)).rejects.toThrow(new TypeError(message));
    }
  });
});
