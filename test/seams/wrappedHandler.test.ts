import { afterEach, describe, expect, it } from "vitest";
import { makeProject, ownTsverless, type Project, startDev, stopAll } from "../support/cli.ts";
import { eventOf, received } from "../support/events.ts";
import { runBuilt } from "../support/runBuilt.ts";

/** An entry whose exported handler stands around the api's, or is the api's with a middleware of its own. */
const entry = (wrap: string): string => `
  import middy from "@middy/core";
  import { api, pipeline, serialize } from "tsverless";
  const mark = {
    after(request) { request.response.headers["x-outside"] = "1"; },
  };
  export const app = api({ "GET /x": pipeline([serialize()], () => ({ x: 1 })) });
  export const handler = ${wrap};`;

let project: Project;
afterEach(() => {
  stopAll();
  project.remove();
});

describe.each(["middy(app.handler).use(mark)", "middy().use(mark).handler(app.handler)"])(
  "export const handler = %s",
  wrap => {
    it("is what dev serves, what build bundles, and what routes names", async () => {
      project = makeProject({ "api.ts": entry(wrap) });
      const cwd = project.folder;
      const dev = await startDev([], { cwd });
      await dev.says(/\n\n[\s\S]*\n\n/);
      const { status, headers, body } = await dev.get("/x");
      expect([status, headers.get("x-outside"), body]).toEqual([200, "1", { x: 1 }]);
      expect(await dev.stop()).toBe(0);

      const built = await ownTsverless(["build"], { cwd });
      expect(built.code, built.err).toBe(0);
      const [result] = runBuilt(`${cwd}/dist/api`, [eventOf("http", { path: "/x" })]);
      const response = received("http", result);
      expect([response.status, response.headers["x-outside"]]).toEqual([200, "1"]);

      const routes = await ownTsverless(["routes"], { cwd });
      expect(routes.out).toContain(
        "All of them are reached through the exported handler and its middlewares",
      );
      const each = await ownTsverless(["build", "--each"], { cwd });
      expect(each.err).toContain(
        "The middlewares around the exported handler are in none of these functions",
      );
    });
  },
);
