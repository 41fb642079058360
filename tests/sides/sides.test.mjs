// What stands between the two sides when each has a process and a folder of its own: what each folder holds, and what happens
// when a side is away, is killed, is lied to, or refuses a message. The tests run in order and go on from each other.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { root, run, runAside, startServer, startTown } from '../support/server.mjs';
import { startBrowser } from '../support/browser.mjs';
import { signInStaff } from '../support/sign-in.mjs';
import { answerUntil, begin, goOn, oneChildFamily, smallPdf } from '../support/application.mjs';
import { pass, startWire } from './wire.mjs';

let town, wire, browser, desk, folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yakuba-wall-'));
  town = await startTown({ sides: 'two', between: async (port) => (wire = await startWire(port)).url });
  browser = await startBrowser();
  desk = await newPage();
  await signInStaff(desk, town, 'clerk');
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  await town?.stop();
  await wire?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function newPage() {
  const context = await browser.newContext({ locale: 'ja-JP' });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

async function until(what, ask, seconds = 40) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail(`never: ${typeof what === 'function' ? what() : what}`);
}

const database = (side) => new DatabaseSync(join(side.data, 'towns/towns/nagi/town.db'), { readOnly: true });
function rows(side, sql, ...values) {
  const db = database(side);
  try {
    return db.prepare(sql).all(...values);
  } finally {
    db.close();
  }
}
const tables = (side) => rows(side, `select name from sqlite_master where type = 'table' order by name`).map((row) => row.name);
const filesBelow = (data) => readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

// A resident without an account applies, with a paper as large as asked for. Tells the number and what leads back to it.
async function apply({ name = '見本　一郎', bytes = 0 } = {}) {
  const page = await newPage();
  await begin(page, town);
  const id = new URL(page.url()).pathname.split('/')[2];
  await answerUntil(page, { ...oneChildFamily(), 'claimant.name': name });
  const paper = Buffer.concat([smallPdf('identity'), Buffer.alloc(bytes, '%')]);
  for (const input of ['identity', 'insurance'])
    await page.setInputFiles(`main input[name=${input}]`, { name: `${input}.pdf`, mimeType: 'application/pdf', buffer: input === 'identity' ? paper : smallPdf(input) });
  await goOn(page);
  await page.check('main input[name=declaration]');
  await goOn(page);
  const number = /[0-9A-Z]+-[0-9A-Z-]+/.exec(await page.locator('main .number').first().innerText())[0];
  return { id, number, page, paper };
}

const casesOf = (id) => rows(town.officeSide, 'select public_id, number from office_case where public_id = ?', id);
const inOffice = (id) => until('the case is in the office', () => casesOf(id).length > 0);
const waitingAt = (side) => rows(side, `select * from exchange_message where direction = 'out' and done_at is null order by serial`);
async function accept(id) {
  await desk.goto(town.office(`/cases/${id}`));
  await Promise.all([desk.waitForNavigation(), desk.getByRole('button', { name: '受け付ける', exact: true }).click()]);
  assert.equal(desk.url(), town.office(`/cases/${id}`), await desk.locator('main').innerText());
}
// What the public side knows of a case: its moments, in order. The words on the page belong to the pack.
const momentsOf = (id) => rows(town.public, 'select body from published_case where id = ?', id).flatMap((row) => JSON.parse(row.body).moments.map((moment) => moment.verb));
async function isToldAccepted({ id, page, number }) {
  await until(() => `accepted, but the public side knows: ${momentsOf(id)}`, () => momentsOf(id).includes('received'));
  await page.goto(town.resident(`/status/${id}`));
  assert.ok((await page.locator('main').innerText()).includes(number));
}

// --- what each folder holds ---------------------------------------------------------------------------------------------

