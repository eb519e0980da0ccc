import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { type DevServer, type ServeOptions, serve } from "../../../tools/dev/index.ts";

const servers: DevServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

let calls = 0;

async function start(options: ServeOptions = {}): Promise<DevServer> {
  const handler = async () => {
    calls++;
    return { statusCode: 200, body: "ran" };
  };
  const server = await serve({ $default: handler }, { port: 0, log: false, ...options });
  servers.push(server);
  return server;
}

interface TestResponse {
  status: number | undefined;
  type: string | undefined;
  body: string;
}

function send(
  { port }: DevServer,
  headers: Record<string, string>,
  path = "/",
  method = "GET",
): Promise<TestResponse> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: "127.0.0.1", path, method, headers, agent: false }, response => {
      const { statusCode: status, headers: got } = response;
      text(response).then(body => resolve({ status, type: got["content-type"], body }), reject);
    })
      .on("error", reject)
      .end();
  });
}

const statuses = async (
  server: DevServer,
  name: string,
  values: readonly string[],
): Promise<[string, number | undefined][]> =>
  Promise.all(
    values.map(async value => [value, (await send(server, { [name]: value })).status] as const),
  ).then(all => all.map(([value, status]) => [value, status]));

const statusesOf = (values: readonly string[], status: number): [string, number][] =>
  values.map(value => [value, status]);

const loopback = [
  "localhost",
  "localhost:3000",
  "LocalHost:3000",
  "localhost.",
  "api.localhost:3000",
  "a.b.localhost",
  "127.0.0.1",
  "127.0.0.1:3000",
  "127.8.9.10",
  "[::1]",
  "[::1]:3000",
];
const others = [
  "evil.example",
  "evil.example:3000",
  "localhost.evil.example",
  "evil-localhost",
  "127.0.0.1.evil.example",
  "127.evil.example",
  "192.168.1.5",
  "[::2]:3000",
  "0.0.0.0",
  "localhost@evil.example",
  "evil.example:localhost",
  "localhost, evil.example",
];

describe("a local server", () => {
  it("answers to hosts of the loopback alone when it was given none; for others the handler is not run", async () => {
    const server = await start();
    expect(await statuses(server, "host", loopback)).toEqual(statusesOf(loopback, 200));
    const before = calls;
    expect(await statuses(server, "host", others)).toEqual(statusesOf(others, 421));
    expect(calls).toBe(before);
  });

  it("says how to allow a host that it does not answer to", async () => {
    const server = await start();
    const { type, body } = await send(server, { host: "evil.example" });
    expect([type, JSON.parse(body)]).toEqual([
      "application/json",
      {
        message:
          'This server does not answer to the host "evil.example"; if it is yours, allow it with --allow-host, or allowHosts of serve',
      },
    ]);
    const long = await send(server, { host: "x".repeat(5000) });
    expect(long.body.length).toBeLessThan(400);
  });

  it("answers to the hosts that it was given, below *. too, with any port and in any case", async () => {
    const server = await start({ allowHosts: ["App.test", "*.shop.test", "[fe80::1]", "10.0.0.7"] });
    const allowed = ["app.test:80", "APP.TEST", "a.shop.test", "a.b.shop.test:1", "[FE80::1]:9", "10.0.0.7"];
    const refused = ["a.app.test", "shop.test", "evilshop.test", "evil.test", "app.test.evil.test"];
    expect(await statuses(server, "host", [...allowed, ...loopback])).toEqual(
      statusesOf([...allowed, ...loopback], 200),
    );
    expect(await statuses(server, "host", refused)).toEqual(statusesOf(refused, 421));
  });

  it("answers to addresses when it listens on all of them: no name can stand for one", async () => {
    const server = await start({ host: "0.0.0.0" });
    expect(await statuses(server, "host", ["192.168.1.5:3000", "[::2]", "localhost"])).toEqual(
      statusesOf(["192.168.1.5:3000", "[::2]", "localhost"], 200),
    );
    expect(await statuses(server, "host", ["evil.example", "192.168.1.5.evil.example"])).toEqual(
      statusesOf(["evil.example", "192.168.1.5.evil.example"], 421),
    );
  });

  it("takes the host of an absolute target before that of the header", async () => {
    const server = await start();
    const { port } = server;
    const ask = (target: string, host: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.end(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
        });
        text(socket).then(all => resolve(all.slice(9, 12)), reject);
      });
    expect(await ask("http://evil.example/", "localhost")).toBe("421");
    expect(await ask("http://localhost/", "localhost")).toBe("200");
    expect(await ask("/", "")).toBe("421");
    expect(await ask("http://localhost@evil.example/", "localhost")).toBe("421");
  });

  it.each([["localhost:3000"], ["http://app.test"], ["*"], ["*.*.test"], ["a b"], [""], ["app.test/x"]])(
    "refuses a wrong name of a host with a TypeError: %j",
    async name => {
      await expect(serve({}, { port: 0, allowHosts: [name] })).rejects.toThrow(
        new TypeError(
          'serve: option "allowHosts" must be names of hosts without a port, such as "app.test" or "*.app.test"',
        ),
      );
    },
  );
});

describe("pages of other origins", () => {
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "http://evil.example:3000" },
    { origin: "http://localhost.evil.example" },
    { origin: "http://localhost@evil.example" },
    { origin: "null" },
    { origin: "file://" },
    { origin: "" },
    { origin: "chrome-extension://abc" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
  ];
  const own: Record<string, string>[] = [
    {},
    { origin: "http://localhost:3000" },
    { origin: "http://localhost:5173", "sec-fetch-site": "same-site" },
    { origin: "https://app.localhost" },
    { origin: "http://127.0.0.1:5173", "sec-fetch-site": "cross-site" },
    { origin: "http://[::1]:3000" },
    { origin: "https://app.test" },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
  ];
  const authorizer = { jwt: { claims: { sub: "7" } } };

  it.each(["GET", "POST", "DELETE", "OPTIONS"])("are refused with an authorizer: %s", async method => {
    const server = await start({ authorizer, allowHosts: ["app.test"] });
    const before = calls;
    for (const headers of foreign) {
      const { status, body } = await send(server, headers, "/", method);
      expect([headers, status]).toEqual([headers, 403]);
      expect(JSON.parse(body).message).toContain("With an authorizer every request is signed in");
    }
    expect(calls).toBe(before);
    for (const headers of own) {
      expect([headers, (await send(server, headers, "/", method)).status]).toEqual([headers, 200]);
    }
  });

  it("are served without one, as on AWS: CORS decides", async () => {
    const server = await start();
    for (const headers of [...foreign, ...own]) {
      expect([headers, (await send(server, headers)).status]).toEqual([headers, 200]);
    }
  });
});
