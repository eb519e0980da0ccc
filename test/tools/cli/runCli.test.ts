import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { commands, otherWords } from "../../../tools/cli/commands.ts";
import { type Command, defineCommand } from "../../../tools/cli/shell/command.ts";
import { makeProject, ownTsverless, tsverless } from "../../support/cli.ts";

const names = Object.keys(commands);
const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

/** The line of an error, and nothing else. */
const error = (message: string, command = ""): object => ({
  code: 2,
  out: "",
  err: `tsverless: ${message}\nTry: tsverless ${command && `${command} `}--help\n`,
});

describe("help", () => {
  it.each(["help", "--help", "-h", "help help", "help --help"])(
    "of all commands comes with %s",
    async words => {
      const { code, out, err } = await ownTsverless(words.split(" "));
      expect([code, err]).toEqual([0, ""]);
      for (const load of Object.values(commands)) {
        const { name, summary } = await load();
        expect(out).toMatch(new RegExp(`^ {2}${name} +${summary}$`, "m"));
      }
    },
  );

  it.each(names)("of %s lists its arguments and options, asked in each way", async name => {
    const command = await (commands[name] as () => Promise<Command>)();
    const asked = await Promise.all(
      [
        [name, "--help"],
        [name, "-h"],
        ["help", name],
      ].map(args => ownTsverless(args)),
    );
    const [{ out } = { out: "" }] = asked;
    for (const response of asked) expect(response).toEqual({ code: 0, out, err: "" });
    expect(out.startsWith(`${command.summary}\n`)).toBe(true);
    expect(out).toContain(`  tsverless ${name} `);
    for (const argument of command.args) expect(out).toContain(argument.description);
    for (const [option, { description, type }] of Object.entries(command.options)) {
      expect(out).toMatch(new RegExp(`--${option}${type === "string" ? " <\\w+>" : ""} `));
      expect(out).toContain(description);
    }
    expect(Object.keys(command.options)).not.toContain("help");
    expect(command.name).toBe(name);
  });

  it("comes on stderr, with exit code 2, when nothing is asked for", async () => {
    const { out } = await tsverless(["help"]);
    expect(await tsverless([])).toEqual({ code: 2, out: "", err: out });
  });

  it("wins over what else is wrong with a command line", async () => {
    for (const wrong of [[], ["--xyzzy"], ["--json=1"], ["a", "b"], [""]]) {
      expect((await ownTsverless(["invoke", ...wrong, "--help"])).code).toBe(0);
    }
  });

  it.each([["--version"], ["-v"], ["version"]])("has the version of the package with %s", async word => {
    expect(await ownTsverless([word])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });
});

describe("the process", () => {
  it("has the exit code, and the two outputs", async () => {
    expect(await tsverless(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
    expect(await tsverless(["rotes"])).toEqual(error('There is no command "rotes"; did you mean "routes"?'));
  });

  it("of an old Node says so, in one line, and has loaded nothing else before", async () => {
    const allowed = ["tools/cli/main.ts", "tools/cli/shell/nodeIsTooOld.ts"];
    const old = `
      import { registerHooks } from "node:module";
      Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
      registerHooks({
        load(url, context, next) {
          if (!${JSON.stringify(allowed)}.some(path => url.endsWith(path))) throw new Error("loaded " + url);
          return next(url, context);
        },
      });`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(old)}` };
    expect(await tsverless(["routes"], { env })).toEqual({
      code: 1,
      out: "",
      err: "tsverless: needs Node 22.13 or newer; this is v20.20.2 (npm install --save-dev node brings one)\n",
    });
  });
});

describe("wrong usage is one line, where help is, and exit code 2", () => {
  it.each([
    [["rotes"], 'There is no command "rotes"; did you mean "routes"?', ""],
    [["open"], 'There is no command "open"; did you mean "openapi"?', ""],
    [["biuld"], 'There is no command "biuld"; did you mean "build"?', ""],
    [["deply"], 'There is no command "deply"; did you mean "deploy-template"?', ""],
    [["vesion"], 'There is no command "vesion"; did you mean "version"?', ""],
    [["--versoin"], 'There is no command "--versoin"; did you mean "--version"?', ""],
    [["start"], 'There is no command "start"; did you mean "dev"?', ""],
    [["inti"], 'There is no command "inti"; did you mean "new"?', ""],
    [["help", "rotes"], 'There is no command "rotes"; did you mean "routes"?', ""],
    [["xyzzy"], 'There is no command "xyzzy"', ""],
    [["constructor"], 'There is no command "constructor"', ""],
    [["help", "xyzzy"], 'There is no command "xyzzy"', ""],
    [["routes", "--jsn"], "Unknown option --jsn; did you mean --json?", "routes"],
    [["routes", "--xyzzy"], "Unknown option --xyzzy", "routes"],
    [["routes", "-x"], "Unknown option -x", "routes"],
    [["routes", "a", "b"], '"b" is one argument too many', "routes"],
    [["invoke"], "<event> is missing", "invoke"],
    [["dev", "--source", "v3"], '--source must be one of v1, v2, http-v1, alb, url, not "v3"', "dev"],
    [["dev", "--port", "http"], '--port must be a number from 0 to 65535, not "http"', "dev"],
    [["dev", "--port", "65536"], '--port must be a number from 0 to 65535, not "65536"', "dev"],
    [["dev", "--port"], "--port needs a value", "dev"],
    [["dev", "-p", "-1"], "--port needs a value; --port=-1 is how to write one with a dash in front", "dev"],
    [["dev", "--port=-1"], '--port must be a number from 0 to 65535, not "-1"', "dev"],
    [["dev", "--no-watch=1"], "--no-watch takes no value", "dev"],
    [["dev", ""], "[entry] is empty", "dev"],
    [["new", ""], "<folder> is empty", "new"],
    [["dev", "--authorizer", "nowhere", "--host="], "--host is empty", "dev"],
    [["build", "--external", "zod, a b"], '--external must be names with commas between, not "a b"', "build"],
    [[""], 'There is no command ""', ""],
    [["--"], 'There is no command "--"', ""],
    [["invoke", "-", "--timeout", "0"], '--timeout must be a number of seconds up to 900, not "0"', "invoke"],
    [["invoke", "-", "--timeout", " "], '--timeout must be a number of seconds up to 900, not " "', "invoke"],
    [["invoke", "-", "--timeout", ""], "--timeout is empty", "invoke"],
  ])("%j", async (args, message, command) => {
    expect(await ownTsverless(args, { cwd: `${import.meta.dirname}/../../../examples/blog` })).toEqual(
      error(message, command),
    );
  });

  it.each(names)("of %s, whichever option has no value, an empty one, or one too many", async name => {
    const { options } = await (commands[name] as () => Promise<Command>)();
    for (const [option, { type }] of Object.entries(options)) {
      const wrong: [word: string, message: string][] =
        type === "boolean"
          ? [[`--${option}=yes`, `--${option} takes no value`]]
          : [
              [`--${option}`, `--${option} needs a value`],
              [`--${option}=`, `--${option} is empty`],
            ];
      for (const [word, message] of wrong) {
        const { code, out, err } = await ownTsverless([name, word]);
        expect([code, out]).toEqual([2, ""]);
        expect(err).toContain(message);
      }
    }
  });

  it("is JSON with --json", async () => {
    const { code, out, err } = await ownTsverless(["routes", "--json", "a", "b"]);
    expect({ code, out, err: JSON.parse(err) }).toEqual({
      code: 2,
      out: "",
      err: { error: { type: "UsageError", message: '"b" is one argument too many' } },
    });
  });
});

describe("a place that can't be written", () => {
  it.each([
    ["new", "file.txt/shop"],
    ["openapi", "--out", "file.txt/x.json"],
    ["deploy-template", "--out", "file.txt/x.yaml"],
    ["deploy-template", "--force", "--out", "folder"],
    ["build", "--out", "file.txt"],
    ...(existsSync("/proc/self") ? [["build", "--out", "/proc/folder"]] : []),
  ])("is one line, and exit code 1: %s %s %s", async (...args) => {
    const text = `import { api } from "tsverless"; export default api({ "GET /one": async () => 1 });`;
    const project = makeProject({ "api.ts": text, "file.txt": "mine", "folder/file.txt": "mine" });
    try {
      const { code, err } = await ownTsverless(args.filter(Boolean), { cwd: project.folder });
      expect(code).toBe(1);
      expect(err).toMatch(/^tsverless: Can't write "[^"]*(file\.txt|folder)[^"]*": .*\n$/);
    } finally {
      project.remove();
    }
  });
});

describe("words of other tools", () => {
  it("mean commands that there are, and are none themselves", () => {
    expect(Object.values(otherWords).filter(name => !names.includes(name))).toEqual([]);
    expect(Object.keys(otherWords).filter(word => names.includes(word))).toEqual([]);
  });
});

describe("colours", () => {
  const esc = "\u001B[";

  it("are not for pipes", async () => {
    expect((await tsverless(["help"])).out).not.toContain(esc);
  });

  it("come with FORCE_COLOR, which --no-color outranks", async () => {
    const env = { FORCE_COLOR: "1" };
    expect((await tsverless(["help"], { env })).out).toContain(esc);
    expect((await tsverless(["--no-color", "help"], { env })).out).not.toContain(esc);
    expect((await tsverless(["rotes"], { env })).err).toContain(esc);
    expect((await tsverless(["rotes", "--no-color"], { env })).err).not.toContain(esc);
  });
});

describe("a bug of ours", () => {
  afterEach(() => vi.restoreAllMocks());

  it("shows its stack, asks for a report, and ends with 1", async () => {
    const broken = defineCommand({
      name: "broken",
      summary: "Fails",
      args: [],
      options: {},
      run: () => Promise.reject(new RangeError("our fault")),
    });
    vi.spyOn(commands as Record<string, () => Promise<Command>>, "routes").mockResolvedValue(broken);
    const { code, out, err } = await ownTsverless(["routes"]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^RangeError: our fault\n {4}at /);
    expect(err).toMatch(/\n\nThis is a bug of tsverless\. Please report it, with the lines above\.\n$/);
  });
});
