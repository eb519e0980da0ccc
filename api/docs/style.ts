/** The page's own style; Swagger UI brings the rest. */
export const style: string = `:root {
  color-scheme: light dark;
}
body {
  margin: 0;
  background: #fff;
  font-family: system-ui, sans-serif;
}
#docs > p,
noscript p {
  max-width: 1420px;
  margin: 2rem auto;
  padding: 0 20px;
}
.swagger-ui .info {
  margin: 30px 0;
}
.swagger-ui .scheme-container {
  box-shadow: none;
  border-block: 1px solid #8884;
}
.swagger-ui .body-param__text {
  min-height: 9rem;
}
.swagger-ui .parameters .parameter__type,
.swagger-ui .parameters .parameter__in {
  display: inline;
  padding: 0 0.5em 0 0;
}
.swagger-ui .parameters .parameter__deprecated:empty {
  display: none;
}
.swagger-ui .filters td {
  padding-block: 0 12px;
}
.swagger-ui .filters-toggle {
  padding: 2px 0;
  border: 0;
  background: none;
  color: inherit;
  font: inherit;
  font-size: 12px;
  text-align: start;
  text-decoration: underline dotted;
  cursor: pointer;
}
@media (max-width: 640px) {
  .swagger-ui .wrapper,
  .swagger-ui .opblock .opblock-section-header,
  .swagger-ui .table-container,
  .swagger-ui .responses-inner {
    padding-inline: 10px;
  }
  .swagger-ui table.parameters > thead,
  .swagger-ui table.responses-table > thead,
  .swagger-ui table.parameters .filters > .parameters-col_name,
  .swagger-ui table.responses-table td.response-col_links:has(> i) {
    display: none;
  }
  .swagger-ui table.parameters > tbody > tr,
  .swagger-ui table.parameters > tbody > tr > td,
  .swagger-ui table.responses-table > tbody > tr,
  .swagger-ui table.responses-table > tbody > tr > td {
    display: block;
    width: auto;
    max-width: none;
    margin: 0;
    padding: 4px 0 0;
  }
  .swagger-ui table.parameters > tbody > tr:not(:has(+ .filters)),
  .swagger-ui table.responses-table > tbody > tr {
    padding-block-end: 12px;
  }
  .swagger-ui .parameters-col_name > .parameter__name {
    display: inline;
    padding-inline-end: 0.25em;
  }
  .swagger-ui .parameters input[type="text"],
  .swagger-ui .parameters select {
    width: 100%;
    max-width: none;
  }
}
#note {
  position: fixed;
  inset-block-end: 1rem;
  inset-inline-end: 1rem;
  max-width: 32rem;
  margin: 0;
  padding: 0.75rem 1rem;
  border-radius: 4px;
  background: #1b5e20;
  color: #fff;
  opacity: 0;
  pointer-events: none;
}
#note.shown {
  animation: note 10s;
}
@keyframes note {
  from,
  to {
    opacity: 1;
  }
}
@media (prefers-color-scheme: dark) {
  body {
    background: #1c2022;
    color: #e4e6e6;
  }
}
`;

/** The page's icon: a pair of braces. */
export const icon: string = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1b5e20"/><path d="M12 7q-4 0-4 4v2q0 3-3 3 3 0 3 3v2q0 4 4 4M20 7q4 0 4 4v2q0 3 3 3-3 0-3 3v2q0 4-4 4" fill="none" stroke="#fff" stroke-width="2.5"/></svg>
`;
