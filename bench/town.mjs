// What the benches share: a demo town served by the release build, residents who sign in and answer questions over plain
// HTTP as a browser without JavaScript does, prepared requests for yakuba_load, and one way to print a claim.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import http from 'node:http';
import net from 'node:net';
import { oneChildFamily } from '../tests/support/application.mjs';

export const root = new URL('..', import.meta.url).pathname;
export const program = process.env.YAKUBA ?? join(root, 'build/release/yakuba');
export const tool = (name) => join(process.env.YAKUBA_BENCH_TOOLS ?? join(root, 'build/release/bin'), name);
export const packs = process.env.YAKUBA_BENCH_PACKS ?? root; // the folder that holds packs/
export const serverCpu = 0, loadCpu = 1;
export const procedure = 'jido-teate-nintei';

export function check(truth, words) {
  if (!truth) throw new Error(words);
}

export function command(file, args, options = {}) {
  return execFileSync(file, args, { cwd: packs, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, ...options });
}
export const yakuba = (...args) => command(program, args);

// A folder on the disk that a town would use (never in memory: commits are measured).
export function temporaryFolder(name) {
  return mkdtempSync(join(process.env.YAKUBA_BENCH_FOLDER ?? '/var/tmp', `yakuba-bench-${name}-`));
}
export const remove = (folder) => rmSync(folder, { recursive: true, force: true });

export async function listening(port, seconds = 60) {
  for (let i = 0; i < seconds * 100; ++i) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nobody listens on ${port}`);
}

export function spawnOn(cpu, file, args, options = {}) {
  return cpu === undefined ? spawn(file, args, { cwd: packs, stdio: ['ignore', 'ignore', 'inherit'], ...options })
    : spawn('taskset', ['-c', String(cpu), file, ...args], { cwd: packs, stdio: ['ignore', 'ignore', 'inherit'], ...options });
}

export async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

// `owner`: the URL of PostgreSQL's owner, beside `more`, when the town lies there.
export const makeTown = (data, port, more = [], owner) => {
  const also = owner ? ['--owner-url', owner] : [];
  yakuba('init', data, '--demo', '--port', String(port), ...more, ...also);
  yakuba('town', 'add', '--data', data, '--town', 'nagi', '--code', '336238', '--pack', 'packs/common,packs/nagi', '--from',
    new Date(Date.now() - 214 * 86_400_000).toISOString().slice(0, 10), ...also);
};

export async function serve(data, port, cpu) {
  const child = spawnOn(cpu, program, ['serve', '--data', data, '--port', String(port), '--log', join(data, 'access.log')]);
  await listening(port);
  return child;
}

// --- residents ---

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

// One browser without JavaScript: its cookies and nothing else.
export class Visitor {
  constructor(port, host = `nagi.localhost:${port}`) {
    Object.assign(this, { port, host, cookies: new Map() });
  }
  cookie() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
  async ask(method, path, fields) {
    const body = fields && new URLSearchParams(fields).toString();
    const headers = { host: this.host, cookie: this.cookie(), 'sec-fetch-site': 'same-origin', 'accept-language': 'ja' };
    if (body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) });
    const reply = await new Promise((resolve, reject) => {
      const call = http.request({ host: '127.0.0.1', port: this.port, agent, method, path, headers }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => resolve({ status: answer.statusCode, to: answer.headers.location, headers: answer.headers,
          text: Buffer.concat(parts).toString('utf8') }));
      });
      call.on('error', reject);
      call.end(body);
    });
    for (const line of reply.headers['set-cookie'] ?? []) {
      const [name, value] = line.split(';')[0].split('=');
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return reply;
  }
  get = (path) => this.ask('GET', path);
  // Opens the page, keeps its form token, and posts.
  async post(path, fields) {
    this.keys = (this.keys ?? 0) + 1;
    return this.ask('POST', path, [['_token', this.token], ['_key', `bench-${process.pid}-${this.keys}-${Math.random().toString(36).slice(2)}`], ...fields]);
  }
  async open(path) {
    const page = await this.get(path);
    const token = /name="_token" value="([^"]+)"/.exec(page.text);
    if (token) this.token = token[1];
    return page;
  }
  async signIn(mail, password) {
    await this.open('/login');
    const reply = await this.post('/login', [['mail', mail], ['password', password], ['code', ''], ['to', '']]);
    check(reply.status === 303 && !reply.to.includes('login'), `no sign-in: ${reply.status} ${reply.to}`);
    await this.open(`/procedures/${procedure}`);
  }
  // Begins a draft: "/apply/ID".
  async begin() {
    await this.open(`/procedures/${procedure}`);
    const reply = await this.post(`/procedures/${procedure}/start`, []);
    let address = reply.to ?? /href="(\/apply\/[a-z0-9]+)/.exec(reply.text)?.[1];
    check(address, `no draft was begun: ${reply.status}`);
    return /^\/apply\/[a-z0-9]+/.exec(address)[0];
  }
}

const decoded = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

// The fields of a page that the family has an answer for, as the form sends them. What the town knows is sent as shown.
export function answersFor(page, family) {
  const form = /<form[^>]*id="question"[\s\S]*?<\/form>/.exec(page)?.[0] ?? '';
  const fields = [];
  for (const [tag] of form.matchAll(/<(input|select|textarea)\b[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (!name || name.startsWith('_')) continue;
    const base = name.replace(/-[ymd]$/, ''), part = 'ymd'.indexOf(name.slice(-1));
    const answer = family[base];
    const chosen = /type="(radio|checkbox)"/.test(tag), value = decoded(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
    if (Array.isArray(answer)) fields.push([name, String(answer[part])]);
    else if (answer !== undefined && !(chosen && value !== String(answer))) fields.push([name, String(answer)]);
    else if (answer === undefined && (chosen ? /\schecked/.test(tag) : value)) fields.push([name, value]);
  }
  return fields;
}

// Answers page by page until `last`; gives the pages and what was sent for each, to be sent again for other drafts.
export async function answerUntil(visitor, draft, last, family = oneChildFamily()) {
  const sent = [];
  let address = (await visitor.get(draft)).to;
  for (let i = 0; i < 60 && address !== `${draft}/${last}`; ++i) {
    const page = await visitor.get(address);
    const fields = answersFor(page.text, family);
    const reply = await visitor.post(address, fields);
    check(reply.status === 303, `${address} was not accepted: ${reply.status} ${JSON.stringify(fields)} ${/class="err[\s\S]{0,300}/.exec(reply.text)?.[0]}`);
    sent.push([address.slice(draft.length), fields]);
    address = reply.to;
  }
  check(address === `${draft}/${last}`, `the page ${last} was not reached but ${address}`);
  return sent;
}