test('each side has the tables of its side only, and keys of its own', () => {
  const there = { public: tables(town.public), office: tables(town.officeSide) };
  const ofOffice = ['people_person', 'people_name_key', 'section', 'staff_member', 'staff_session', 'link_offer', 'office_case', 'case_answer', 'approval_sheet',
    'document', 'notice', 'insight_case'];
  const ofPublic = ['draft', 'draft_upload', 'account', 'account_session', 'account_released_read', 'published_case', 'published_notice', 'verified_document', 'released_facts'];
  assert.deepEqual(ofOffice.filter((name) => !there.office.includes(name) || there.public.includes(name)), []);
  assert.deepEqual(ofPublic.filter((name) => !there.public.includes(name) || there.office.includes(name)), []);
  // On both: the store's own, the messages, the packs. A new table on both sides must be meant.
  const both = /^(schema_migration|log_(entry|object|tile|checkpoint)|change_key|job|serial|store_blob|search_\w+|exchange_message|pack_(version|in_force)|sqlite_\w+)$/;
  assert.deepEqual(there.public.filter((name) => there.office.includes(name) && !both.test(name)), []);
  const key = (side) => readFileSync(join(side.data, 'keys/installation.key'), 'utf8');
  assert.notEqual(key(town.public), key(town.officeSide));
});

test('nobody of the register is to be found in any file of the public folder', () => {
  const people = rows(town.officeSide, `select name from people_person where status = 'resident' order by id limit 500`).map((row) => row.name);
  // The demo's own people stand in the pack, which both sides have; a person of the generator stands in the register only.
  const packs = ['demo.toml', 'staff.toml', 'cases.toml', 'synthetic.toml'].map((file) => readFileSync(join(root, 'packs/nagi/people', file), 'utf8')).join();
  const strangers = [...new Set(people)].filter((name) => /^\p{Script=Han}+　\S+$/u.test(name) && !packs.includes(name));
  assert.ok(strangers.length > 50, `${strangers.length} names to look for`);
  const holds = (side) => {
    const bytes = filesBelow(side.data).map((file) => readFileSync(file));
    return strangers.filter((name) => bytes.some((content) => content.includes(name)));
  };
  assert.deepEqual(holds(town.public), []);
  assert.ok(holds(town.officeSide).length === strangers.length, 'the same search finds them at the office');
});

test('a folder serves the side it was made for; the doctor tells of a side that is not paired or hears nothing', () => {
  const refused = (...args) => {
    try {
      run(...args);
    } catch (error) {
      return error.stderr;
    }
    return assert.fail('not refused');
  };
  const lonely = join(folder, 'lonely');
  run('init', lonely, '--demo', '--side', 'office');
  run('town', 'add', '--data', lonely, '--town', 'nagi', '--code', '336238', '--pack', 'packs/common,packs/nagi');
  assert.match(refused('serve', '--data', lonely, '--side', 'public', '--port', '8329'), /serve\.side.*yakuba init DIR --side public/);
  assert.match(run('doctor', '--data', lonely), /WARN nagi: the office side is not paired: .*yakuba exchange pair/);
  const pair = (key) => ['exchange', 'pair', '--data', lonely, '--town', 'nagi', '--key', key, '--public-url', 'http://127.0.0.1:1'];
  assert.match(refused(...pair('AAAA')), /exchange\.key/);
  run(...pair(town.public.run('exchange', 'key', '--town', 'nagi').trim()));
  assert.match(run('doctor', '--data', lonely), /WARN nagi: nothing was ever exchanged with the public side/);
  const settings = new DatabaseSync(join(lonely, 'towns/installation.db'));
  settings.prepare(`insert into setting values ('exchange.contact.nagi', ?)`).run(new Date(Date.now() - 2.5 * 86_400_000).toISOString());
  settings.close();
  assert.match(run('doctor', '--data', lonely), /WARN nagi: last exchange with the public side at .*: nothing for 2 days/);
});

// --- a side is away -----------------------------------------------------------------------------------------------------

const claims = {};

