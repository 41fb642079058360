// What a newcomer sees after ./run: tools/demo makes two towns by the program's own commands, prints addresses and logins, serves.
// The second start only serves. The tests of this file run in order and go on from each other.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, program, request, root, run, stopServer } from '../support/server.mjs';
import { startBrowser } from '../support/browser.mjs';
import { signInStaff } from '../support/sign-in.mjs';

const folder = mkdtempSync(join(tmpdir(), 'yakuba-demo-'));
const data = join(folder, 'demo');
let port, browser, demo;

// Starts tools/demo and waits until the front page answers.
async function start(seconds) {
  const began = Date.now();
  const child = spawn('tools/demo', [program, data, String(port)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const started = { child, printed: '' };
  child.stdout.on('data', (part) => { started.printed += part; });
  while (Date.now() - began < seconds * 1000) {
    if (child.exitCode !== null) throw new Error(`tools/demo ended with ${child.exitCode}: ${started.printed}`);
    const front = await request(port, '127.0.0.1', '/').catch(() => null);
    // Everything is printed before it serves, but may still be in the pipe.
    if (front?.status === 200 && started.printed.includes('Stop with Ctrl-C'))
      return { ...started, front: front.body.toString(), seconds: (Date.now() - began) / 1000 };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no front page after ${seconds} s`);
}

before(async () => {
  port = await freePort();
  browser = await startBrowser();
}, { timeout: 60_000 });
after(async () => {
  await browser?.close();
  if (demo) await stopServer(demo.child);
  rmSync(folder, { recursive: true, force: true });
});

test('the first start fills two towns and names both on the front page', { timeout: 400_000 }, async () => {
  demo = await start(380);
  for (const town of ['奈義町', '上天草市']) assert.ok(demo.front.includes(town), town);
});

test('all addresses are printed, and each answers', { timeout: 60_000 }, async () => {
  const addresses = new Set(demo.printed.match(/http:\/\/\S+/g));
  assert.equal(addresses.size, 5, demo.printed);
  for (const address of addresses) {
    const url = new URL(address);
    assert.equal(Number(url.port), port, address);
    const reply = await request(port, url.hostname, url.pathname);
    assert.ok([200, 303].includes(reply.status), `${address}: ${reply.status}`);
  }
});

test('every printed login has its code of the moment and opens its desk', { timeout: 400_000 }, async () => {
  for (const name of ['nagi', 'kamiamakusa']) {
    const town = {
      logins: () => run('demo', 'logins', '--data', data, '--town', name).split('\n').slice(1).filter(Boolean).map((line) => {
        const [part, login, password] = line.trim().split(/\s+/);
        return { part, login, password, code: /code now (\d{6})/.exec(line)?.[1] };
      }),
      office: (path) => `http://office.${name}.localhost:${port}${path}`,
    };
    const staff = town.logins().filter((login) => login.part !== 'resident');
    assert.ok(staff.length >= 4, `${name}: ${staff.length} members of staff`);
    for (const { part, login, code } of staff) {
      assert.ok(demo.printed.includes(login), `${name}: ${login} was printed at the start`);
      assert.match(code ?? '', /^\d{6}$/, `${name}: ${part}`);
      const page = await (await browser.newContext()).newPage();
      await signInStaff(page, town, part);
      assert.equal(await page.locator('h1').count(), 1, `${name}: ${part} has a page`);
      await page.context().close();
    }
  }
});

test('the second start only serves', { timeout: 60_000 }, async (t) => {
  const people = run('demo', 'logins', '--data', data).split('\n').length;
  await stopServer(demo.child);
  assert.equal(demo.child.exitCode, 0, 'stopped by SIGTERM it ends well');
  demo = await start(50);
  assert.ok(!demo.printed.includes('Filling'), demo.printed);
  assert.equal(run('demo', 'logins', '--data', data).split('\n').length, people);
  t.diagnostic(`${demo.seconds} s (bench/sizes measures it on a quiet machine)`);
});