// `work` over items, `lanes` at a time.
export async function inLanes(lanes, items, work) {
  let next = 0;
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (next < items.length) await work(items[next++]);
  }));
}

// --- load ---

export function rawRequest(visitor, method, path, fields) {
  const body = fields ? new URLSearchParams(fields).toString() : '';
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${visitor.host}`, `Cookie: ${visitor.cookie()}`, 'Sec-Fetch-Site: same-origin',
    'Accept: text/html', 'Accept-Language: ja', 'User-Agent: yakuba-load'];
  if (body) lines.push('Content-Type: application/x-www-form-urlencoded', `Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export function writeRequests(file, requests) {
  writeFileSync(file, requests.map((request) => `${Buffer.byteLength(request)}\n${request}`).join(''));
}

export function load(options) {
  const args = Object.entries(options).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  const result = JSON.parse(command(tool('yakuba_load'), args));
  check(result.wrong === 0, `${result.wrong} wrong answers, the first: ${result.first_wrong}`);
  return result;
}

const processorSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
// Until the server rests: a demonstration draws its letters behind its start.
export async function settled(pid, seconds = 120) {
  for (let before = processorSeconds(pid), calm = 0, i = 0; calm < 2; ++i) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = processorSeconds(pid);
    calm = now - before < 0.03 ? calm + 1 : 0;
    before = now;
    check(i < seconds, 'the server does not come to rest');
  }
}

// --- figures ---

let missed = 0;
// One line a claim: what, ours, the bar, whether it is reached.
export function claim(name, figure, bar, reached) {
  if (!reached) ++missed;
  console.log(`${reached ? 'reached ' : 'MISSED  '} ${name}: ${figure}   (claim: ${bar})`);
}
export const finish = () => { process.exitCode = missed > 0 ? 2 : 0; };

export const memoryMegabytes = (pid) => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)[1]) / 1024;
};
