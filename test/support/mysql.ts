import { Kysely, MysqlDialect } from "kysely";
import { createConnection, createPool } from "mysql2";

/** A database of the test's own on the server that `MYSQL_URL` names, and a pool of connections to it. */
export interface MysqlServer {
  url: string;
  db: Kysely<unknown>;
  stop(): Promise<void>;
}

function ask(uri: string, text: string): Promise<void> {
  const connection = createConnection({ uri });
  return new Promise((resolve, reject) => {
    connection.query(text, error => {
      connection.end();
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Creates a database with a collation that ignores case, as servers have it, and connects to it. */
export async function startMysql(url: string): Promise<MysqlServer> {
  const name = `tsverless_${process.pid}_${Date.now()}`;
  await ask(url, `create database ${name} character set utf8mb4 collate utf8mb4_general_ci`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const pool = createPool({ uri: own.href, connectionLimit: 20 });
  const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) });
  return {
    url: own.href,
    db,
    async stop() {
      await db.destroy();
      await ask(url, `drop database ${name}`);
    },
  };
}
