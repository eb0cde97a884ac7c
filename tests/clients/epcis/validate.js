// Judges the EPCIS documents on its standard input, a JSON array, by the validator of npm's epcis2.js.
// Prints a JSON array: null for each that is valid, and what is wrong with the others.
const [, , packageFolder] = process.argv;
const { setup, validateEpcisDocument } = require(`${packageFolder}/dist/epcis2.node.js`);

setup({ checkExtensions: true, validationMode: "full" });
const documents = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const told = documents.map((one) => {
  const { success, errors } = validateEpcisDocument(one, false);
  return success ? null : errors;
});
console.log(JSON.stringify(told));