test('while the office is away applications wait, sealed; then they come, in order and once', async () => {
  await town.officeSide.stop();
  claims.first = await apply({ name: '待川　一', bytes: 1_300_000 });
  claims.second = await apply({ name: '待川　二' });
  const waiting = waitingAt(town.public);
  assert.deepEqual(waiting.filter((row) => row.kind === 'case.submitted').map((row) => row.key), [claims.first.id, claims.second.id]);
  for (const row of waiting) assert.ok(!Buffer.from(row.payload, 'base64').includes('待川') && !row.payload.includes('待川'), 'the payload is sealed');
  assert.match(town.public.run('doctor'), /2 messages of the public side wait/);
  await town.officeSide.start();
  await inOffice(claims.second.id);
  const cases = rows(town.officeSide, 'select public_id from office_case where public_id in (?, ?) order by id', claims.first.id, claims.second.id);
  assert.deepEqual(cases.map((row) => row.public_id), [claims.first.id, claims.second.id]);
  await until('the public side knows that they arrived', () => waitingAt(town.public).length === 0);
});

test('a paper larger than one request comes in parts and is read at the office as it was sent', async () => {
  const parts = wire.passed.filter((one) => one.method === 'GET' && /^\/exchange\/blobs\/[^/]+\/\d+$/.test(one.path) && one.status === 200);
  assert.ok(parts.filter((one) => one.reply.length === 512 * 1024).length >= 2, `${parts.length} parts`);
  await desk.goto(town.office(`/cases/${claims.first.id}`));
  const [download] = await Promise.all([desk.waitForEvent('download'), desk.getByRole('link', { name: 'identity.pdf' }).click()]);
  const pieces = [];
  for await (const piece of await download.createReadStream()) pieces.push(piece);
  assert.ok(claims.first.paper.equals(Buffer.concat(pieces)));
  // The internet side keeps no paper of a case that the office has.
  // (After the commit that the test before this one waited for.)
  await until('no file of theirs is left', () => filesBelow(join(town.public.data, 'towns/towns/nagi/blobs')).length === 0);
});

test('while the public side is away the office works; what it said comes afterwards', async () => {
  await town.settled();
  await town.public.kill();
  await accept(claims.first.id);
  await accept(claims.second.id);
  const figures = await town.figures();
  assert.equal(figures['exchange_waiting{town="nagi",side="office"}'], 2);
  assert.ok(figures['exchange_oldest_seconds{town="nagi",side="office"}'] >= 0);
  assert.match(town.officeSide.run('doctor'), /2 messages of the office side wait/);
  await town.public.start();
  await isToldAccepted(claims.first);
  await isToldAccepted(claims.second);
  assert.equal((await town.fetch('nagi.localhost', '/metrics')).status, 404, 'the internet side shows no figures to strangers');
  assert.match(town.officeSide.run('doctor'), /ok +nagi: paired with the public side at http:\/\/127\.0\.0\.1:\d+\nok +nagi: last exchange with the public side/);
  assert.match(town.public.run('doctor'), /ok +nagi: paired with the office\nok +nagi: last exchange with the office side/);
});

// --- killed at the worst moment -----------------------------------------------------------------------------------------

test('killed between receiving and confirming, the office makes no second case', async () => {
  wire.lets = (asked) => asked.path !== '/exchange/done'; // the confirmation never arrives
  claims.third = await apply({ name: '倒田　三' });
  await inOffice(claims.third.id);
  await town.officeSide.kill();
  assert.equal(waitingAt(town.public).length, 1, 'not confirmed');
  wire.lets = () => true;
  await town.officeSide.start();
  await until('the public side knows', () => waitingAt(town.public).length === 0);
  assert.equal(casesOf(claims.third.id).length, 1);
  assert.equal(rows(town.officeSide, `select * from exchange_message where direction = 'in' and kind = 'case.submitted' and key = ?`, claims.third.id).length, 1);
});

