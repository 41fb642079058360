// The workloads of the rule engine's peers: a UNIQUE table of 50 disjoint rules over five inputs with 64 contexts, and
// an expression over a list of 100 contexts; with the results, which a few lines of JavaScript work out on their own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const xml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const definitions = (name, body) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="${name}" namespace="urn:bench:${name}">
${body}
</definitions>
`;
const input = (name, type) => `<inputData id="i_${name}" name="${name}"><variable name="${name}" typeRef="${type}"/></inputData>`;
const requires = (name) => `<informationRequirement id="r_${name}"><requiredInput href="#i_${name}"/></informationRequirement>`;
const record = (name, fields) => `<itemDefinition name="${name}">${fields.map(([field, type]) =>
  `<itemComponent name="${field}"><typeRef>${type}</typeRef></itemComponent>`).join('')}</itemDefinition>`;

function randomNumbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 0x19660d) + 0x3c6ef35f) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

// Bands: a cell and whether a number lies in it.
const band = (from, to) => [from === undefined ? `< ${to}` : to === undefined ? `>= ${from}` : `[${from}..${to})`,
  (value) => (from === undefined || value >= from) && (to === undefined || value < to)];
const ages = [band(0, 6), band(6, 18), band(18, 40), band(40, 65), band(65)];
const incomes = [band(undefined, 1000000), band(1000000, 2500000), band(2500000, 4000000), band(4000000, 8000000), band(8000000)];
const helped = ['single parent', 'disabled'];

function table() {
  const columns = [['Age', 'number'], ['Income', 'number'], ['Household', 'string'], ['Applied', 'date'], ['Resident', 'boolean']];
  const rules = [];
  ages.forEach(([age, inAge], a) => incomes.forEach(([income, inIncome], i) => [true, false].forEach((help) => {
    const names = helped.map((name) => `"${name}"`).join(', ');
    rules.push({
      cells: [age, income, help ? names : `not(${names})`, help ? '>= date("2025-04-01")' : '[date("2025-04-01")..date("2026-03-31")]', 'true'],
      category: `${'ABCDE'[a]}${i + 1}${help ? 's' : 'n'}`,
      rate: Math.round((0.9 - 0.15 * i - (help ? 0 : 0.05) + 0.01 * a) * 100) / 100,
      meets: (one) => one.Resident && inAge(one.Age) && inIncome(one.Income) && helped.includes(one.Household) === help,
    });
  })));
  const cell = (tag, text) => `<${tag}><text>${xml(text)}</text></${tag}>`;
  const model = definitions('fee', `${record('tResult', [['Category', 'string'], ['Rate', 'number']])}
${columns.map(([name, type]) => input(name, type)).join('\n')}
<decision id="Fee" name="Fee"><variable name="Fee" typeRef="tResult"/>
${columns.map(([name]) => requires(name)).join('\n')}
<decisionTable hitPolicy="UNIQUE">
${columns.map(([name, type]) => `<input><inputExpression typeRef="${type}"><text>${name}</text></inputExpression></input>`).join('\n')}
<output name="Category" typeRef="string"/><output name="Rate" typeRef="number"/>
${rules.map(({ cells, category, rate }) => `<rule>${cells.map((text) => cell('inputEntry', text)).join('')}${cell('outputEntry', `"${category}"`)}${cell('outputEntry', String(rate))}</rule>`).join('\n')}
</decisionTable></decision>`);
  const random = randomNumbers(20260401);
  const households = [...helped, 'couple', 'single', 'three generations'];
  const contexts = Array.from({ length: 64 }, (_, k) => ({
    Age: random(95), Income: random(10000) * 1000, Household: households[random(5)],
    Applied: new Date(Date.UTC(2025, 3, 1 + random(365))).toISOString().slice(0, 10), Resident: k % 16 !== 15,
  }));
  const expected = contexts.map((one) => {
    const rule = rules.find(({ meets }) => meets(one));
    return rule ? { Category: rule.category, Rate: rule.rate } : null;
  });
  return { model, contexts, expected };
}

function expression() {
  const text = 'sum(for i in Items[category = "medical" and amount >= 1000] return i.amount * i.qty * (1 - i.discount))'
    + ' + max(for i in Items return i.amount) - min(for i in Items[qty >= 3] return i.amount) + count(Items[discount > 0])';
  const model = definitions('cost', `${record('tItem', [['category', 'string'], ['amount', 'number'], ['qty', 'number'], ['discount', 'number']])}
<itemDefinition name="tItems" isCollection="true"><typeRef>tItem</typeRef></itemDefinition>
${input('Items', 'tItems')}
<decision id="Cost" name="Cost"><variable name="Cost" typeRef="number"/>${requires('Items')}
<literalExpression><text>${xml(text)}</text></literalExpression></decision>`);
  const random = randomNumbers(20260402);
  const items = Array.from({ length: 100 }, () => ({
    category: ['medical', 'nursery', 'school', 'housing'][random(4)], amount: 100 + random(5000), qty: 1 + random(6),
    discount: [0, 0, 0.1, 0.25][random(4)],
  }));
  const amounts = (some) => some.map(({ amount }) => amount);
  const hundredths = items.filter(({ category, amount }) => category === 'medical' && amount >= 1000)
    .reduce((sum, { amount, qty, discount }) => sum + amount * qty * Math.round(100 - discount * 100), 0);
  const expected = hundredths / 100 + Math.max(...amounts(items)) - Math.min(...amounts(items.filter(({ qty }) => qty >= 3)))
    + items.filter(({ discount }) => discount > 0).length;
  return { model, items, expected };
}

// Files as the peers' own generator names them.
export function write(folder) {
  mkdirSync(folder, { recursive: true });
  const put = (name, content) => writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  const { model, contexts, expected } = table();
  put('table.dmn', model);
  put('contexts.json', contexts);
  put('expected-table.json', expected);
  const feel = expression();
  put('feel.dmn', feel.model);
  put('items.json', feel.items);
  put('expected-feel.json', feel.expected);
}
