import type { Model } from "../types.ts";

/** What a model says of the fields that it alone sets. */
type Owning = Partial<Pick<Model<never>, "stamps" | "softDelete">>;

/** The fields that a model alone sets. */
export function ownFields({ stamps, softDelete }: Owning): readonly string[] {
  if (stamps === undefined && softDelete === undefined) return [];
  const names: (string | undefined)[] = [...Object.values(stamps ?? {}), softDelete];
  return names.filter(name => name !== undefined);
}
