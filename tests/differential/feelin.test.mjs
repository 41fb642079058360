// FEEL against feelin (npm), another implementation of the standard: the expressions of tests/feel, whose values are
// reasoned from the standard and proved of the program by FeelCases, and random ones, for which the program is asked.
// Where the two differ the expression stands in deviations.tsv with the clause that decides; a deviation that is not
// listed fails, and so does one that is listed and gone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { program } from '../support/server.mjs';

const here = new URL('./', import.meta.url), corpus = new URL('../feel/', import.meta.url);
const rows = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));

const patienceMs = 1500;
let worker, answered;
function begin() {
  worker = new Worker(new URL('evaluate.mjs', here), { resourceLimits: { maxOldGenerationSizeMb: 256 } });
  worker.on('message', (value) => answered(value)).on('error', () => answered({ endless: true }));
}
// What feelin gives; { endless: true } when it does not come to an end.
async function feelin(text) {
  if (!worker) begin();
  let timer;
  const out = await new Promise((resolve) => {
    answered = resolve;
    timer = setTimeout(() => resolve({ endless: true }), patienceMs);
    worker.postMessage(text);
  });
  clearTimeout(timer);
  if (out?.endless) {
    await worker.terminate();
    worker = undefined;
  }
  return out;
}
after(() => worker?.terminate());

// Numbers of binary floating point are taken as near as such numbers can be.
function same(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

test('the expressions of tests/feel: every deviation of feelin is listed with its clause', async () => {
  const listed = new Map(rows(new URL('deviations.tsv', here)).map(([expression, clause, why]) => [expression, { clause, why }]));
  for (const [expression, { clause, why }] of listed) assert.ok(clause && why, `${expression}: a deviation has its clause and its reason`);
  const found = new Set(), unlisted = [];
  let compared = 0;
  for (const file of readdirSync(corpus).filter((name) => name.endsWith('.tsv') && name !== 'decimal_vectors.tsv'))
    for (const [expression, literal] of rows(new URL(file, corpus))) {
      ++compared;
      const got = await feelin(expression), expected = await feelin(literal);
      if (same(got, expected)) continue;
      found.add(expression);
      if (!listed.has(expression)) unlisted.push([file, expression, literal, JSON.stringify(got)].join('\t'));
    }
  if (process.env.YAKUBA_SHOW_DEVIATIONS) console.log(unlisted.join('\n'));
  assert.ok(compared > 1000, `${compared} expressions`);
  assert.deepEqual(unlisted, [], 'deviations that are not listed');
  assert.deepEqual([...listed.keys()].filter((expression) => !found.has(expression)), [], 'listed, but not (or no longer) deviating');
});

// --- random expressions ---

function randomNumbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

// What both take to be inside the standard: small numbers, so that doubles are exact; nothing of the listed deviations.
// (feelin turns `between` round when its ends are: not in the standard, 10.3.2.6.)
function expressions(count) {
  const random = randomNumbers(7);
  const one = (...choices) => choices[random(choices.length)]();
  const number = (depth) => depth === 0 ? String(random(12))
    : one(() => String(random(100)), () => `${random(50)}.5`, () => `(${number(depth - 1)} + ${number(depth - 1)})`,
      () => `(${number(depth - 1)} - ${number(depth - 1)})`, () => `(${number(depth - 1)} * ${number(depth - 1)})`,
      () => `-(${number(depth - 1)})`, () => `count(${list(depth - 1)})`, () => `sum(${list(depth - 1)})`,
      () => `abs(${number(depth - 1)})`, () => `floor(${number(depth - 1)})`, () => `string length(${text(depth - 1)})`,
      () => `(if ${truth(depth - 1)} then ${number(depth - 1)} else ${number(depth - 1)})`,
      () => `{a: ${number(depth - 1)}}.a`);
  const text = (depth) => depth === 0 ? one(() => '"a"', () => '"foobar"', () => '"役場"', () => '""')
    : one(() => '"abc"', () => `(${text(depth - 1)} + ${text(depth - 1)})`, () => `upper case(${text(depth - 1)})`,
      () => `substring before(${text(depth - 1)}, "b")`, () => `substring("foobar", ${1 + random(5)})`);
  const truth = (depth) => depth === 0 ? one(() => 'true', () => 'false')
    : one(() => `(${number(depth - 1)} < ${number(depth - 1)})`, () => `(${number(depth - 1)} >= ${number(depth - 1)})`,
      () => `(${number(depth - 1)} = ${number(depth - 1)})`, () => `(${truth(depth - 1)} and ${truth(depth - 1)})`,
      () => `(${truth(depth - 1)} or ${truth(depth - 1)})`, () => `not(${truth(depth - 1)})`,
      () => `(${number(depth - 1)} between ${random(5)} and ${5 + random(9)})`, () => `(${number(depth - 1)} in [${random(4)}..${4 + random(9)}])`,
      () => `contains(${text(depth - 1)}, "o")`, () => `list contains(${list(depth - 1)}, ${number(0)})`,
      () => `(some x in ${list(depth - 1)} satisfies x > ${number(0)})`, () => `(every x in ${list(depth - 1)} satisfies x > ${number(0)})`);
  const list = (depth) => depth === 0 ? `[${random(9)}, ${random(9)}]`
    : one(() => `[${number(depth - 1)}, ${number(depth - 1)}, ${number(depth - 1)}]`, () => `(for i in ${list(depth - 1)} return i * ${number(0)})`,
      () => `${list(depth - 1)}[item > ${number(0)}]`, () => `concatenate(${list(depth - 1)}, ${list(depth - 1)})`,
      () => `reverse(${list(depth - 1)})`, () => `append(${list(depth - 1)}, ${number(0)})`, () => `distinct values(${list(depth - 1)})`);
  return Array.from({ length: count }, () => one(() => number(4), () => truth(3), () => text(3), () => list(3)));
}

test('random expressions give the same in both', async () => {
  const asked = expressions(1500);
  const done = spawnSync(program, ['feel'], { input: asked.join('\n') + '\n', encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const answers = done.stdout.split('\n').filter((line) => line && !line.startsWith('  '));
  assert.equal(answers.length, asked.length, done.stderr);
  const different = [];
  for (let i = 0; i < asked.length; ++i) {
    const got = await feelin(asked[i]), expected = await feelin(answers[i]);
    if (!same(got, expected)) different.push(`${asked[i]}\t${answers[i]}\t${JSON.stringify(got)}`);
  }
  assert.deepEqual(different, []);
});
