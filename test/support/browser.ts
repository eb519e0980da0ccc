import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/**
 * Where a Chromium is: what `CHROMIUM_PATH` names, else one of the usual places. Says so in one line when there is none.
 *
 * @param what the tests that need it
 * @throws Error when `CHROMIUM_PATH` names nothing
 */
export function findChromium(what: string): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && !existsSync(named)) throw new Error(`CHROMIUM_PATH: there is no ${named}`);
  const found = named ?? usualPlaces.find(path => existsSync(path));
  if (found === undefined) {
    console.log(`SKIPPED: ${what}: no Chromium found; install it, or name one by CHROMIUM_PATH`);
  }
  return found;
}

/** Starts a Chromium that keeps to itself, with a new profile. */
export function launch(executablePath: string): Promise<Browser> {
  const quiet = ["quic", "background-networking", "component-update", "sync"].map(
    name => `--disable-${name}`,
  );
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet],
  });
}

/** A page, and what went wrong on it. */
export interface Watched {
  page: Page;
  /** Errors and warnings of the console, exceptions, violations of the policy. */
  problems: string[];
  /** Every address that was asked for. Addresses of other hosts are refused. */
  requests: string[];
}

/**
 * Opens a page that notes all problems.
 *
 * @param browser what {@link launch} gave
 * @param origin the one origin that may be asked
 */
export async function watchedPage(
  browser: Browser,
  origin: string,
  options?: BrowserContextOptions,
): Promise<Watched> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const problems: string[] = [];
  const requests: string[] = [];
  await context.route("**", route => {
    const url = route.request().url();
    requests.push(url);
    return url.startsWith(`${origin}/`) ? route.continue() : route.abort();
  });
  await context.addInitScript(`
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error("policy: " + violatedDirective + " refuses " + blockedURI));`);
  const page = await context.newPage();
  page.on("console", message => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", error => problems.push(String(error)));
  return { page, problems, requests };
}