test('killed after receiving but before answering, the public side shows everything once', async () => {
  await town.settled();
  const cut = new Promise((resolve) => {
    wire.onReply = async (asked, reply) => {
      if (asked.method !== 'POST' || asked.path !== '/exchange/messages') return reply;
      wire.onReply = (next, then) => then;
      await town.public.kill();
      resolve();
      return null;
    };
  });
  await accept(claims.third.id);
  await cut;
  assert.equal((await town.figures())['exchange_waiting{town="nagi",side="office"}'], 1);
  await town.public.start();
  await isToldAccepted(claims.third);
  await town.settled();
  assert.equal(momentsOf(claims.third.id).filter((verb) => verb === 'received').length, 1);
});

// --- lied to ------------------------------------------------------------------------------------------------------------

test('a replayed request does no harm; one that was changed or is a stranger\'s is answered as if nothing were there', async () => {
  const recent = wire.passed.filter((one) => one.status === 200).slice(-200);
  const messages = recent.findLast((one) => one.method === 'POST' && one.path === '/exchange/messages');
  const done = wire.passed.findLast((one) => one.path === '/exchange/done' && one.status === 200);
  const before_ = { published: rows(town.public, 'select * from published_case order by id'), messages: rows(town.public, 'select direction, serial, kind, key, done_at from exchange_message order by direction, serial') };
  for (const one of [messages, done]) {
    const again = await pass(town.public.port, one);
    assert.ok([200, 404].includes(again.status), `${again.status}`); // 404: it is older than two minutes already
  }
  assert.equal((await pass(town.public.port, messages)).status, 200, 'the newest is young enough to be a replay');
  assert.deepEqual({ published: rows(town.public, 'select * from published_case order by id'), messages: rows(town.public, 'select direction, serial, kind, key, done_at from exchange_message order by direction, serial') }, before_);

  const young = wire.passed.findLast((one) => one.method === 'GET' && one.path === '/exchange/messages');
  const lies = {
    'another body': { ...messages, body: Buffer.concat([messages.body, Buffer.from(' ')]) },
    'another path': { ...messages, path: '/exchange/done' },
    'another method': { ...young, method: 'POST' },
    'another time': { ...young, headers: { ...young.headers, 'x-yakuba-time': new Date().toISOString() } },
    'another signature': { ...young, headers: { ...young.headers, 'x-yakuba-signature': Buffer.alloc(64, 7).toString('base64') } },
    'no signature': { ...young, headers: { host: young.headers.host } },
    'another town': { ...young, headers: { ...young.headers, host: 'kamiamakusa.localhost' } },
  };
  for (const [how, lie] of Object.entries(lies)) {
    const headers = { ...lie.headers };
    delete headers['content-length'];
    const answer = await pass(town.public.port, { ...lie, headers: { ...headers, 'content-length': String(lie.body.length) } });
    assert.equal(answer.status, 404, how);
    assert.equal(answer.headers['x-yakuba-signature'], undefined, how);
    assert.ok(!answer.body.includes('case.'), how);
  }
});

test('the office believes no reply that is not signed by its own public side; a paper cut off on the way comes again', async () => {
  const lies = [];
  let cutOff = 0;
  wire.onReply = (asked, reply) => {
    if (asked.path === '/exchange/messages' && asked.method === 'GET' && lies.length < 1) {
      lies.push(asked.path);
      return { ...reply, body: Buffer.from('{"messages":[],"waiting":0,"set_aside":0}') };
    }
    if (/^\/exchange\/blobs\/[^/]+\/0$/.test(asked.path) && cutOff < 1) {
      ++cutOff;
      return { ...reply, body: reply.body.subarray(0, reply.body.length - 100) };
    }
    return reply;
  };
  claims.fourth = await apply({ name: '嘘野　四' });
  await inOffice(claims.fourth.id);
  assert.equal(lies.length, 1);
  assert.equal(cutOff, 1, 'a part was cut off');
  assert.match(town.officeSide.log(), /not signed by the paired public side/);
  await desk.goto(town.office(`/cases/${claims.fourth.id}`));
  const [download] = await Promise.all([desk.waitForEvent('download'), desk.getByRole('link', { name: 'identity.pdf' }).click()]);
  const pieces = [];
  for await (const piece of await download.createReadStream()) pieces.push(piece);
  assert.ok(claims.fourth.paper.equals(Buffer.concat(pieces)));
});

