import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";

const modulePath = new URL("../../../tools/dev/index.ts", import.meta.url).href;

type Outcome = { code: number | null; signal: string | null; out: string; err: string };

/** Runs a script in a process of its own; a signal is sent for each line "ready" that it prints. */
async function run(script: string, signal: NodeJS.Signals = "SIGINT"): Promise<Outcome> {
  const source = `import { runUntilSignal, serve } from ${JSON.stringify(modulePath)};\n${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "pipe" });
  child.stdout.on("data", (chunk: Buffer) => {
    if (String(chunk).includes("ready")) child.kill(signal);
  });
  const ended = new Promise<[number | null, string | null]>(resolve => {
    child.on("close", (code, by) => resolve([code, by]));
  });
  const [out, err, [code, by]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, signal: by, out, err };
}

describe("runUntilSignal", () => {
  it("closes what runs on SIGINT and SIGTERM, and exits with 0", async () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const script = `await runUntilSignal(async () => {
        const server = await serve({}, { port: 0 });
        return { close: async () => { await server.close(); console.log("closed"); } };
      });
      console.log("ready");`;
      expect(await run(script, signal)).toEqual({ code: 0, signal: null, out: "ready\nclosed\n", err: "" });
    }
  });

  it("prints one line for what fails at the start, and exits with 1", async () => {
    const failures = [
      'await runUntilSignal(async () => { throw new Error("Port 1 is in use\\nat somewhere"); });',
      'await runUntilSignal(() => { throw "Port 1 is in use"; });',
    ];
    for (const script of failures) {
      const outcome = await run(`setInterval(() => {}, 1000);\n${script}`);
      expect(outcome).toEqual({ code: 1, signal: null, out: "", err: "Port 1 is in use\n" });
    }
  });

  it("prints one line for what fails at the end, and exits with 1", async () => {
    const script = `await runUntilSignal(() => ({ close: async () => { throw new Error("disk full"); } }));
      setInterval(() => {}, 1000);
      console.log("ready");`;
    expect(await run(script)).toEqual({ code: 1, signal: null, out: "ready\n", err: "disk full\n" });
  });

  it("ends at once on a second signal", async () => {
    const script = `await runUntilSignal(() => ({ close: () => { console.log("ready again"); return new Promise(() => {}); } }));
      setInterval(() => {}, 1000);
      console.log("ready");`;
    const outcome = await run(script);
    expect([outcome.code, outcome.signal]).toEqual([null, "SIGINT"]);
  });
});
