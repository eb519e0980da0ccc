import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startBlog } from "../support/blog.ts";

const program = fileURLToPath(new URL("../../examples/blog/client.ts", import.meta.url));

describe("the client of the blog", () => {
  it("signs up, is refused as the API refuses it, logs in, writes, and changes what it reads page by page", async () => {
    const blog = await startBlog({ BLOG_DB: ":memory:" });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, blog.url]);
    expect({ lines: stdout.split("\n"), stderr }).toEqual({
      lines: [
        "Twice: 409 Duplicate email",
        "Not signed in: 401 Unauthorized",
        "Hello, world",
        "Goodbye, world",
        "",
      ],
      stderr: "",
    });
    expect(await blog.stop()).toEqual({ code: 0, errors: "" });
  });
});
