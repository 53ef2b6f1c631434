// Evaluates FHIRPath with HL7's own engine: reads {resources, cases: [[resource, expression], …]} from a file, writes one JSON array per case.
const fs = require("node:fs");
const fhirpath = require("fhirpath");
const r4 = require("fhirpath/fhir-context/r4");

const { resources, cases } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));

function shown(value) {
  if (value === null || value === undefined) return "null";
  if (typeof value === "object") return `object ${Object.keys(value).filter((key) => !key.startsWith("__")).length}`;
  return `${typeof value} ${value}`;
}

const log = console.log;
console.log = console.warn = () => {};
const lines = cases.map(([resource, expression]) => {
  try {
    return JSON.stringify(fhirpath.evaluate(resources[resource], expression, { resource: resources[resource] }, r4).map(shown));
  } catch (error) {
    return JSON.stringify(["error " + String(error.message ?? error).slice(0, 200)]);
  }
});
log(lines.join("\n"));
