// Every page of the route table, as every actor that its fixture names: axe, own probes, 320 px, 400 % zoom (320 px wide in CSS
// pixels is what WCAG 1.4.10 means by it), keyboard, JavaScript off, size and number of requests.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startTown } from '../support/server.mjs';
import { startBrowser, axe, probe, walk } from '../support/browser.mjs';
import { signInStaff, signInResident } from '../support/sign-in.mjs';

const bytesMax = 30 * 1024;
const requestsMax = 4;
let town, browser, contexts;

before(async () => {
  town = await startTown();
  browser = await startBrowser();
  contexts = {};
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  await town?.stop();
});

// One signed-in browser context per actor.
async function contextOf(actor) {
  if (contexts[actor]) return contexts[actor];
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  if (actor === 'resident') await signInResident(page, town);
  else if (actor !== 'anyone') await signInStaff(page, town, actor);
  await page.close();
  return (contexts[actor] = context);
}

function address(entry) {
  return entry.side === 'public' ? town.resident(entry.path) : town.office(entry.path);
}

test('every route names its page or says why it has none', { timeout: 120_000 }, async () => {
  let pages = town.pages();
  // The notice of the demo's decided case is written and signed by the running server, a moment after it started.
  for (let i = 0; i < 60 && pages.some((p) => p.missing); ++i) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    pages = town.pages();
  }
  assert.ok(pages.length > 60, `${pages.length} routes`);
  assert.deepEqual(pages.filter((p) => p.missing).map((p) => `${p.pattern}: ${p.missing}`), []);
  assert.deepEqual(pages.filter((p) => p.method === 'GET' && !p.path && !p.reason).map((p) => p.pattern), []);
});

test('every page passes axe, the probes, 320 px and the keyboard, in at most 30 KB and 4 requests', { timeout: 1_200_000 }, async () => {
  const faults = [];
  for (const entry of town.pages().filter((p) => p.path)) {
    const context = await contextOf(entry.actor);
    const page = await context.newPage();
    const answers = [];
    page.on('response', (response) => {
      if (!response.url().startsWith('data:')) answers.push(response);
    });
    const say = (words) => faults.push(`${entry.actor} ${entry.side} ${entry.path}: ${words}`);
    const response = await page.goto(address(entry), { waitUntil: 'load' });
    if (response.status() >= 400) say(`status ${response.status()}`);
    for (const violation of await axe(page)) say(violation);
    for (const fault of await probe(page)) say(fault);
    for (const fault of await walk(page)) say(fault);
    await page.setViewportSize({ width: 320, height: 640 });
    for (const fault of await probe(page)) say(`at 320 px: ${fault}`);
    const sizes = await Promise.all(answers.map((answer) => answer.request().sizes()));
    const bytes = sizes.reduce((sum, one) => sum + one.responseBodySize, 0);
    if (bytes === 0) say('its size is not known');
    if (bytes > bytesMax) say(`${bytes} bytes`);
    if (answers.length > requestsMax) say(`${answers.length} requests`);
    await page.close();
  }
  assert.deepEqual(faults, []);
});

test('every page says the same without JavaScript', { timeout: 600_000 }, async () => {
  const faults = [];
  const plain = {};
  for (const entry of town.pages().filter((p) => p.path)) {
    const context = await contextOf(entry.actor);
    if (!plain[entry.actor]) {
      plain[entry.actor] = await browser.newContext({ locale: 'ja-JP', javaScriptEnabled: false });
      await plain[entry.actor].addCookies(await context.cookies());
    }
    const page = await plain[entry.actor].newPage();
    const response = await page.goto(address(entry));
    if (response.status() >= 400) faults.push(`${entry.path}: ${response.status()}`);
    if ((await page.locator('h1').count()) !== 1) faults.push(`${entry.path}: no h1`);
    await page.close();
  }
  assert.deepEqual(faults, []);
});

test('pages carry the security headers', async () => {
  const page = await town.fetch('nagi.localhost', '/');
  assert.equal(page.status, 200);
  assert.match(page.headers['content-security-policy'], /default-src 'none'/);
  assert.match(page.headers['content-security-policy'], /require-trusted-types-for 'script'/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin');
  const stranger = await town.fetch('evil.example', '/');
  assert.equal(stranger.status, 200); // the demo's list of towns
  const foreign = await town.fetch('office.nagi.localhost', '/inbox');
  assert.equal(foreign.status, 303);
});
