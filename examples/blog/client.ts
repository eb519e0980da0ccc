// node examples/blog/client.ts http://localhost:3000
import { client, unwrap } from "tsverless/client";
import type { blog } from "./api.ts";

const [url = "http://localhost:3000"] = process.argv.slice(2);
const account = { email: `ann.${Date.now()}@example.com`, password: "correct horse" };

let token: string | undefined;
const server = client<typeof blog>(url, { token: () => token });

const { id: author } = unwrap(await server["POST /users"]({ body: { ...account, name: "Ann" } }));
const again = await server["POST /users"]({ body: account });
if (!again.ok) console.log(`Twice: ${again.status} ${again.error.message}`);

const stranger = await server.posts.create({ title: "Hello", text: "First post" });
if (!stranger.ok) console.log(`Not signed in: ${stranger.status} ${stranger.error.message}`);

({ token } = unwrap(await server["POST /login"]({ body: account })));
for (const title of ["Hello", "Goodbye"]) unwrap(await server.posts.create({ title, text: `${title}.` }));
for await (const post of server.posts.each({ author, order: "createdAt", limit: 1 })) {
  const { title } = unwrap(await server.posts.update(post.id, { title: `${post.title}, world` }));
  console.log(title);
}
