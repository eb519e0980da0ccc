import { configure, randomString, settings } from "tsverless";
import { runUntilSignal, serve } from "tsverless/dev";

function portOf(text: string | undefined): number {
  const port = Number(text ?? 3000);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`PORT must be a number from 0 to 65535, not ${JSON.stringify(text)}`);
}

const welcome = (url: string, routes: string[]): string => `
The blog listens on ${url} (Ctrl-C stops it)

${routes.map(route => `  ${route}`).join("\n")}

Try it:

  curl -s ${url}/users -H 'content-type: application/json' -d '{"email":"ann@example.com","password":"correct horse","name":"Ann"}'
  TOKEN=$(curl -s ${url}/login -H 'content-type: application/json' -d '{"email":"ann@example.com","password":"correct horse"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
  curl -s ${url}/posts -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"title":"Hello","text":"First post"}'
  curl -si '${url}/posts?limit=1&order=-createdAt&q=hello'
`;

await runUntilSignal(async () => {
  const port = portOf(process.env.PORT);
  if (settings.secretKey === undefined) configure({ secretKey: randomString(48) });
  const { close: closeModels } = await import("./models.ts");
  const { blog } = await import("./api.ts");
  const server = await serve(blog.routeTable, { port });
  console.log(welcome(server.url, Object.keys(blog.routeTable)));
  return {
    async close() {
      await server.close();
      await closeModels();
    },
  };
});
