// A demo town for tests: made by the program's own commands in a temporary folder, served on a free port, torn down at the end.
//
//   const town = await startTown();            // town.resident("/"), town.office("/inbox"): addresses for Chromium
//   …  await town.stop();
//
// Node does not resolve *.localhost, Chromium does: plain requests go to 127.0.0.1 with a Host header (`town.fetch`).
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, existsSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import http from 'node:http';
import net from 'node:net';

export const root = new URL('../..', import.meta.url).pathname;
export const program = process.env.YAKUBA ?? join(root, 'build/debug/yakuba');

export function run(...args) {
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

async function freePort() {
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

export async function startTown({ town = 'nagi', seed = true, folder } = {}) {
  const data = folder ?? mkdtempSync(join(tmpdir(), 'yakuba-test-'));
  const port = await freePort();
  const settings = join(data, 'yakuba.toml');
  // YAKUBA_TEST_TOWN: a folder that `demo seed` filled already, copied instead of filling one more. It must not be served.
  if (seed && !existsSync(settings) && process.env.YAKUBA_TEST_TOWN) {
    cpSync(process.env.YAKUBA_TEST_TOWN, data, { recursive: true, filter: (path) => !/\.(lock|sock)$/.test(path) });
    writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^public_port = .*$/m, `public_port = ${port}`));
  } else if (!existsSync(settings)) {
    run('init', data, '--demo', '--port', String(port));
    run('town', 'add', '--data', data, '--town', town, '--code', towns[town], '--pack', `packs/common,packs/${town}`,
      '--from', new Date(Date.now() - 214 * 86_400_000).toISOString().slice(0, 10)); // the demo's history goes half a year back
    if (seed) run('demo', 'seed', '--data', data, '--town', town);
  }
  const child = await startServer(data, port);
  const logins = () => run('demo', 'logins', '--data', data, '--town', town).split('\n').slice(1).filter(Boolean).map((line) => {
    const [part, login, password] = line.trim().split(/\s+/);
    return { part, login, password, code: /code now (\d+)/.exec(line)?.[1], line };
  });
  return {
    data, port, child, logins,
    resident: (path) => `http://${town}.localhost:${port}${path}`,
    office: (path) => `http://office.${town}.localhost:${port}${path}`,
    fetch: (host, path, options) => request(port, host, path, options),
    pages: () => run('demo', 'pages', '--data', data, '--town', town).split('\n').filter(Boolean).map((line) => JSON.parse(line)),
    async stop() {
      await stopServer(child);
      if (!folder) rmSync(data, { recursive: true, force: true });
    },
  };
}
