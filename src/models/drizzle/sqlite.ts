import { customType } from "drizzle-orm/sqlite-core";
import { fromSortable, toSortable } from "../fields/decimal.ts";
import { decimalType } from "./columns.ts";

interface Decimal {
  data: string;
  driverData: string;
}

/**
 * A column of exact decimals for SQLite, which has none: `numeric()` keeps 15 digits and drops zeros at the end. Values
 * are text that sorts as the numbers do; through Drizzle they are `"12.30"` again.
 *
 * @param name the column's name. @default the field's
 * @example
 * const products = sqliteTable("products", { id: text().primaryKey(), price: sqliteDecimal() });
 */
export const sqliteDecimal: ReturnType<typeof customType<Decimal>> = /* @__PURE__ */ customType<Decimal>({
  dataType: () => decimalType,
  toDriver: toSortable,
  fromDriver: fromSortable,
});
