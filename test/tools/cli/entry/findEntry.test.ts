import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findEntry } from "../../../../tools/cli/entry/findEntry.ts";
import { UserError } from "../../../../tools/cli/shell/command.ts";
import { makeProject, type Project } from "../../../support/cli.ts";

let project: Project;
afterEach(() => project.remove());

const projectOf = (...paths: string[]): string => {
  project = makeProject(Object.fromEntries(paths.map(path => [path, ""])));
  return project.folder;
};

describe("the entry of a folder", () => {
  it.each([
    [["api.ts", "index.ts", "app.ts", "src/api.ts"], "api.ts"],
    [["index.mts", "app.ts", "src/api.ts"], "index.mts"],
    [["app.mjs", "src/api.ts"], "app.mjs"],
    [["src/api.js", "src/index.ts"], "src/api.js"],
    [["src/index.ts", "src/app.ts"], "src/index.ts"],
    [["src/app.ts"], "src/app.ts"],
    [["api.js", "api.ts", "api.mts"], "api.ts"],
  ])("among %j is %s", (paths, found) => {
    const folder = projectOf(...paths);
    expect(findEntry(folder)).toEqual({ file: join(folder, found), root: folder });
    expect(findEntry(join(folder, ".."), folder)).toEqual({ file: join(folder, found), root: folder });
  });

  it("is the main of its package.json, when no file has one of these names", () => {
    const folder = projectOf("lib/start.js");
    project.write("package.json", '{ "main": "./lib/start.js" }');
    expect(findEntry(folder)).toEqual({ file: join(folder, "lib/start.js"), root: folder });
  });

  it("is no folder of that name", () => {
    const folder = projectOf("api.ts/x.ts", "index.ts");
    expect(findEntry(folder).file).toBe(join(folder, "index.ts"));
  });
});

describe("an entry", () => {
  it("may be a file, its extension left out", () => {
    const folder = projectOf("lib/shop.ts");
    const found = { file: join(folder, "lib/shop.ts"), root: folder };
    expect(findEntry(folder, "lib/shop.ts")).toEqual(found);
    expect(findEntry(folder, "lib/shop")).toEqual(found);
    expect(findEntry(join(folder, "lib"), "shop")).toEqual(found);
  });

  it("is of the project whose package.json is nearest", () => {
    const folder = projectOf("packages/a/api.ts", "packages/a/package.json");
    project.write("packages/a/package.json", "{}");
    expect(findEntry(folder, "packages/a").root).toBe(join(folder, "packages/a"));
    expect(findEntry(folder, "packages/a/api.ts").root).toBe(join(folder, "packages/a"));
  });

  it.each([
    ["nowhere", 'There is no file or folder "nowhere"'],
    [
      "empty",
      'The folder "empty" has no entry: no api, index, app, src/api, src/index, src/app with .ts, .mts, .js, .mjs, and no "main" in a package.json',
    ],
    [
      "gone",
      'The folder "gone" has no entry: no api, index, app, src/api, src/index, src/app with .ts, .mts, .js, .mjs, and the "main" of its package.json, "gone.js", is not there',
    ],
    ["broken", "package.json is not JSON: "],
  ])("that is not there is named: %s", (entry, message) => {
    const folder = projectOf("empty/x.md", "gone/package.json", "broken/package.json");
    project.write("gone/package.json", '{ "main": "gone.js" }');
    const find = (): unknown => findEntry(folder, entry);
    expect(find).toThrow(UserError);
    expect(find).toThrow(message);
  });
});
