/**
 * The page's script: it starts Swagger UI and signs it in. It is text, and no function, so that no bundler touches what
 * the browser gets.
 *
 * The document's address stands on the script's own element, since a strict policy allows no inline script. An answer
 * counts as a login when it is JSON with a `token` and the document has one bearer scheme, so that there is no doubt what
 * the token is for.
 */
export const script: string = `(() => {
  const url = new URL(document.currentScript.dataset.openapi, document.baseURI).href;
  const note = document.getElementById("note");

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", paint);
  paint();

  const bearerScheme = () => {
    const schemes = ui.specSelectors.specJson().toJS().components?.securitySchemes ?? {};
    const bearers = Object.entries(schemes).filter(
      ([, { type, scheme }]) => type === "http" && String(scheme).toLowerCase() === "bearer",
    );
    return bearers.length === 1 ? bearers[0] : undefined;
  };

  const tokenOf = ({ ok, url: from, headers, obj }) => {
    const isAnswer = ok && from !== url && /[/+]json\\b/.test(headers["content-type"]);
    return isAnswer && typeof obj?.token === "string" && obj.token !== "" ? obj.token : undefined;
  };

  const signIn = response => {
    const value = tokenOf(response);
    const found = value === undefined ? undefined : bearerScheme();
    if (found === undefined) return response;
    const [name, schema] = found;
    ui.authActions.authorizeWithPersistOption({ [name]: { name, schema, value } });
    note.textContent = "Signed in: requests now carry the token from this answer.";
    note.classList.remove("shown");
    requestAnimationFrame(() => note.classList.add("shown"));
    return response;
  };

  const ui = SwaggerUIBundle({
    url,
    dom_id: "#docs",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: true,
    responseInterceptor: signIn,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
})();
`;
