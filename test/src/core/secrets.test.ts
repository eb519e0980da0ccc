import { expect, it } from "vitest";
import { queryWithoutSecrets } from "../../../src/core/secrets.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl";

it.each([
  ["", ""],
  ["?", "?"],
  [
    "?page=2&ordering=-createdAt&title__icontains=a%20b",
    "?page=2&ordering=-createdAt&title__icontains=a%20b",
  ],
  ["?next=%E0%A4%A", "?next=%E0%A4%A"],
  ["?access_token=abc&page=2", "?access_token=(hidden)&page=2"],
  ["?a=1;api_key=abc", "?a=1;api_key=(hidden)"],
  ["?pass%77ord=abc", "?pass%77ord=(hidden)"],
  ["?code=abc&state=def", "?code=(hidden)&state=(hidden)"],
  ["?X-Amz-Signature=abc", "?X-Amz-Signature=(hidden)"],
  ["?filter[password]=a=b", "?filter[password]=(hidden)"],
  [`?q=${jwt}`, "?q=(hidden)"],
  [`?${jwt}`, "?(hidden)"],
  ["?q=Bearer+abcdef", "?q=(hidden)"],
  ["?back=https%3A%2F%2Fa.example%2F%3Ftoken%3Dabc", "?back=(hidden)"],
  ["?back=https%253A%252F%252Fme%253Apw%2540a.example%252F", "?back=(hidden)"],
  ["?back=https%3A%2F%2Fa.example%2F%3Fpage%3D2", "?back=https%3A%2F%2Fa.example%2F%3Fpage%3D2"],
])("the query %j is shown as %j", (query, shown) => {
  expect(queryWithoutSecrets(query)).toBe(shown);
});
