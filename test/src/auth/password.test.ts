import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashPassword, needsRehash, verifyPassword } from "../../../src/auth/password.ts";

// What Django's own tests expect of "lètmein", and three more made with Python's hashlib.
const vectors = [
  ["lètmein", "pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c="],
  ["", "pbkdf2_sha256$600000$xxxxxxxxxxxxxxxxxxxxxx$c3T//rSIRe5fjJFRkU2Okt9A/cXgugjzLwRegMofzas="],
  [
    "$Sup3r-s3cr3t-p4ssw0rd!",
    "pbkdf2_sha256$100000$Zk3pQw81LmNa$6Uek+TJG2XNbTH2qbFcLq33gXq6bzYLYoAZGJHNjIWE=",
  ],
  [
    "пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑пароль 🔑",
    "pbkdf2_sha256$1000$sält$4sE9k/gIOYkKux2+m7f6f9NHx3UBh+wswCER52dV4Kg=",
  ],
] as const;

describe("hashPassword", () => {
  it.each(vectors)("writes %j as Django does", async (password, encoded) => {
    const [, iterations, salt] = encoded.split("$") as [string, string, string];
    expect(await hashPassword(password, { iterations: Number(iterations), salt })).toBe(encoded);
  });

  it("uses a new salt of 22 characters each time, and Django's number of rounds", async () => {
    const form = /^pbkdf2_sha256\$1500000\$([a-zA-Z0-9]{22})\$[A-Za-z0-9+/]{43}=$/;
    const [one, other] = await Promise.all([hashPassword("p"), hashPassword("p")]);
    expect(one).toMatch(form);
    expect(other).toMatch(form);
    expect(form.exec(one)?.[1]).not.toBe(form.exec(other)?.[1]);
  });

  it("refuses what it cannot hash", async () => {
    const iterations = 'hashPassword: option "iterations" must be';
    const cases: [unknown, unknown, string][] = [
      [5, {}, "hashPassword: password must be a string"],
      [undefined, {}, "hashPassword: password must be a string"],
      ["p", { salt: "" }, 'hashPassword: option "salt" must be a string without "$"'],
      ["p", { salt: "a$b" }, 'hashPassword: option "salt" must be a string without "$"'],
      ["p", { iterations: 0 }, `${iterations} from 1 to 10000000`],
      ["p", { iterations: 10_000_001 }, `${iterations} from 1 to 10000000`],
      ["p", { iterations: "9" }, `${iterations} a whole number of at least 0`],
      ["p", { rounds: 9 }, 'hashPassword: unknown option "rounds"; it takes iterations, salt'],
    ];
    for (const [password, options, message] of cases) {
      await expect(hashPassword(password as never, options as never)).rejects.toThrow(new TypeError(message));
    }
  });
});

describe("verifyPassword", () => {
  it.each(vectors)("knows %j by the hash that Django stored", async (password, encoded) => {
    expect(await verifyPassword(password, encoded)).toBe(true);
    expect(await verifyPassword(`${password} `, encoded)).toBe(false);
  });

  it("matches exactly the password that was hashed", async () => {
    const text = fc.string({ unit: "grapheme" });
    await fc.assert(
      fc.asyncProperty(text, text, async (password, other) => {
        const encoded = await hashPassword(password, { iterations: 2 });
        expect(await verifyPassword(password, encoded)).toBe(true);
        expect(await verifyPassword(other, encoded)).toBe(password === other);
      }),
    );
  });

  it("says false, at once, to whatever is no such hash", async () => {
    const right = await hashPassword("p", { iterations: 9, salt: "s" });
    const [, , , hash] = right.split("$");
    const malformed: unknown[] = [
      ...[undefined, null, 5, {}, [right], "", "$", "$$$", "!unusable", "md5$s$abc", "p"],
      ...[`${right}\n`, ` ${right}`, `${right}$`, right.slice(0, -1), right.replace("256", "1")],
      ...["0", "09", "-9", "9.0", "1e1", "10000001", "99999999999999999999", ""].map(
        iterations => `pbkdf2_sha256$${iterations}$s$${hash}`,
      ),
      `pbkdf2_sha256$9$$${hash}`,
    ];
    const started = process.cpuUsage();
    for (const encoded of malformed) expect(await verifyPassword("p", encoded as never)).toBe(false);
    for (const password of [undefined, null, 5, ["p"], {}]) {
      expect(await verifyPassword(password as never, right)).toBe(false);
    }
    // One check of 10 million rounds takes seconds of processor time.
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), async (password, encoded) => {
        expect(await verifyPassword(password as never, encoded as never)).toBe(false);
      }),
    );
  });
});

describe("needsRehash", () => {
  const hash = "A".repeat(43);
  const salt = "s".repeat(22);
  it("asks for a new hash when the stored one is weaker than one made now", () => {
    const cases: [string, boolean][] = [
      [`pbkdf2_sha256$1500000$${salt}$${hash}=`, false],
      [`pbkdf2_sha256$1800000$${salt}$${hash}=`, false],
      [`pbkdf2_sha256$1499999$${salt}$${hash}=`, true],
      [`pbkdf2_sha256$1500000$${salt.slice(1)}$${hash}=`, true],
      ["md5$salt$hash", true],
      ["", true],
      [null as never, true],
    ];
    for (const [encoded, wanted] of cases) expect([encoded, needsRehash(encoded)]).toEqual([encoded, wanted]);
    expect(needsRehash(`pbkdf2_sha256$10$${salt}$${hash}=`, { iterations: 10 })).toBe(false);
    expect(needsRehash(`pbkdf2_sha256$10$${salt}$${hash}=`, { iterations: 11 })).toBe(true);
  });

  it("refuses a number of rounds that nothing can have", () => {
    expect(() => needsRehash("", { iterations: 0 })).toThrow(
      new TypeError('needsRehash: option "iterations" must be from 1 to 10000000'),
    );
  });
});
