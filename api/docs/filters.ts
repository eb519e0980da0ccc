import { operatorNames } from "../../src/models/query/where.ts";

/**
 * A plugin of Swagger UI, as text for the page's script: a field that a list may be filtered by has one row, and its other
 * operators wait behind a button. Fifteen rows for each field would bury everything else. What is required, or has a value, is
 * shown. The document has one object of operators for each field, of which the page makes forms.
 *
 * @see https://github.com/swagger-api/swagger-ui/blob/master/docs/customization/plugin-api.md
 */
export const filtersPlugin: string = `({ React }) => {
  const h = React.createElement;
  const Groups = React.createContext({ groups: new Map(), open: new Set(), toggle() {} });
  const operator = /^(.+)\\[(${operatorNames.join("|")})\\]$/;
  const fieldOf = param => (param.get("in") === "query" ? (operator.exec(param.get("name"))?.[1] ?? param.get("name")) : undefined);

  const operators = new Set("${operatorNames.join(" ")}".split(" "));
  const isFilter = ({ style, schema }) =>
    style === "deepObject" && Object.keys(schema?.properties ?? { or: true }).every(name => operators.has(name));
  const formOf = (name, schema) => ({ name, in: "query", schema, ...(schema.type === "array" && { style: "form", explode: false }) });
  const formsOf = param => {
    if (!isFilter(param)) return [param];
    const { name, schema: { properties } } = param;
    const bare = properties.in ?? properties.eq;
    const others = Object.entries(properties).map(([word, schema]) => formOf(name + "[" + word + "]", schema));
    return bare === undefined ? others : [{ ...formOf(name, bare), description: name + " is one of these" }, ...others];
  };
  const methods = ["get", "put", "post", "delete", "options", "head", "patch"];
  const spread = document => {
    for (const path of Object.values(document.paths ?? {})) {
      for (const method of methods) {
        const operation = path[method];
        if (operation?.parameters !== undefined) operation.parameters = operation.parameters.flatMap(formsOf);
      }
    }
    return document;
  };
  const updateJsonSpec = original => document => original(spread(document));

  // The parameters of each field that has several, the one without an operator first.
  const groupsOf = parameters => {
    const groups = new Map();
    for (const param of parameters) {
      const field = fieldOf(param);
      if (field !== undefined) groups.set(field, [...(groups.get(field) ?? []), param.get("name")]);
    }
    return new Map([...groups].filter(([, names]) => names.length > 2));
  };

  const Parameters = Original => props => {
    const [open, setOpen] = React.useState(new Set());
    const groups = React.useMemo(() => groupsOf(props.parameters), [props.parameters]);
    const toggle = field => setOpen(new Set(open.has(field) ? [...open].filter(other => other !== field) : [...open, field]));
    return h(Groups.Provider, { value: { groups, open, toggle } }, h(Original, props));
  };

  const toggleRow = (field, names, isOpen, toggle) => {
    const words = names.slice(1).map(name => operator.exec(name)[2]).join(", ");
    const text = isOpen ? "Fewer filters of " + field : "More filters of " + field + ": " + words;
    const button = h("button", { type: "button", className: "filters-toggle", "aria-expanded": isOpen, onClick: () => toggle(field) }, text);
    return h("tr", { className: "filters" }, h("td", { className: "parameters-col_name" }), h("td", { className: "parameters-col_description" }, button));
  };

  const ParameterRow = Original => props => {
    const { groups, open, toggle } = React.useContext(Groups);
    const { rawParam, param } = props;
    const name = rawParam.get("name");
    const field = fieldOf(rawParam);
    const names = groups.get(field);
    const row = h(Original, props);
    if (names === undefined) return row;
    if (names[0] === name) return h(React.Fragment, null, row, toggleRow(field, names, open.has(field), toggle));
    const hasValue = !["", undefined, null].includes(param.get("value"));
    return open.has(field) || hasValue || rawParam.get("required") ? row : null;
  };

  return {
    statePlugins: { spec: { wrapActions: { updateJsonSpec } } },
    wrapComponents: { parameters: Parameters, parameterRow: ParameterRow },
  };
}`;
