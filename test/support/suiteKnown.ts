/** What `jsonSchema` refuses of the official suite when it is made, and how many schemas for that. */
export const knownRefusals: Readonly<Record<string, number>> = {
  '"$dynamicRef" only supports hash fragment reference': 3,
  '"else" without "if" is ignored': 2,
  '"if" without "then" and "else" is ignored': 6,
  '"maxContains" without "contains" is ignored': 1,
  '"minContains" == 0 without "maxContains": "contains" keyword ignored': 2,
  '"minContains" > "maxContains" is always invalid': 1,
  '"minContains" without "contains" is ignored': 1,
  '"then" without "if" is ignored': 2,
  "Maximum call stack size exceeded": 3,
  "enum must have non-empty array": 1,
  "format idn-email": 2,
  "format idn-hostname": 3,
  "format iri": 2,
  "format iri-reference": 2,
  "format unknown": 1,
  "property foo matches pattern f.o (use allowMatchingProperties)": 1,
  'reference "https://localhost:1234/draft2020-12/unknownKeyword/my_identifier.json" resolves to more than one schema': 1,
  "reference to another document": 23,
  'unknown keyword: "unknown-keyword"': 2,
  'unknown keyword: "unknown/keyword"': 2,
};

/** Where `jsonSchema` judges values of the official suite otherwise than the specification: the values, by reason and schema. */
export const knownDeviations: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "by intent: a default is filled in before the check, and removes nothing": {
    "default.json: invalid string value for default": ["still valid when the invalid default is used"],
    "default.json: invalid type for default": ["still valid when the invalid default is used"],
    "default.json: the default keyword does not do anything if the property is missing": [
      "missing properties are not filled in with the default",
    ],
  },
  "Ajv follows $dynamicRef to the root of a schema alone": {
    "dynamicRef.json: $dynamicRef avoids the root of each schema, but scopes are still registered": [
      "data is sufficient for schema at second#/$defs/length",
    ],
    "dynamicRef.json: $dynamicRef points to a boolean schema": ["follow $dynamicRef to a false schema"],
    "dynamicRef.json: $dynamicRef skips over intermediate resources - direct reference": [
      "integer property passes",
    ],
    "dynamicRef.json: A $dynamicRef resolves to the first $dynamicAnchor still in scope that is encountered when the schema is evaluated":
      ["An array of strings is valid"],
    "dynamicRef.json: A $dynamicRef to a $dynamicAnchor in the same schema resource behaves like a normal $ref to an $anchor":
      ["An array of strings is valid"],
    "dynamicRef.json: A $dynamicRef to an $anchor in the same schema resource behaves like a normal $ref to an $anchor":
      ["An array of strings is valid"],
    "dynamicRef.json: A $dynamicRef with a non-matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor":
      ["Any array is valid"],
    "dynamicRef.json: A $dynamicRef with intermediate scopes that don't include a matching $dynamicAnchor does not affect dynamic scope resolution":
      ["An array of strings is valid"],
    "dynamicRef.json: A $dynamicRef without a matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor":
      ["Any array is valid"],
    "dynamicRef.json: A $dynamicRef without anchor in fragment behaves identical to $ref": [
      "An array of numbers is valid",
    ],
    "dynamicRef.json: An $anchor with the same name as a $dynamicAnchor is not used for dynamic scope resolution":
      ["Any array is valid"],
    "dynamicRef.json: multiple dynamic paths to the $dynamicRef keyword": [
      "number list with string values",
      "string list with number values",
    ],
    "optional/dynamicRef.json: $dynamicRef skips over intermediate resources - pointer reference across resource boundary":
      ["integer property passes"],
    "unevaluatedItems.json: unevaluatedItems with $dynamicRef": ["with no unevaluated items"],
    "unevaluatedProperties.json: unevaluatedProperties with $dynamicRef": ["with no unevaluated properties"],
  },
  "by intent: a format is checked, and is not a mere note": {
    "format.json: date format": ["invalid date string is only an annotation by default"],
    "format.json: date-time format": ["invalid date-time string is only an annotation by default"],
    "format.json: duration format": ["invalid duration string is only an annotation by default"],
    "format.json: email format": ["invalid email string is only an annotation by default"],
    "format.json: hostname format": ["invalid hostname string is only an annotation by default"],
    "format.json: ipv4 format": ["invalid ipv4 string is only an annotation by default"],
    "format.json: ipv6 format": ["invalid ipv6 string is only an annotation by default"],
    "format.json: json-pointer format": ["invalid json-pointer string is only an annotation by default"],
    "format.json: regex format": ["invalid regex string is only an annotation by default"],
    "format.json: relative-json-pointer format": [
      "invalid relative-json-pointer string is only an annotation by default",
    ],
    "format.json: time format": ["invalid time string is only an annotation by default"],
    "format.json: uri format": ["invalid uri string is only an annotation by default"],
    "format.json: uri-reference format": ["invalid uri-reference string is only an annotation by default"],
    "format.json: uri-template format": ["invalid uri-template string is only an annotation by default"],
    "format.json: uuid format": ["invalid uuid string is only an annotation by default"],
  },
  "Ajv divides by multipleOf, and the quotient has no end here": {
    "optional/float-overflow.json: all integers are multiples of 0.5, if overflow is handled": [
      "valid if optional overflow handling is implemented",
    ],
  },
  "the regular expressions of ajv-formats are not exact in rare forms": {
    "optional/format/date-time.json: validation of date-time strings": [
      "a numeric offset without minutes is invalid",
      "hour 24 is invalid even with a leap second",
      "a second fraction of fifteen nines is valid",
    ],
    "optional/format/duration.json: validation of duration strings": [
      "years and days cannot appear without months",
      "hours and seconds cannot appear without minutes",
    ],
    "optional/format/ecmascript-regex.json: \\a is not an ECMA 262 control escape": [
      "when used as a pattern",
    ],
    "optional/format/uri-reference.json: validation of URI References": [
      "a double quote in a path",
      "square brackets outside an authority",
      "a non-numeric port in a network-path reference",
      "more than one at-sign in the authority",
      "a leading zero in the IPv4 part of an IPv6 literal",
      "a colon in the first segment of a relative-path reference",
    ],
    "optional/format/uri-template.json: format: uri-template": [
      "a dotted variable name is valid",
      "a delete character in a literal is invalid",
      "an apostrophe in a literal is valid",
    ],
    "optional/format/uri.json: validation of URIs": [
      "non-numeric port is invalid",
      "leading zero in an embedded IPv4 address is invalid",
      "square brackets are not allowed in a path segment",
    ],
    "optional/format/uuid.json: uuid format": ["URN prefixed UUID is invalid"],
  },
  "ajv-formats takes no e-mail address with a quoted name or a literal address, as HTML does not": {
    "optional/format/email.json: validation of e-mail addresses": [
      "a quoted string with a space in the local part is valid",
      "a quoted string with a double dot in the local part is valid",
      "a quoted string with a @ in the local part is valid",
      "an IPv4-address-literal after the @ is valid",
      "an IPv6-address-literal after the @ is valid",
    ],
  },
  "ajv-formats does not look into Punycode, nor at the dot of the root": {
    "optional/format/hostname.json: validation of A-label (punycode) host names": [
      "invalid Punycode",
      "contains illegal char U+302E Hangul single dot tone mark",
      "Begins with a Spacing Combining Mark",
      "Begins with a Nonspacing Mark",
      "Begins with an Enclosing Mark",
      "Exceptions that are DISALLOWED, right-to-left chars",
      "Exceptions that are DISALLOWED, left-to-right chars",
      "MIDDLE DOT with no preceding 'l'",
      "MIDDLE DOT with nothing preceding",
      "MIDDLE DOT with no following 'l'",
      "MIDDLE DOT with nothing following",
      "Greek KERAIA not followed by Greek",
      "Greek KERAIA not followed by anything",
      "Hebrew GERESH not preceded by Hebrew",
      "Hebrew GERESH not preceded by anything",
      "Hebrew GERSHAYIM not preceded by Hebrew",
      "Hebrew GERSHAYIM not preceded by anything",
      "KATAKANA MIDDLE DOT with no Hiragana, Katakana, or Han",
      "KATAKANA MIDDLE DOT with no other characters",
      "Arabic-Indic digits mixed with Extended Arabic-Indic digits",
      "ZERO WIDTH JOINER not preceded by Virama",
      "ZERO WIDTH JOINER not preceded by anything",
      'contains "--" in the 3rd and 4th position',
    ],
    "optional/format/hostname.json: validation of host names": ["trailing dot"],
  },
  "Ajv never looks into __proto__, which readers of bodies and queries refuse or leave out": {
    "properties.json: properties whose names are Javascript object property names": ["__proto__ not valid"],
  },
  "Ajv takes all items as evaluated where one `contains` holds": {
    "unevaluatedItems.json: unevaluatedItems depends on adjacent contains": [
      "contains passes, second item is not evaluated",
    ],
    "unevaluatedItems.json: unevaluatedItems depends on multiple nested contains": [
      "7 not evaluated, fails unevaluatedItems",
    ],
  },
  "Ajv loses count of unevaluated items where only a branch has `items`": {
    "unevaluatedItems.json: unevaluatedItems with nested items": [
      "with no additional items",
      "with invalid additional item",
    ],
  },
  "Ajv takes what `if` names as evaluated where it fails, and not where it holds, without a `then`": {
    "unevaluatedProperties.json: unevaluatedProperties with if/then/else, then not defined": [
      "when if is true and has no unevaluated properties",
      "when if is false and has unevaluated properties",
    ],
  },
  "other meta-schemas are not read, nor what they switch off": {
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary": [
      "no validation: invalid number, but it still validates",
    ],
  },
};
