import { filtersPlugin } from "./filters.ts";

/**
 * The page's script: it starts Swagger UI and signs it in. It is text, and no function, so that no bundler touches what
 * the browser gets.
 *
 * The document's address stands on the script's own element, since a strict policy allows no inline script. A response counts
 * as a login when it is JSON with a `token` and comes from the very operation that the document names, as `x-login` of a
 * bearer scheme: `POST /login`. Any other response with a `token` (a reset link, an invitation, the echo of what a user wrote)
 * signs nobody in.
 */
export const script: string = `(() => {
  const url = new URL(document.currentScript.dataset.openapi, document.baseURI).href;
  const note = document.getElementById("note");

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", paint);
  paint();

  // Where the operation is on each of the document's servers.
  const addressesOf = (path, servers) =>
    (servers?.length ? servers : [{ url: "/" }]).map(server => {
      const base = new URL(server.url, url).href;
      return (base.endsWith("/") ? base.slice(0, -1) : base) + path;
    });

  const schemeOf = ({ method, url: sent }) => {
    const { components, servers } = ui.specSelectors.specJson().toJS();
    return Object.entries(components?.securitySchemes ?? {}).find(([, { type, scheme, "x-login": login }]) => {
      if (type !== "http" || String(scheme).toLowerCase() !== "bearer" || typeof login !== "string") return false;
      const [verb, path] = login.split(" ");
      const address = new URL(sent, url);
      return method.toUpperCase() === verb && addressesOf(path, servers).includes(address.origin + address.pathname);
    });
  };

  const tokenOf = ({ ok, headers, obj }) => {
    const isJson = /[/+]json\\b/.test(headers["content-type"]);
    return ok && isJson && typeof obj?.token === "string" && obj.token !== "" ? obj.token : undefined;
  };

  const signIn = (request, response) => {
    const value = tokenOf(response);
    const found = value === undefined ? undefined : schemeOf(request);
    if (found === undefined) return response;
    const [name, schema] = found;
    ui.authActions.authorizeWithPersistOption({ [name]: { name, schema, value } });
    note.textContent = "Signed in: requests now carry the token from this response.";
    note.classList.remove("shown");
    requestAnimationFrame(() => note.classList.add("shown"));
    return response;
  };

  const watch = request => {
    const { method = "GET", url: sent } = request;
    if (!request.loadSpec) request.responseInterceptor = response => signIn({ method, url: sent }, response);
    return request;
  };

  const ui = SwaggerUIBundle({
    url,
    dom_id: "#docs",
    deepLinking: true,
    plugins: [${filtersPlugin}],
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: true,
    requestInterceptor: watch,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
})();
`;