// --- refused ------------------------------------------------------------------------------------------------------------

test('what the office refuses is set aside and told, stops nothing, and is received by a retry once the cause is mended', async () => {
  // The public side has rules that the office does not know yet.
  const packs = join(folder, 'packs');
  cpSync(join(root, 'packs/common'), join(packs, 'common'), { recursive: true });
  cpSync(join(root, 'packs/nagi'), join(packs, 'nagi'), { recursive: true });
  const [said, mark] = ['0868-00-1234', '0868-00-4321']; // the town's telephone, which its front page says
  const file = join(packs, 'nagi/town.toml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(said, mark));
  const layers = `${join(packs, 'common')},${join(packs, 'nagi')}`;
  // A running process looks once a second which version is in force: what begins before it has seen the new one keeps the
  // old. Readers all the while keep its answer of the last second in use, so that this test waits for what is true.
  const front = async () => (await town.fetch('nagi.localhost', '/')).body.toString();
  assert.ok((await front()).includes(said));
  const imported = runAside('pack', 'import', '--town', 'nagi', '--pack', layers, '--data', town.public.data);
  while (!imported.ended) await front();
  await imported.done;
  const began = Date.now();
  await until('the public side serves the imported version', async () => (await front()).includes(mark));
  assert.ok(Date.now() - began < 10_000, 'a second, and the time of a slow machine');
  claims.fifth = await apply({ name: '脇田　五' });
  await until('it was set aside', async () => (await town.figures())['exchange_set_aside{town="nagi",side="office"}'] === 1);
  assert.match(town.officeSide.run('doctor'), new RegExp(`WARN nagi: 1 messages were set aside; mend the cause, then .yakuba exchange retry --town nagi.:\\n +case\\.submitted ${claims.fifth.id}`));
  assert.equal(waitingAt(town.public).length, 0, 'the queue goes on');
  assert.match(town.officeSide.run('exchange', 'retry', '--town', 'nagi'), /0 received, 1 set aside again\n +case\.submitted/);

  town.officeSide.run('pack', 'import', '--town', 'nagi', '--pack', layers);
  assert.match(town.officeSide.run('exchange', 'retry', '--town', 'nagi'), /1 received, 0 set aside again/);
  assert.equal(casesOf(claims.fifth.id).length, 1);
  assert.match(town.officeSide.run('doctor'), /ok +nagi: no message was set aside/);
  await accept(claims.fifth.id);
  await isToldAccepted(claims.fifth);
});

// --- over TLS -----------------------------------------------------------------------------------------------------------

test('over TLS the office asks for the authority it was told, and speaks with nobody else', async () => {
  const file = (name) => join(folder, name);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=Synthetic town',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', file('key.pem'), '-out', file('cert.pem')], { stdio: 'ignore' });
  await town.settled();
  await town.public.stop();
  town.public.child = await startServer(town.public.data, town.public.port, ['--side', 'public', '--tls-cert', file('cert.pem'), '--tls-key', file('key.pem')]);
  const key = town.public.run('exchange', 'key', '--town', 'nagi').trim();
  const pair = (...more) => town.officeSide.run('exchange', 'pair', '--town', 'nagi', '--key', key, '--public-url', `https://127.0.0.1:${town.public.port}`, ...more);
  pair(); // an authority that the system does not know
  await accept(claims.fourth.id);
  await until('the office refuses the certificate', () => /"error":"exchange\.peer"[^\n]*certificate/i.test(town.officeSide.log()));
  assert.equal((await town.figures())['exchange_waiting{town="nagi",side="office"}'], 1);
  pair('--public-ca', file('cert.pem'));
  await town.settled();
  assert.ok(momentsOf(claims.fourth.id).includes('received'));
});
