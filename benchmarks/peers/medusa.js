// Times Medusa's decorateCartTotals on the cart given as JSON on standard input; prints one JSON line.
const { decorateCartTotals } = require("@medusajs/utils");
const fs = require("fs");
const { rounds, cart } = JSON.parse(fs.readFileSync(0, "utf8"));

const times = [];
let result;
for (let round = 0; round < rounds; round++) {
  const copy = structuredClone(cart); // it writes into the cart, so each round gets its own, made outside the measured time
  const begun = process.hrtime.bigint();
  result = decorateCartTotals(copy);
  times.push(Number(process.hrtime.bigint() - begun) / 1e6);
}
const settled = times.slice(Math.floor(rounds / 3)).sort((one, other) => one - other);
const plain = JSON.parse(JSON.stringify(result));
console.log(JSON.stringify({
  first: times[0],
  median: settled[Math.floor(settled.length / 2)],
  total: plain.total,
  tax: plain.tax_total,
  node: process.version,
  version: JSON.parse(fs.readFileSync("node_modules/@medusajs/utils/package.json", "utf8")).version,
}));
