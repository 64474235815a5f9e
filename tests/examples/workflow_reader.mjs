// Prints what GitHub's own language service finds wrong with workflows, a line each.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

// The service imports JSON without saying so, which Node 20 and 22 refuse.
const hook = `export function load(url, context, next) {
  const attributes = { type: "json" };
  const json = { importAttributes: attributes, importAssertions: attributes };
  return next(url, url.endsWith(".json") ? { ...context, ...json } : context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const { validate } = await import("@actions/languageservice");
const { TextDocument } = await import("vscode-languageserver-textdocument");

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const found = await validate(TextDocument.create(pathToFileURL(file).href, "yaml", 0, text));
  for (const { range, message } of found) {
    console.log(`${file}:${range.start.line + 1}:${range.start.character + 1}: ${message}`);
  }
}
