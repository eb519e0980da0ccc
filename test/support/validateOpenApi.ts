import SwaggerParser from "@apidevtools/swagger-parser";
import { createConfig, lintFromString } from "@redocly/openapi-core";

/** What the two validators say of a document; nothing when it is valid. */
export interface Verdicts {
  swaggerParser: string[];
  redocly: string[];
}

async function bySwaggerParser(document: object): Promise<string[]> {
  try {
    await SwaggerParser.validate(structuredClone(document) as never);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

const config = createConfig({ extends: ["recommended"] });

async function byRedocly(document: object): Promise<string[]> {
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, absoluteRef: "/openapi.json", config: await config });
  return problems.map(({ ruleId, severity, message, location: [place] }) => {
    return `${severity} ${ruleId}: ${message} (${place?.pointer})`;
  });
}

/** Puts a document to two validators that know nothing of each other. */
export async function validateOpenApi(document: object): Promise<Verdicts> {
  const [swaggerParser, redocly] = await Promise.all([bySwaggerParser(document), byRedocly(document)]);
  return { swaggerParser, redocly };
}

export const valid: Verdicts = { swaggerParser: [], redocly: [] };
