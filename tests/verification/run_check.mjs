// Runs the pages' check.js on files: what a browser would find out. Arguments: check.js, cases as
// JSON [{pdf, issuer, page}, …]; prints the outcomes as JSON.
import {readFileSync} from "node:fs";
import {runInThisContext} from "node:vm";

const [script, cases] = process.argv.slice(2);
runInThisContext(readFileSync(script, "utf8"), script);
const {check, Refused} = globalThis.certificateCheck;
const outcomes = [];
for (const {pdf, issuer, page} of JSON.parse(readFileSync(cases, "utf8"))) {
  try {
    const {same, said} = await check(new Uint8Array(readFileSync(pdf)), issuer, page);
    outcomes.push({same, serial: said.serial});
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    outcomes.push({refused: error.reason});
  }
}
console.log(JSON.stringify(outcomes));
