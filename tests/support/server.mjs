// A demo town for tests: made by the program's own commands in a temporary folder, served on a free port, torn down at the end.
//
//   const town = await startTown();            // town.resident("/"), town.office("/inbox"): addresses for Chromium
//   const town = await startTown({ sides: 'two' });  // the same with two processes: also town.public and town.officeSide
//   …  await town.stop();
//
// Node does not resolve *.localhost, Chromium does: plain requests go to 127.0.0.1 with a Host header (`town.fetch`).
import { spawn, execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, existsSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import http from 'node:http';
import net from 'node:net';

export const root = new URL('../..', import.meta.url).pathname;
export const program = process.env.YAKUBA ?? join(root, 'build/debug/yakuba');

export function run(...args) {
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

// The same while the test goes on: `ended` says whether it has, `done` throws what it says when it fails.
export function runAside(...args) {
  const one = { ended: false };
  one.done = promisify(execFile)(program, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 }).finally(() => { one.ended = true; });
  one.done.catch(() => {}); // whoever waits for it is told
  return one;
}

export async function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function untilListening(port, child, seconds = 60) {
  for (let i = 0; i < seconds * 20; ++i) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server does not listen');
}

export function startServer(data, port, more = []) {
  const child = spawn(program, ['serve', '--data', data, '--port', String(port), '--log', join(data, 'access.log'), ...more],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return untilListening(port, child).then(() => child);
}

export async function stopServer(child) {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(timer);
}

export function request(port, host, path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const call = http.request({ host: '127.0.0.1', port, path, method, headers: { Host: `${host}:${port}`, ...headers } }, (reply) => {
      const parts = [];
      reply.on('data', (part) => parts.push(part));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
    });
    call.on('error', reject);
    if (body) call.write(body);
    call.end();
  });
}

export const towns = { nagi: '336238', kamiamakusa: '432121' };

const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
// The demo's history goes half a year back; without it the rules need no past.
const addTown = (data, town, from) =>
  run('town', 'add', '--data', data, '--town', town, '--code', towns[town], '--pack', `packs/common,packs/${town}`, '--from', from);

function readLogins(data, town) {
  return run('demo', 'logins', '--data', data, '--town', town).split('\n').slice(1).filter(Boolean).map((line) => {
    const [part, login, password] = line.trim().split(/\s+/);
    return { part, login, password, code: /code now (\d+)/.exec(line)?.[1], line };
  });
}

// `sides`: 'both' (one process, one folder) or 'two' (a folder and a process for each side, paired). What tests use of it is the
// same; YAKUBA_TEST_SIDES says which when a test does not.
export async function startTown({ sides = process.env.YAKUBA_TEST_SIDES ?? 'both', ...options } = {}) {
  return sides === 'two' ? startTwoSides(options) : startOneProcess(options);
}

async function startOneProcess({ town = 'nagi', seed = true, folder } = {}) {
  const data = folder ?? mkdtempSync(join(tmpdir(), 'yakuba-test-'));
  const port = await freePort();
  const settings = join(data, 'yakuba.toml');
  // YAKUBA_TEST_TOWN: a folder that `demo seed` filled already, copied instead of filling one more. It must not be served.
  if (seed && !existsSync(settings) && process.env.YAKUBA_TEST_TOWN) {
    cpSync(process.env.YAKUBA_TEST_TOWN, data, { recursive: true, filter: (path) => !/\.(lock|sock)$/.test(path) });
    writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^public_port = .*$/m, `public_port = ${port}`));
  } else if (!existsSync(settings)) {
    run('init', data, '--demo', '--port', String(port));
    addTown(data, town, daysAgo(214));
    if (seed) run('demo', 'seed', '--data', data, '--town', town);
  }
  const child = await startServer(data, port);
  return {
    data, port, child,
    logins: () => readLogins(data, town),
    resident: (path) => `http://${town}.localhost:${port}${path}`,
    office: (path) => `http://office.${town}.localhost:${port}${path}`,
    fetch: (host, path, options) => request(port, host, path, options),
    async settled() {}, // nothing is ever on its way
    pages: () => run('demo', 'pages', '--data', data, '--town', town).split('\n').filter(Boolean).map((line) => JSON.parse(line)),
    async stop() {
      await stopServer(child);
      if (!folder) rmSync(data, { recursive: true, force: true });
    },
  };
}

// What /metrics says, without the house's prefix: { 'exchange_waiting{town="nagi",side="office"}': 0, … }.
async function figuresOf(port) {
  const { body } = await request(port, '127.0.0.1', '/metrics');
  return Object.fromEntries(body.toString().split('\n').filter((line) => line.startsWith('yakuba_'))
    .map((line) => /^yakuba_(\S+|\S+\{.*\}) (\S+)$/.exec(line)).filter(Boolean).map(([, name, value]) => [name, Number(value)]));
}

// One side of two: its folder, its port, its process. `stop` ends it kindly, `kill` does not; `start` starts it again.
function sideOf(name, data, port) {
  return {
    name, data, port, child: null,
    async start() {
      this.child = await startServer(data, port, ['--side', name]);
    },
    stop() {
      return this.child ? stopServer(this.child) : undefined;
    },
    async kill() {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGKILL');
      await ended;
    },
    run: (...args) => run(...args, '--data', data),
    log: () => readFileSync(join(data, 'access.log'), 'utf8'),
  };
}

// `between`: gives the address at which the office is told to find the public side's port (a wire that a test may cut).
async function startTwoSides({ town = 'nagi', seed = true, between = async (port) => `http://127.0.0.1:${port}` } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'yakuba-sides-'));
  const ports = { public: await freePort(), office: await freePort() };
  const publicSide = sideOf('public', join(folder, 'public'), ports.public);
  const office = sideOf('office', join(folder, 'office'), ports.office);
  for (const side of [publicSide, office]) {
    run('init', side.data, '--demo', '--side', side.name, '--port', String(ports.public), '--office-port', String(ports.office));
    addTown(side.data, town, daysAgo(0));
  }
  const key = (side) => side.run('exchange', 'key', '--town', town).trim();
  publicSide.run('exchange', 'pair', '--town', town, '--key', key(office));
  office.run('exchange', 'pair', '--town', town, '--key', key(publicSide), '--public-url', await between(ports.public));
  if (seed) for (const side of [publicSide, office]) side.run('demo', 'seed', '--town', town);
  await Promise.all([publicSide.start(), office.start()]);
  return {
    public: publicSide, officeSide: office, folder,
    logins: () => readLogins(office.data, town),
    resident: (path) => `http://${town}.localhost:${ports.public}${path}`,
    office: (path) => `http://office.${town}.localhost:${ports.office}${path}`,
    fetch: (host, path, options) => request(host.startsWith('office.') ? ports.office : ports.public, host, path, options),
    figures: () => figuresOf(ports.office),
    // Until the office has nothing more to tell the public side.
    async settled(seconds = 30) {
      for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
        if ((await figuresOf(ports.office))[`exchange_waiting{town="${town}",side="office"}`] === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error('messages of the office still wait');
    },
    async stop() {
      await Promise.all([publicSide.stop(), office.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
